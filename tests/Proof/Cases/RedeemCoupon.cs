// RACE002 Check-then-act: a coupon is redeemed twice, for two customers.
// races on: PostgreSQL, MariaDB, SQLite

public class Coupon
{
    public int Id { get; set; }

    public string Code { get; set; } = "";

    public DateTime? UsedAt { get; set; }
}

public class Credit
{
    public int Id { get; set; }

    public string Customer { get; set; } = "";
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Coupon> Coupons => Set<Coupon>();

    public DbSet<Credit> Credits => Set<Credit>();
}

public class Vouchers(Shop db)
{
    public async Task<string> Redeem(string code, string customer)
    {
        var coupon = await db.Coupons.SingleOrDefaultAsync(c => c.Code == code);
        if (coupon == null)
            return "unknown";
        if (coupon.UsedAt != null)
            return "used";
        coupon.UsedAt = DateTime.UtcNow;
        db.Credits.Add(new Credit { Customer = customer });
        await db.SaveChangesAsync();
        return "credited";
    }
}

public sealed class TwoCustomers : Race<Shop>
{
    public TwoCustomers()
    {
        Session(s => new Vouchers(s.Db).Redeem("WELCOME", "ada"));
        Session(s => new Vouchers(s.Db).Redeem("WELCOME", "bob"));
    }

    protected override void Seed(Shop db) => db.Add(new Coupon { Code = "WELCOME" });
}

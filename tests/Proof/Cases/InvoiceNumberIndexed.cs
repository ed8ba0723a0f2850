// RACE105 Next number computed from the table: with a unique index the second invoice gets an error in place of its number.
// fails on: PostgreSQL, MariaDB, SQLite

[Index(nameof(Number), IsUnique = true)]
public class Invoice
{
    public int Id { get; set; }

    public int Number { get; set; }

    public string Customer { get; set; } = "";
}

public class Books(DbContextOptions<Books> options) : DbContext(options)
{
    public DbSet<Invoice> Invoices => Set<Invoice>();
}

public class Billing(Books db)
{
    public async Task<int> Bill(string customer)
    {
        var number = await db.Invoices.MaxAsync(i => i.Number) + 1;
        db.Invoices.Add(new Invoice { Number = number, Customer = customer });
        await db.SaveChangesAsync();
        return number;
    }
}

public sealed class TwoBills : Race<Books>
{
    public TwoBills()
    {
        Session(s => new Billing(s.Db).Bill("ada"));
        Session(s => new Billing(s.Db).Bill("bob"));
    }

    protected override void Seed(Books db) => db.Add(new Invoice { Number = 41, Customer = "eve" });
}

// RACE001 Lost update: the same save changes another member and adds a receipt.
// races on: PostgreSQL, MariaDB, SQLite

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }

    public DateTime? LastSoldAt { get; set; }
}

public class Receipt
{
    public int Id { get; set; }

    public int ProductId { get; set; }

    public string Buyer { get; set; } = "";
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<Receipt> Receipts => Set<Receipt>();
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id, string buyer)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        product.LastSoldAt = DateTime.UtcNow;
        db.Receipts.Add(new Receipt { ProductId = id, Buyer = buyer });
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1, "ada"));
        Session(s => new Checkout(s.Db).Buy(1, "bob"));
    }

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

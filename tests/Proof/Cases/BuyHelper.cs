// RACE001 Lost update: the check is a method's, the act the entity's own.
// races on: PostgreSQL, MariaDB, SQLite

public class Product
{
    public int Id { get; set; }

    public int Stock { get; private set; }

    public static Product InStock(int id, int stock) => new() { Id = id, Stock = stock };

    public bool CanSell(int quantity) => Stock >= quantity;

    public void Sell(int quantity) => Stock -= quantity;
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (!product.CanSell(1))
            return false;
        product.Sell(1);
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1));
        Session(s => new Checkout(s.Db).Buy(1));
    }

    protected override void Seed(Shop db) => db.Add(Product.InStock(1, 1));
}

// RACE205 Row count of a guarded update ignored: the refused buyer is told that he won.
// races on: PostgreSQL, MariaDB, SQLite

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        await db.Products
            .Where(p => p.Id == id && p.Stock > 0)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
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

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

// RACE001 Lost update: what is left is read from the row after the act.
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
    public async Task<int> Buy(int id)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return -1;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        return product.Stock;
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1));
        Session(s => new Checkout(s.Db).Buy(1));
    }

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 2 });
}

// RACE209 In-process lock around a database check: two instances of the application each have their own.
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
    private static readonly SemaphoreSlim Gate = new(1, 1);

    public async Task<bool> Buy(int id)
    {
        await Gate.WaitAsync();
        try
        {
            var product = await db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock <= 0)
                return false;
            product.Stock -= 1;
            await db.SaveChangesAsync();
            return true;
        }
        finally
        {
            Gate.Release();
        }
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1));
        Session(s => new Checkout(s.Db).Buy(1));
    }

    protected override bool SeparateInstances => true;

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

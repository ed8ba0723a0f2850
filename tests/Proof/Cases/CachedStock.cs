// RACE302 Cached value decides a write: what was in stock when it was cached is sold.
// races on: PostgreSQL, MariaDB, SQLite
// no fix: the cached value would have to be given up, and why it is there is not in the code

using Microsoft.Extensions.Caching.Memory;

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Checkout(Shop db, IMemoryCache cache)
{
    public async Task<bool> Buy(int id)
    {
        if (!cache.TryGetValue(id, out int stock))
        {
            stock = await db.Products.Where(p => p.Id == id).Select(p => p.Stock).SingleAsync();
            cache.Set(id, stock);
        }

        if (stock <= 0)
            return false;
        var product = await db.Products.SingleAsync(p => p.Id == id);
        product.Stock = stock - 1;
        await db.SaveChangesAsync();
        cache.Set(id, stock - 1);
        return true;
    }
}

public sealed class Cache() : MemoryCache(new MemoryCacheOptions());

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db, s.Memory.Get<Cache>()).Buy(1));
        Session(s => new Checkout(s.Db, s.Memory.Get<Cache>()).Buy(1));
    }

    protected override bool SharesMemory => true;

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

// RACE304 Cache invalidated before the commit: a reader puts the old price back, where it stays.
// races on: PostgreSQL, MariaDB, SQLite

using Microsoft.Extensions.Caching.Memory;

public class Product
{
    public int Id { get; set; }

    public int Price { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Catalogue(Shop db, IMemoryCache cache)
{
    public async Task SetPrice(int id, int price)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        product.Price = price;
        cache.Remove(id);
        await db.SaveChangesAsync();
    }

    public async Task<int> Price(int id)
    {
        if (!cache.TryGetValue(id, out int price))
        {
            price = await db.Products.Where(p => p.Id == id).Select(p => p.Price).SingleAsync();
            cache.Set(id, price);
        }

        return price;
    }
}

public sealed class Cache() : MemoryCache(new MemoryCacheOptions());

public sealed class PriceChange : Race<Shop>
{
    public PriceChange()
    {
        Session(s => new Catalogue(s.Db, s.Memory.Get<Cache>()).SetPrice(1, 20));
        Session(s => new Catalogue(s.Db, s.Memory.Get<Cache>()).Price(1));
    }

    protected override bool SharesMemory => true;

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Price = 10 });

    protected override object? Observe(Memory memory) => memory.Get<Cache>().TryGetValue(1, out int price) ? $"cached {price}" : "not cached";
}

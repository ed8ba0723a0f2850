// RACE207 Conflict retried on stale data: the retry writes the value that was computed before the conflict.
// races on: PostgreSQL, MariaDB, SQLite
// no fix: the loop does not hold the read; to move it there is to decide what the second attempt repeats

public class Product
{
    public int Id { get; set; }

    [System.ComponentModel.DataAnnotations.ConcurrencyCheck]
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
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await db.SaveChangesAsync();
                return true;
            }
            catch (DbUpdateConcurrencyException e) when (attempt < 3)
            {
                var entry = e.Entries.Single();
                entry.OriginalValues.SetValues((await entry.GetDatabaseValuesAsync())!);
            }
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

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 5 });
}

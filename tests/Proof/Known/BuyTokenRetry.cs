// A retry that clears the context and repeats the check holds everywhere.
// holds on: PostgreSQL, MariaDB, SQLite

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
    public async Task<string> Buy(int id)
    {
        for (var attempt = 1; ; attempt++)
        {
            var product = await db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock <= 0)
                return "sold out";
            product.Stock -= 1;
            try
            {
                await db.SaveChangesAsync();
                return "yours";
            }
            catch (DbUpdateConcurrencyException) when (attempt < 5)
            {
                db.ChangeTracker.Clear();
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

// A concurrency token whose conflict is swallowed: the second buyer is told that he won.
// races on: PostgreSQL, MariaDB, SQLite

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
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return "sold out";
        product.Stock -= 1;
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)
        {
        }

        return "yours";
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

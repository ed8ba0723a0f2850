// RACE001 Lost update: refusal is an exception, and the token is passed on.
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
    public async Task Buy(int id, CancellationToken cancellationToken)
    {
        var product = await db.Products.FindAsync([id], cancellationToken)
            ?? throw new KeyNotFoundException();

        // The last one is for whoever comes first.
        if (product.Stock < 1)
            throw new InvalidOperationException("Sold out.");
        product.Stock--;
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1, CancellationToken.None));
        Session(s => new Checkout(s.Db).Buy(1, CancellationToken.None));
    }

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

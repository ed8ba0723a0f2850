// RACE210 Write escapes the transaction: it is made by another context.
// races on: PostgreSQL, MariaDB
// no fix: which of the two contexts is meant to write is the author's to say
// not on SQLite: the transaction holds the whole database, and the other context waits in vain

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Checkout(Shop db, IDbContextFactory<Shop> contexts)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
        await using var other = contexts.CreateDbContext();
        var product = await other.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await other.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db, s).Buy(1));
        Session(s => new Checkout(s.Db, s).Buy(1));
    }

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

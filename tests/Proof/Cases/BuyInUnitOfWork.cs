// RACE201 Transaction does not protect: a unit of work begins it, commits it, and rolls it back.
// races on: PostgreSQL, MariaDB
// holds on: SQLite

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public interface IUnitOfWork
{
    Task BeginTransactionAsync();

    Task CommitAsync();

    Task RollbackAsync();
}

public class UnitOfWork(Shop db) : IUnitOfWork
{
    public Task BeginTransactionAsync() => db.Database.BeginTransactionAsync();

    public async Task CommitAsync()
    {
        await db.SaveChangesAsync();
        await db.Database.CommitTransactionAsync();
    }

    public Task RollbackAsync() => db.Database.RollbackTransactionAsync();
}

public class Checkout(Shop db, IUnitOfWork work)
{
    public async Task<string> Buy(int id)
    {
        await work.BeginTransactionAsync();
        try
        {
            var product = await db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock <= 0)
                throw new InvalidOperationException("sold out");
            product.Stock -= 1;
            await work.CommitAsync();
            return "bought";
        }
        catch
        {
            await work.RollbackAsync();
            throw;
        }
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => Buy(s.Db));
        Session(s => Buy(s.Db));
    }

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });

    private static async Task<string> Buy(Shop db)
    {
        try
        {
            return await new Checkout(db, new UnitOfWork(db)).Buy(1);
        }
        catch (InvalidOperationException e) when (e.Message == "sold out")
        {
            return e.Message;
        }
    }
}

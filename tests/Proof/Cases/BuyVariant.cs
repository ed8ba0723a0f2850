// RACE001 Lost update: a composite key, and a derived type in the table of its base.
// races on: PostgreSQL, MariaDB, SQLite
// not offered: row lock on PostgreSQL, MariaDB, SQL Server: SQL of one's own for a derived type must know how its rows are told apart

public abstract class Article
{
    public int ProductId { get; set; }

    public int Size { get; set; }
}

public class Shirt : Article
{
    public int Stock { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Article> Articles => Set<Article>();

    public DbSet<Shirt> Shirts => Set<Shirt>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Article>().HasKey(a => new { a.ProductId, a.Size });
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int productId, int size)
    {
        var shirt = await db.Shirts.SingleAsync(s => s.ProductId == productId && s.Size == size);
        if (shirt.Stock <= 0)
            return false;
        shirt.Stock -= 1;
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1, 42));
        Session(s => new Checkout(s.Db).Buy(1, 42));
    }

    protected override void Seed(Shop db) => db.Add(new Shirt { ProductId = 1, Size = 42, Stock = 1 });
}

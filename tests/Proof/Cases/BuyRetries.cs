// RACE001 Lost update: the execution strategy retries, so that a transaction must be its own.
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

public static class Startup
{
    public static void Configure(DbContextOptionsBuilder options, string connectionString) =>
#if POSTGRESQL
        options.UseNpgsql(connectionString, npgsql => npgsql.EnableRetryOnFailure());
#elif MYSQL
        options.UseMySql(connectionString, ServerVersion.AutoDetect(connectionString), mysql => mysql.EnableRetryOnFailure());
#elif SQLSERVER
        options.UseSqlServer(connectionString, sqlServer => sqlServer.EnableRetryOnFailure());
#else
        options.UseSqlite(connectionString);
#endif
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoBuyers : Race<Shop>
{
    public TwoBuyers()
    {
        Session(s => new Checkout(s.Db).Buy(1));
        Session(s => new Checkout(s.Db).Buy(1));
    }

    protected override bool Retries => true;

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

// RACE203 Row lock after the row was read: the locking query gives back what the context tracks already.
// races on: PostgreSQL, MariaDB
// not on SQLite: it has no locking query
// not offered: lock reload on MariaDB: at its default level the reload reads the snapshot from before the lock

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
#if MYSQL
    private const string Locking = "SELECT * FROM `Products` WHERE `Id` = {0} FOR UPDATE";
#elif SQLSERVER
    private const string Locking = "SELECT * FROM [Products] WITH (UPDLOCK, ROWLOCK) WHERE [Id] = {0}";
#else
    private const string Locking = """SELECT * FROM "Products" WHERE "Id" = {0} FOR UPDATE""";
#endif

    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var known = await db.Products.FindAsync(id);
        if (known == null)
            return false;
        var product = await db.Products.FromSqlRaw(Locking, id).SingleAsync();
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
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

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

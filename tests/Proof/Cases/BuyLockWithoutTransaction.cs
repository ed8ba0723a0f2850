// RACE202 Row lock outside a transaction: it ends with its statement.
// races on: PostgreSQL, MariaDB
// not on SQLite: it has no locking query

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
        var product = await db.Products.FromSqlRaw(Locking, id).SingleAsync();
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

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 1 });
}

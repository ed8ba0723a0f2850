// RACE206 Lock query never executed: the query is built, and nothing is locked.
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
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
#if MYSQL
        _ = db.Products.FromSql($"SELECT * FROM `Products` WHERE `Id` = {id} FOR UPDATE");
#elif SQLSERVER
        _ = db.Products.FromSql($"SELECT * FROM [Products] WITH (UPDLOCK, ROWLOCK) WHERE [Id] = {id}");
#else
        _ = db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""");
#endif
        var product = await db.Products.SingleAsync(p => p.Id == id);
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

// RACE001 Lost update: the row comes from a repository.
// races on: PostgreSQL, MariaDB, SQLite
// not offered: row lock on PostgreSQL, MariaDB, SQL Server: the query to lock stands in the repository, where other callers use it without a transaction

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class ProductRepository(Shop db)
{
    public Task<Product?> GetByIdAsync(int id) => db.Products.FirstOrDefaultAsync(p => p.Id == id);
}

public class Checkout(Shop db)
{
    private readonly ProductRepository _products = new(db);

    public async Task<bool> Buy(int id)
    {
        var product = await _products.GetByIdAsync(id);
        if (product is null || product.Stock <= 0)
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

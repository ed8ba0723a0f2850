// RACE001 Lost update: without async, and the success in the branch.
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
    public bool Buy(int id)
    {
        var product = db.Products.Single(p => p.Id == id);
        if (product.Stock > 0)
        {
            product.Stock = product.Stock - 1;
            db.SaveChanges();
            return true;
        }

        return false;
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

// RACE001 Lost update: several rows, which two carts hold in opposite order.
// races on: PostgreSQL, MariaDB, SQLite
// not offered: row lock on PostgreSQL, MariaDB, SQL Server: the loop takes the rows in the caller's order, and two carts would wait for each other

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
    public async Task<bool> Buy(int[] ids)
    {
        foreach (var id in ids)
        {
            var product = await db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock <= 0)
                return false;
            product.Stock -= 1;
        }

        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoCarts : Race<Shop>
{
    public TwoCarts()
    {
        Session(s => new Checkout(s.Db).Buy([1, 2]));
        Session(s => new Checkout(s.Db).Buy([2, 1]));
    }

    protected override void Seed(Shop db)
    {
        db.Add(new Product { Id = 1, Stock = 1 });
        db.Add(new Product { Id = 2, Stock = 1 });
    }
}

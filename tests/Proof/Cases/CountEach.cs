// RACE001 Lost update: a loop whose turns are saved one by one.
// races on: PostgreSQL, MariaDB, SQLite

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }

    public int Views { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Statistics(Shop db)
{
    public async Task Count(int[] ids)
    {
        foreach (var id in ids)
        {
            var product = await db.Products.SingleAsync(p => p.Id == id);
            product.Views += 1;
            await db.SaveChangesAsync();
        }
    }
}

public sealed class TwoVisitors : Race<Shop>
{
    public TwoVisitors()
    {
        Session(s => new Statistics(s.Db).Count([1, 2]));
        Session(s => new Statistics(s.Db).Count([1]));
    }

    protected override void Seed(Shop db) => db.AddRange(new Product { Id = 1, Stock = 1 }, new Product { Id = 2, Stock = 1 });
}

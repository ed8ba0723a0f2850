// RACE001 Lost update: table and column have other names, and only what is not deleted counts.
// races on: PostgreSQL, MariaDB, SQLite

using System.ComponentModel.DataAnnotations.Schema;

[Table("stock_items")]
public class Product
{
    [Column("item_no")]
    public int Id { get; set; }

    [Column("in stock")]
    public int Stock { get; set; }

    public bool IsDeleted { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Product>().HasQueryFilter(p => !p.IsDeleted);
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id);
        if (product == null || product.Stock <= 0)
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

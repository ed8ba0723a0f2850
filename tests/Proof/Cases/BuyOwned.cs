// RACE001 Lost update: the member is in an owned value.
// races on: PostgreSQL, MariaDB, SQLite
// no fix: an owned value has no row, no set and no token of its own; its owner needs them, and other owners may share its type

public class Inventory
{
    public int Stock { get; set; }
}

public class Product
{
    public int Id { get; set; }

    public Inventory Inventory { get; set; } = new();
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Product>().OwnsOne(p => p.Inventory);
}

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Inventory.Stock <= 0)
            return false;
        product.Inventory.Stock -= 1;
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

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Inventory = new Inventory { Stock = 1 } });
}

// RACE001 Lost update: what is missing, closed and sold out is told apart.
// races on: PostgreSQL, MariaDB, SQLite

public class Product
{
    public int Id { get; set; }

    public int Stock { get; set; }

    public bool OnSale { get; set; }
}

public class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
}

public class Checkout(Shop db)
{
    public async Task<string> Buy(int id, int quantity)
    {
        var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id);
        if (product == null)
            return "unknown";
        if (!product.OnSale)
            return "not on sale";
        if (product.Stock < quantity)
            return "sold out";

        product.Stock -= quantity;
        await db.SaveChangesAsync();
        return "yours";
    }
}

public sealed class BuyersAndTheCurious : Race<Shop>
{
    public BuyersAndTheCurious()
    {
        Session(s => new Checkout(s.Db).Buy(1, 2));
        Session(s => new Checkout(s.Db).Buy(1, 1));
        Session(s => new Checkout(s.Db).Buy(2, 1));
    }

    protected override void Seed(Shop db) => db.Add(new Product { Id = 1, Stock = 2, OnSale = true });
}

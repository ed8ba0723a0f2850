// Relative but unguarded: nothing is lost, and the stock is still oversold.
// races on: PostgreSQL, MariaDB, SQLite
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        await db.Products
            .Where(p => p.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
        return true;
    }
}

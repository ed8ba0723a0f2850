// Check and decrement: both buyers get the last item.
// races on: PostgreSQL, MariaDB, SQLite
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        return true;
    }
}

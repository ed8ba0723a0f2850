// A transaction at the default level protects on SQLite only, where it begins immediate.
// races on: PostgreSQL, MariaDB
// holds on: SQLite
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

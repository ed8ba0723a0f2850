// An update of a column to itself locks the row on every provider.
// holds on: PostgreSQL, MariaDB, SQLite
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock));
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

// Repeatable read refuses the second writer on PostgreSQL; MariaDB lets both win.
// races on: MariaDB
// holds on: PostgreSQL
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

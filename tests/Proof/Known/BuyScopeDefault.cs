// An ambient transaction is serializable unless told otherwise, except on MariaDB, where it is begun by XA and has no level of its own.
// races on: MariaDB
// holds on: PostgreSQL
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
        var product = await db.Products.SingleAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        scope.Complete();
        return true;
    }
}

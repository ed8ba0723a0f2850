// Rolling back to a savepoint from before the lock releases it.
// races on: PostgreSQL, MariaDB
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await transaction.CreateSavepointAsync("before");
#if MYSQL
        var product = await db.Products.FromSql($"SELECT * FROM `Products` WHERE `Id` = {id} FOR UPDATE").SingleAsync();
#else
        var product = await db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""").SingleAsync();
#endif
        await transaction.RollbackToSavepointAsync("before");
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

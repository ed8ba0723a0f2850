// A locking query may be composed: the lock holds when it has become a subquery.
// holds on: PostgreSQL, MariaDB
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
#if MYSQL
        var all = db.Products.FromSql($"SELECT * FROM `Products` WHERE `Id` = {id} FOR UPDATE");
#else
        var all = db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""");
#endif
        var product = await all.Where(p => p.Stock >= 0).FirstAsync(p => p.Id == id);
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

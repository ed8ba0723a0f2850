// A lock after the read protects when the row is then read anew; MariaDB reads it from the snapshot of the first read.
// races on: MariaDB
// holds on: PostgreSQL
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var seen = await db.Products.SingleAsync(p => p.Id == id);
        if (seen.Stock < 0)
            return false;
#if MYSQL
        var product = await db.Products.FromSql($"SELECT * FROM `Products` WHERE `Id` = {id} FOR UPDATE").SingleAsync();
#else
        var product = await db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""").SingleAsync();
#endif
        await db.Entry(product).ReloadAsync();
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

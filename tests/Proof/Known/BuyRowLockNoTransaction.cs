// Without a transaction a row lock ends with its statement.
// races on: PostgreSQL, MariaDB
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
#if MYSQL
        var product = await db.Products.FromSql($"SELECT * FROM `Products` WHERE `Id` = {id} FOR UPDATE").SingleAsync();
#else
        var product = await db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""").SingleAsync();
#endif
        if (product.Stock <= 0)
            return false;
        product.Stock -= 1;
        await db.SaveChangesAsync();
        return true;
    }
}

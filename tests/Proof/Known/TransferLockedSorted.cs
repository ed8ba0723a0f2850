// Two row locks in key order.
// holds on: PostgreSQL, MariaDB
// with: Bank

public class Transfers(Bank db)
{
    public async Task<bool> Transfer(int fromId, int toId, decimal amount)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var first = await Lock(Math.Min(fromId, toId));
        var second = await Lock(Math.Max(fromId, toId));
        var (from, to) = fromId < toId ? (first, second) : (second, first);
        if (from.Balance < amount)
            return false;
        from.Balance -= amount;
        to.Balance += amount;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;

#if MYSQL
        Task<Account> Lock(int id) => db.Accounts.FromSql($"SELECT * FROM `Accounts` WHERE `Id` = {id} FOR UPDATE").SingleAsync();
#else
        Task<Account> Lock(int id) => db.Accounts.FromSql($"""SELECT * FROM "Accounts" WHERE "Id" = {id} FOR UPDATE""").SingleAsync();
#endif
    }
}

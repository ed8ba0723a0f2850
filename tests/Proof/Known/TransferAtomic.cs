// Debit and credit as guarded updates in a transaction, in the caller's order: a deadlock is refused, not lost.
// holds on: PostgreSQL, MariaDB, SQLite
// with: Bank

public class Transfers(Bank db)
{
    public async Task<bool> Transfer(int fromId, int toId, decimal amount)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var rows = await db.Accounts
            .Where(a => a.Id == fromId && a.Balance >= amount)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance - amount));
        if (rows == 0)
            return false;
        await db.Accounts
            .Where(a => a.Id == toId)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + amount));
        await transaction.CommitAsync();
        return true;
    }
}

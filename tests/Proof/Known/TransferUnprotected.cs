// A transfer reads both balances and writes them: one of two transfers is lost.
// races on: PostgreSQL, MariaDB, SQLite
// with: Bank

public class Transfers(Bank db)
{
    public async Task<bool> Transfer(int fromId, int toId, decimal amount)
    {
        var from = await db.Accounts.SingleAsync(a => a.Id == fromId);
        var to = await db.Accounts.SingleAsync(a => a.Id == toId);
        if (from.Balance < amount)
            return false;
        from.Balance -= amount;
        to.Balance += amount;
        await db.SaveChangesAsync();
        return true;
    }
}

// RACE003 Transfer or write skew: two accounts may be overdrawn as long as their sum is not; on PostgreSQL they have an xmin.
// races on: PostgreSQL, MariaDB, SQLite

public class Account
{
    public int Id { get; set; }

    public decimal Balance { get; set; }

#if POSTGRESQL
    [System.ComponentModel.DataAnnotations.Timestamp]
    public uint Version { get; set; }
#endif
}

public class Bank(DbContextOptions<Bank> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();
}

public class Cashier(Bank db)
{
    public async Task<bool> Withdraw(int accountId, int otherId, decimal amount)
    {
        var account = await db.Accounts.SingleAsync(a => a.Id == accountId);
        var other = await db.Accounts.SingleAsync(a => a.Id == otherId);
        if (account.Balance + other.Balance < amount)
            return false;
        account.Balance -= amount;
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoWithdrawals : Race<Bank>
{
    public TwoWithdrawals()
    {
        Session(s => new Cashier(s.Db).Withdraw(1, 2, 90));
        Session(s => new Cashier(s.Db).Withdraw(2, 1, 80));
    }

    protected override void Seed(Bank db)
    {
        db.Add(new Account { Id = 1, Balance = 50 });
        db.Add(new Account { Id = 2, Balance = 50 });
    }
}

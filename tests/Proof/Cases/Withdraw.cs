// RACE104 Quota or overlap check, then insert: what is left of a deposit is paid out twice.
// races on: PostgreSQL, MariaDB, SQLite

public class Wallet
{
    public int Id { get; set; }

    public decimal Deposited { get; set; }
}

public class Withdrawal
{
    public int Id { get; set; }

    public int WalletId { get; set; }

    public decimal Amount { get; set; }
}

public class Bank(DbContextOptions<Bank> options) : DbContext(options)
{
    public DbSet<Wallet> Wallets => Set<Wallet>();

    public DbSet<Withdrawal> Withdrawals => Set<Withdrawal>();
}

public class Cashier(Bank db)
{
    public async Task<bool> Withdraw(int walletId, decimal amount)
    {
        var wallet = await db.Wallets.SingleAsync(w => w.Id == walletId);
        var withdrawn = (await db.Withdrawals.Where(w => w.WalletId == walletId).ToListAsync()).Sum(w => w.Amount);
        if (wallet.Deposited - withdrawn < amount)
            return false;
        db.Withdrawals.Add(new Withdrawal { WalletId = walletId, Amount = amount });
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoWithdrawals : Race<Bank>
{
    public TwoWithdrawals()
    {
        Session(s => new Cashier(s.Db).Withdraw(1, 70));
        Session(s => new Cashier(s.Db).Withdraw(1, 60));
    }

    protected override void Seed(Bank db) => db.Add(new Wallet { Id = 1, Deposited = 100 });
}

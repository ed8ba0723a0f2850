// RACE003 Transfer or write skew: of two transfers to and fro one is lost.
// races on: PostgreSQL, MariaDB, SQLite
// not offered: token on MariaDB, SQLite: there a token is set with each row by the application, in every place that writes one

public class Account
{
    public int Id { get; set; }

    public decimal Balance { get; set; }
}

public class Bank(DbContextOptions<Bank> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();
}

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

public sealed class ToAndFro : Race<Bank>
{
    public ToAndFro()
    {
        Session(s => new Transfers(s.Db).Transfer(1, 2, 60));
        Session(s => new Transfers(s.Db).Transfer(2, 1, 30));
    }

    protected override void Seed(Bank db)
    {
        db.Add(new Account { Id = 1, Balance = 100 });
        db.Add(new Account { Id = 2, Balance = 50 });
    }
}

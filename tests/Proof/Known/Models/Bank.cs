
public class Account
{
    public int Id { get; set; }

    public decimal Balance { get; set; }
}

public class Bank(DbContextOptions<Bank> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();
}

/// <summary>Money goes from one account to the other and at the same time back.</summary>
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

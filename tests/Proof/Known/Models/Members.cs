
public class Members(DbContextOptions<Members> options) : DbContext(options)
{
    public DbSet<Member> All => Set<Member>();
}

/// <summary>Two people who want the same name.</summary>
public sealed class TwoNewcomers : Race<Members>
{
    public TwoNewcomers()
    {
        Session(s => new Registration(s.Db).Register("ada"));
        Session(s => new Registration(s.Db).Register("ada"));
    }

    protected override void Seed(Members db) => db.Add(new Member { Name = "bob" });
}


public class User
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public class Users(DbContextOptions<Users> options) : DbContext(options)
{
    public DbSet<User> All => Set<User>();
}

/// <summary>Two people who want the same name.</summary>
public sealed class TwoNewcomers : Race<Users>
{
    public TwoNewcomers()
    {
        Session(s => new Registration(s.Db).Register("ada"));
        Session(s => new Registration(s.Db).Register("ada"));
    }

    protected override void Seed(Users db) => db.Add(new User { Name = "bob" });
}

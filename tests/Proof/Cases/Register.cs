// RACE101 Check-then-insert: the unique index refuses the second name, and nobody expects it.
// fails on: PostgreSQL, MariaDB, SQLite

[Index(nameof(Name), IsUnique = true)]
public class User
{
    public int Id { get; set; }

    [System.ComponentModel.DataAnnotations.MaxLength(100)]
    public string Name { get; set; } = "";
}

public class Users(DbContextOptions<Users> options) : DbContext(options)
{
    public DbSet<User> All => Set<User>();
}

public class Registration(Users db)
{
    public async Task<string> Register(string name)
    {
        if (await db.All.AnyAsync(u => u.Name == name))
            return "taken";
        db.All.Add(new User { Name = name });
        await db.SaveChangesAsync();
        return "welcome";
    }
}

public sealed class TwoNewcomers : Race<Users>
{
    public TwoNewcomers()
    {
        Session(s => new Registration(s.Db).Register("ada"));
        Session(s => new Registration(s.Db).Register("ada"));
    }

    protected override void Seed(Users db) => db.Add(new User { Name = "bob" });
}

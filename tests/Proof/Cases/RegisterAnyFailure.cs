// RACE211 Every save failure taken for a duplicate: a name that is too long is reported as taken.
// shown by no order of sessions: what is told wrongly is told wrongly in a serial run, too.

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
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException)
        {
            return "taken";
        }

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

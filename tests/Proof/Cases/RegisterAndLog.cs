// RACE208 Failed insert left in the context: the entry in the log fails with the name that was refused.
// fails on: PostgreSQL, MariaDB, SQLite

[Index(nameof(Name), IsUnique = true)]
public class User
{
    public int Id { get; set; }

    [System.ComponentModel.DataAnnotations.MaxLength(100)]
    public string Name { get; set; } = "";
}

public class Attempt
{
    public int Id { get; set; }

    public string Result { get; set; } = "";
}

public class Users(DbContextOptions<Users> options) : DbContext(options)
{
    public DbSet<User> All => Set<User>();

    public DbSet<Attempt> Attempts => Set<Attempt>();
}

public class Registration(Users db)
{
    public async Task<string> Register(string name)
    {
        var result = "taken";
        if (!await db.All.AnyAsync(u => u.Name == name))
        {
            db.All.Add(new User { Name = name });
            try
            {
                await db.SaveChangesAsync();
                result = "welcome";
            }
            catch (DbUpdateException e) when (IsDuplicate(e))
            {
            }
        }

        db.Attempts.Add(new Attempt { Result = result });
        await db.SaveChangesAsync();
        return result;
    }

#if POSTGRESQL
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is Npgsql.PostgresException { SqlState: "23505" };
#elif MYSQL
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is MySqlConnector.MySqlException { Number: 1062 };
#elif SQLSERVER
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is Microsoft.Data.SqlClient.SqlException { Number: 2601 or 2627 };
#else
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteExtendedErrorCode: 2067 or 1555 };
#endif
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

// A unique index and a catch of its violation hold everywhere.
// holds on: PostgreSQL, MariaDB, SQLite
// with: Members

[Index(nameof(Name), IsUnique = true)]
public class Member
{
    public int Id { get; set; }

    [System.ComponentModel.DataAnnotations.MaxLength(100)]
    public string Name { get; set; } = "";
}

public class Registration(Members db)
{
    public async Task<string> Register(string name)
    {
        if (await db.All.AnyAsync(m => m.Name == name))
            return "taken";
        var member = new Member { Name = name };
        db.All.Add(member);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException e) when (IsDuplicate(e))
        {
            db.Entry(member).State = EntityState.Detached;
            return "taken";
        }

        return "welcome";
    }

#if POSTGRESQL
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is Npgsql.PostgresException { SqlState: "23505" };
#elif MYSQL
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is MySqlConnector.MySqlException { Number: 1062 };
#else
    private static bool IsDuplicate(DbUpdateException e) => e.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteExtendedErrorCode: 2067 or 1555 };
#endif
}

// Serializable keeps a second name out.
// holds on: PostgreSQL, MariaDB, SQLite
// with: Names

public class Registration(Users db)
{
    public async Task<string> Register(string name)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
        if (await db.All.AnyAsync(u => u.Name == name))
            return "taken";
        db.All.Add(new User { Name = name });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return "welcome";
    }
}

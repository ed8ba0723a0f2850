// Repeatable read does not keep a second name out.
// races on: PostgreSQL, MariaDB
// with: Names

public class Registration(Users db)
{
    public async Task<string> Register(string name)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        if (await db.All.AnyAsync(u => u.Name == name))
            return "taken";
        db.All.Add(new User { Name = name });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return "welcome";
    }
}

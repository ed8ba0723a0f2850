// An advisory lock of the transaction holds for what is not there yet.
// holds on: PostgreSQL
// with: Names

public class Registration(Users db)
{
    public async Task<string> Register(string name)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext({name}))");
        if (await db.All.AnyAsync(u => u.Name == name))
            return "taken";
        db.All.Add(new User { Name = name });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return "welcome";
    }
}

// Locking an absent row locks nothing on PostgreSQL; on MariaDB the gap locks of both let one deadlock.
// races on: PostgreSQL
// with: Members

public class Member
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public class Registration(Members db)
{
    public async Task<string> Register(string name)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var existing = await db.All.FromSql($"""SELECT * FROM "All" WHERE "Name" = {name} FOR UPDATE""").ToListAsync();
        if (existing.Count > 0)
            return "taken";
        db.All.Add(new Member { Name = name });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return "welcome";
    }
}

// A name is looked up and then added: both get it.
// races on: PostgreSQL, MariaDB, SQLite
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
        if (await db.All.AnyAsync(m => m.Name == name))
            return "taken";
        db.All.Add(new Member { Name = name });
        await db.SaveChangesAsync();
        return "welcome";
    }
}

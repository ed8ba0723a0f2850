// RACE003 Transfer or write skew: the last two owners both step down.
// races on: PostgreSQL, MariaDB, SQLite

public class Member
{
    public int Id { get; set; }

    public int TeamId { get; set; }

    public bool IsOwner { get; set; }
}

public class Teams(DbContextOptions<Teams> options) : DbContext(options)
{
    public DbSet<Member> Members => Set<Member>();
}

public class Membership(Teams db)
{
    public async Task<bool> StepDown(int memberId)
    {
        var member = await db.Members.SingleAsync(m => m.Id == memberId);
        var owners = await db.Members.CountAsync(m => m.TeamId == member.TeamId && m.IsOwner);
        if (owners <= 1)
            return false;
        member.IsOwner = false;
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoOwners : Race<Teams>
{
    public TwoOwners()
    {
        Session(s => new Membership(s.Db).StepDown(1));
        Session(s => new Membership(s.Db).StepDown(2));
    }

    protected override void Seed(Teams db)
    {
        db.Add(new Member { Id = 1, TeamId = 1, IsOwner = true });
        db.Add(new Member { Id = 2, TeamId = 1, IsOwner = true });
    }
}

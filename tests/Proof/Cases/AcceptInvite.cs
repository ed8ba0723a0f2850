// RACE002 Check-then-act: an invitation is accepted twice, and its state is stored as a text.
// races on: PostgreSQL, MariaDB, SQLite

public enum InviteState
{
    Open,
    Accepted,
    Revoked,
}

public class Invite
{
    public int Id { get; set; }

    public InviteState State { get; set; }

    public string? AcceptedBy { get; set; }
}

public class Teams(DbContextOptions<Teams> options) : DbContext(options)
{
    public DbSet<Invite> Invites => Set<Invite>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<Invite>().Property(i => i.State).HasConversion<string>().HasMaxLength(20);
}

public class Invitations(Teams db)
{
    public async Task<string> Accept(int id, string name)
    {
        var invite = await db.Invites.FindAsync(id);
        if (invite is null)
            return "unknown";
        switch (invite.State)
        {
            case InviteState.Revoked:
                return "revoked";
            case InviteState.Accepted:
                return "taken";
        }

        invite.State = InviteState.Accepted;
        invite.AcceptedBy = name;
        await db.SaveChangesAsync();
        return "welcome";
    }
}

public sealed class TwoGuests : Race<Teams>
{
    public TwoGuests()
    {
        Session(s => new Invitations(s.Db).Accept(1, "ada"));
        Session(s => new Invitations(s.Db).Accept(1, "bob"));
    }

    protected override void Seed(Teams db) => db.Add(new Invite { Id = 1 });
}

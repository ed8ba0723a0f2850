// RACE104 Quota or overlap check, then insert: the last seat is booked twice.
// races on: PostgreSQL, MariaDB, SQLite

public class Booking
{
    public int Id { get; set; }

    public int EventId { get; set; }

    public string Guest { get; set; } = "";
}

public class Events(DbContextOptions<Events> options) : DbContext(options)
{
    public DbSet<Booking> Bookings => Set<Booking>();
}

public class BoxOffice(Events db)
{
    private const int Capacity = 2;

    public async Task<bool> Book(int eventId, string guest)
    {
        var taken = await db.Bookings.CountAsync(b => b.EventId == eventId);
        if (taken >= Capacity)
            return false;
        db.Bookings.Add(new Booking { EventId = eventId, Guest = guest });
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoGuests : Race<Events>
{
    public TwoGuests()
    {
        Session(s => new BoxOffice(s.Db).Book(1, "ada"));
        Session(s => new BoxOffice(s.Db).Book(1, "bob"));
    }

    protected override void Seed(Events db) => db.Add(new Booking { EventId = 1, Guest = "eve" });
}

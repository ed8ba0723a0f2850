
public class Event
{
    public int Id { get; set; }

    public int Capacity { get; set; }
}

public class Booking
{
    public int Id { get; set; }

    public int EventId { get; set; }

    public string Guest { get; set; } = "";
}

public class Theatre(DbContextOptions<Theatre> options) : DbContext(options)
{
    public DbSet<Event> Events => Set<Event>();

    public DbSet<Booking> Bookings => Set<Booking>();
}

/// <summary>Two guests for the last seat.</summary>
public sealed class TwoGuests : Race<Theatre>
{
    public TwoGuests()
    {
        Session(s => new BoxOffice(s.Db).Book(1, "ada"));
        Session(s => new BoxOffice(s.Db).Book(1, "bob"));
    }

    protected override void Seed(Theatre db)
    {
        db.Add(new Event { Id = 1, Capacity = 2 });
        db.Add(new Booking { EventId = 1, Guest = "eve" });
    }
}

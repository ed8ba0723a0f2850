// RACE104 Quota or overlap check, then insert: a room is booked for two meetings at one time.
// races on: PostgreSQL, MariaDB, SQLite

public class Reservation
{
    public int Id { get; set; }

    public int RoomId { get; set; }

    public int From { get; set; }

    public int To { get; set; }
}

public class Office(DbContextOptions<Office> options) : DbContext(options)
{
    public DbSet<Reservation> Reservations => Set<Reservation>();
}

public class Rooms(Office db)
{
    public async Task<bool> Reserve(int roomId, int from, int to)
    {
        var overlaps = await db.Reservations.AnyAsync(r => r.RoomId == roomId && r.From < to && r.To > from);
        if (overlaps)
            return false;
        db.Reservations.Add(new Reservation { RoomId = roomId, From = from, To = to });
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoMeetings : Race<Office>
{
    public TwoMeetings()
    {
        Session(s => new Rooms(s.Db).Reserve(1, 9, 11));
        Session(s => new Rooms(s.Db).Reserve(1, 10, 12));
    }

    protected override void Seed(Office db) => db.Add(new Reservation { RoomId = 1, From = 13, To = 14 });
}

// Locking the rows that were found does not keep new ones out on PostgreSQL; on MariaDB the gap locks end in a deadlock.
// races on: PostgreSQL
// holds on: MariaDB
// with: Seats

public class BoxOffice(Theatre db)
{
    public async Task<bool> Book(int eventId, string guest)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
#if MYSQL
        var taken = await db.Bookings.FromSql($"SELECT * FROM `Bookings` WHERE `EventId` = {eventId} FOR UPDATE").ToListAsync();
#else
        var taken = await db.Bookings.FromSql($"""SELECT * FROM "Bookings" WHERE "EventId" = {eventId} FOR UPDATE""").ToListAsync();
#endif
        if (taken.Count >= 2)
            return false;
        db.Bookings.Add(new Booking { EventId = eventId, Guest = guest });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

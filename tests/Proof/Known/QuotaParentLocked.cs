// A quota holds when the row it belongs to is locked before the count.
// holds on: PostgreSQL, MariaDB
// with: Seats

public class BoxOffice(Theatre db)
{
    public async Task<bool> Book(int eventId, string guest)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
#if MYSQL
        var show = await db.Events.FromSql($"SELECT * FROM `Events` WHERE `Id` = {eventId} FOR UPDATE").SingleAsync();
#else
        var show = await db.Events.FromSql($"""SELECT * FROM "Events" WHERE "Id" = {eventId} FOR UPDATE""").SingleAsync();
#endif
        if (await db.Bookings.CountAsync(b => b.EventId == eventId) >= show.Capacity)
            return false;
        db.Bookings.Add(new Booking { EventId = eventId, Guest = guest });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }
}

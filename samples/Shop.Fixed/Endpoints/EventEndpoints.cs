using System.Data;
using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;
using Shop.Services;

namespace Shop.Endpoints;

public record NewEvent(string Title, int Capacity);

public record BookingRequest(string Guest);

public record SeatRequest(string Customer);

public static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapGet("/events", (ShopDbContext db, CancellationToken ct) => db.Events.AsNoTracking().ToListAsync(ct));

        app.MapPost("/events", async (NewEvent request, ShopDbContext db, CancellationToken ct) =>
        {
            var newEvent = new Event { Title = request.Title, Capacity = request.Capacity };
            db.Events.Add(newEvent);
            await db.SaveChangesAsync(ct);
            return Results.Created($"/events/{newEvent.Id}", newEvent);
        });

        app.MapGet("/events/{id:int}/bookings", (int id, ShopDbContext db, CancellationToken ct) =>
            db.Bookings.AsNoTracking().Where(b => b.EventId == id).ToListAsync(ct));

        app.MapPost("/events/{id:int}/bookings", BookAsync);

        app.MapGet("/seats", (ShopDbContext db, CancellationToken ct) => db.Seats.AsNoTracking().ToListAsync(ct));

        app.MapPost("/seats/{id:int}/reservation", ReserveSeatAsync);
    }

    private static async Task<IResult> BookAsync(int id, BookingRequest request, ShopDbContext db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, ct);
        var booked = await db.Events.FindAsync([id], ct);
        if (booked is null)
        {
            return Results.NotFound();
        }

        var guests = await db.Bookings.CountAsync(b => b.EventId == id, ct);
        if (guests >= booked.Capacity)
        {
            return Results.Conflict("Fully booked.");
        }

        db.Bookings.Add(new Booking { EventId = id, Guest = request.Guest });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Results.Ok();
    }

    private static async Task<IResult> ReserveSeatAsync(
        int id, SeatRequest request, ShopDbContext db, IPaymentProvider payments, CancellationToken ct)
    {
        var seat = await db.Seats.FindAsync([id], ct);
        if (seat is null)
        {
            return Results.NotFound();
        }

        if (seat.ReservedBy is not null)
        {
            return Results.Conflict("This seat is reserved.");
        }

        if (!await payments.IsSolventAsync(request.Customer, ct))
        {
            return Results.BadRequest("The payment was refused.");
        }

        var updated = await db.Seats
            .Where(s => s.Id == id && s.ReservedBy == null)
            .ExecuteUpdateAsync(setters => setters.SetProperty(s => s.ReservedBy, request.Customer), ct);
        if (updated == 0)
        {
            return Results.Conflict("This seat is reserved.");
        }

        return Results.Ok();
    }
}

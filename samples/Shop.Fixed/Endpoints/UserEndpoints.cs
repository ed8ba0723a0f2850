using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;
using Shop.Services;

namespace Shop.Endpoints;

public record Registration(string Username, string Password);

public static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        app.MapGet("/users", (ShopDbContext db, CancellationToken ct) =>
            db.Users.AsNoTracking().Select(u => u.Username).ToListAsync(ct));

        app.MapPost("/users", async (Registration request, ShopDbContext db, CancellationToken ct) =>
        {
            if (await db.Users.AnyAsync(u => u.Username == request.Username, ct))
            {
                return Results.Conflict("This name is taken.");
            }

            var user = new User { Username = request.Username, PasswordHash = Passwords.Hash(request.Password) };
            db.Users.Add(user);
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException e) when (e.InnerException is SqliteException { SqliteExtendedErrorCode: 2067 or 1555 })
            {
                db.Entry(user).State = EntityState.Detached;
                return Results.Conflict("This name is taken.");
            }

            return Results.Created($"/users/{user.Id}", user.Id);
        });
    }
}

using Shop.Data;
using Shop.Models;
using Shop.Services;

namespace Shop.Endpoints;

public record NewMails(string[] Recipients, string Subject);

public static class MailEndpoints
{
    public static void MapMails(this IEndpointRouteBuilder app)
    {
        app.MapPost("/mails", async (NewMails request, ShopDbContext db, CancellationToken ct) =>
        {
            db.Mails.AddRange(request.Recipients.Select(r => new Mail { Recipient = r, Subject = request.Subject }));
            await db.SaveChangesAsync(ct);
            return Results.Accepted();
        });

        app.MapGet("/mails/delivered", (Mailer mailer) => mailer.Delivered);
    }
}

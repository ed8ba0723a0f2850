using Academy.Application.Abstractions;
using Academy.Domain;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Students;

public record Subscribe(string Email);

public class SubscribeHandler(IApplicationDbContext db)
{
    public async Task HandleAsync(Subscribe command, CancellationToken ct)
    {
        var known = await db.Newsletters.FirstOrDefaultAsync(n => n.Email == command.Email, ct);
        if (known != null)
        {
            throw new DomainException("This address has subscribed.");
        }

        db.Newsletters.Add(new Newsletter { Email = command.Email });
        await db.SaveChangesAsync(ct);
    }
}

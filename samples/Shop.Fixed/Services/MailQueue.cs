using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;

namespace Shop.Services;

public class MailQueue(ShopDbContext db)
{
    public async Task<Mail?> ClaimNextAsync(CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var mail = await db.Mails.OrderBy(m => m.Id).FirstOrDefaultAsync(m => m.Status == MailStatus.Queued, ct);
        if (mail is null)
        {
            return null;
        }

        mail.Status = MailStatus.Sending;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return mail;
    }

    public async Task MarkSentAsync(int id, CancellationToken ct)
    {
        var mail = await db.Mails.FindAsync([id], ct);
        if (mail is not null)
        {
            mail.Status = MailStatus.Sent;
            await db.SaveChangesAsync(ct);
        }
    }
}

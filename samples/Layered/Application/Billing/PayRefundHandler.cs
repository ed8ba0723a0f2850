using Academy.Application.Abstractions;
using Academy.Domain;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Billing;

public interface IBank
{
    Task PayOutAsync(int studentId, decimal amount, CancellationToken ct);
}

public record PayRefund(int RefundId);

public class PayRefundHandler(IApplicationDbContext db, IBank bank)
{
    public async Task HandleAsync(PayRefund command, CancellationToken ct)
    {
        var refund = await db.Refunds.FirstAsync(r => r.Id == command.RefundId, ct);
        switch (refund.Status)
        {
            case RefundStatus.Requested:
                await bank.PayOutAsync(refund.StudentId, refund.Amount, ct);
                refund.Status = RefundStatus.Paid;
                await db.SaveChangesAsync(ct);
                break;

            case RefundStatus.Paid:
                throw new DomainException("This refund was paid.");

            default:
                throw new DomainException("This refund was rejected.");
        }
    }
}

using Academy.Application.Abstractions;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Billing;

public record RedeemVoucher(string Code, int StudentId);

public class RedeemVoucherHandler(IApplicationDbContext db)
{
    public async Task<bool> HandleAsync(RedeemVoucher command, CancellationToken ct)
    {
        var voucher = await db.Vouchers.SingleOrDefaultAsync(v => v.Code == command.Code, ct);
        if (voucher is null || voucher.RedeemedBy is not null)
        {
            return false;
        }

        voucher.RedeemedBy = command.StudentId;
        await db.SaveChangesAsync(ct);
        return true;
    }
}

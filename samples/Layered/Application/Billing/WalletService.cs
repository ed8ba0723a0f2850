using Academy.Application.Abstractions;
using Academy.Domain;

namespace Academy.Application.Billing;

public class WalletService(IRepository<Wallet> wallets, IUnitOfWork unitOfWork)
{
    public async Task TransferAsync(int fromStudent, int toStudent, decimal amount, CancellationToken ct)
    {
        var from = await GetAsync(fromStudent, ct);
        var to = await GetAsync(toStudent, ct);
        if (from.Credits < amount)
        {
            throw new DomainException("Not enough credits.");
        }

        from.Credits -= amount;
        to.Credits += amount;
        await unitOfWork.CommitAsync(ct);
    }

    public async Task PayAsync(int studentId, decimal price, CancellationToken ct)
    {
        var wallet = await GetAsync(studentId, ct);
        wallet.Withdraw(price);
        await unitOfWork.CommitAsync(ct);
    }

    private async Task<Wallet> GetAsync(int studentId, CancellationToken ct) =>
        await wallets.FirstOrDefaultAsync(w => w.StudentId == studentId, ct) ?? throw new DomainException("No such wallet.");
}

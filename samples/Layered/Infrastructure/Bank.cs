using Academy.Application.Billing;

namespace Academy.Infrastructure;

/// <summary>Stands in for the bank.</summary>
public class Bank : IBank
{
    public Task PayOutAsync(int studentId, decimal amount, CancellationToken ct) => Task.Delay(5, ct);
}

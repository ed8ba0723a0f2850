namespace Academy.Domain;

public class Wallet
{
    public int Id { get; private set; }

    public int StudentId { get; set; }

    public decimal Credits { get; set; }

    public void Withdraw(decimal amount)
    {
        if (Credits < amount)
        {
            throw new DomainException("Not enough credits.");
        }

        Credits -= amount;
    }
}

public class Voucher
{
    public int Id { get; private set; }

    public required string Code { get; set; }

    public int? RedeemedBy { get; set; }
}

public enum RefundStatus
{
    Requested,
    Paid,
    Rejected,
}

public class Refund
{
    public int Id { get; private set; }

    public int StudentId { get; set; }

    public decimal Amount { get; set; }

    public RefundStatus Status { get; set; }
}

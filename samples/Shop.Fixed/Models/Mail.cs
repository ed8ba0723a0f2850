namespace Shop.Models;

public enum MailStatus
{
    Queued,
    Sending,
    Sent,
}

public class Mail
{
    public int Id { get; init; }

    public required string Recipient { get; init; }

    public required string Subject { get; init; }

    public MailStatus Status { get; set; }
}

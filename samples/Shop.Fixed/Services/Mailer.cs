using System.Collections.Concurrent;

namespace Shop.Services;

/// <summary>Stands in for the mail server and remembers what it was asked to send.</summary>
public class Mailer
{
    private readonly ConcurrentQueue<int> delivered = new();

    public IReadOnlyCollection<int> Delivered => delivered;

    public async Task SendAsync(int mailId, string recipient, string subject, CancellationToken ct)
    {
        await Task.Delay(2, ct);
        delivered.Enqueue(mailId);
    }
}

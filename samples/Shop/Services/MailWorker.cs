namespace Shop.Services;

/// <summary>Sends what is queued. Every instance of the shop runs its own.</summary>
public class MailWorker(IServiceScopeFactory scopes, Mailer mailer, IConfiguration configuration) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loops = configuration.GetValue("Worker:Loops", 2);
        return Task.WhenAll(Enumerable.Range(0, loops).Select(_ => Task.Run(() => LoopAsync(stoppingToken), stoppingToken)));
    }

    private async Task LoopAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            if (!await SendNextAsync(ct))
            {
                await Task.Delay(Idle, ct);
            }
        }
    }

    private async Task<bool> SendNextAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queue = scope.ServiceProvider.GetRequiredService<MailQueue>();
        var mail = await queue.ClaimNextAsync(ct);
        if (mail is null)
        {
            return false;
        }

        await mailer.SendAsync(mail.Id, mail.Recipient, mail.Subject, ct);
        await queue.MarkSentAsync(mail.Id, ct);
        return true;
    }
}

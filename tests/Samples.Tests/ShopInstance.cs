using System.Diagnostics;
using System.Text;

namespace RaceAnalyzers.Samples.Tests;

/// <summary>One process of a shop, listening on a free port of its own choice.</summary>
internal sealed class ShopInstance : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ShopInstance(Process process) => this.process = process;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What the shop wrote so far: the reason, when a request fails.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public static async Task<ShopInstance> StartAsync(Sample sample, string databaseFile)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = sample.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[sample.Program, "--urls", "http://127.0.0.1:0", "--ConnectionStrings:Shop", $"Data Source={databaseFile}"])
        {
            start.ArgumentList.Add(argument);
        }

        var instance = new ShopInstance(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            instance.Client = new HttpClient { BaseAddress = await instance.RunAsync() };
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    private async Task<Uri> RunAsync()
    {
        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"The shop ended before it listened: {Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await address.Task.WaitAsync(StartLimit);
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        var found = line.IndexOf(Listening, StringComparison.Ordinal);
        if (found >= 0)
        {
            address.TrySetResult(new Uri(line[(found + Listening.Length)..].Trim()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}

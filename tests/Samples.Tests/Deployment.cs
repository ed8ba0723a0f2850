using System.Net;
using System.Net.Http.Json;

namespace RaceAnalyzers.Samples.Tests;

/// <summary>
/// A shop as it is deployed: two instances behind a balancer, one database. What an instance locks in its own memory the
/// other does not see.
/// </summary>
public abstract class Deployment(string sample) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("shop-");
    private readonly List<ShopInstance> instances = [];
    private int next;

    public async ValueTask InitializeAsync()
    {
        // One after the other: the first creates the database.
        for (var i = 0; i < 2; i++)
        {
            instances.Add(await ShopInstance.StartAsync(new Sample(sample), Path.Combine(folder.FullName, "shop.db")));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in instances)
        {
            await instance.DisposeAsync();
        }

        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends the requests at the same time, to the instances in turn; only the given answers are in order.</summary>
    public async Task<List<HttpStatusCode>> BurstAsync(IEnumerable<(string Path, object? Body)> requests, params HttpStatusCode[] expected)
    {
        var answers = await Task.WhenAll(requests.Select(r => Task.Run(() => PostAsync(r.Path, r.Body))));
        foreach (var (status, text) in answers)
        {
            Assert.True(expected.Contains(status), $"{status}: {text}\n{string.Join('\n', instances.Select(i => i.Output))}");
        }

        return [.. answers.Select(a => a.Status)];
    }

    public Task<List<HttpStatusCode>> BurstAsync(int count, string path, object? body, params HttpStatusCode[] expected) =>
        BurstAsync(Enumerable.Repeat((path, body), count), expected);

    public async Task<T> PostAsync<T>(string path, object? body)
    {
        using var response = await Next().PostAsJsonAsync(path, body);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<T>())!;
    }

    public async Task<T> GetAsync<T>(string path) => (await Next().GetFromJsonAsync<T>(path))!;

    /// <summary>What every instance answers by itself.</summary>
    public async Task<List<T>> GetFromAllAsync<T>(string path)
    {
        var answers = await Task.WhenAll(instances.Select(i => i.Client.GetFromJsonAsync<T[]>(path)));
        return [.. answers.SelectMany(a => a!)];
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, object? body)
    {
        using var response = await Next().PostAsJsonAsync(path, body);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private HttpClient Next() => instances[(int)((uint)Interlocked.Increment(ref next) % instances.Count)].Client;
}

public sealed class RacingShop() : Deployment("Shop");

public sealed class FixedShop() : Deployment("Shop.Fixed");

// RACE303 Read-modify-write of a cache entry: one of two hits is lost.
// races on: PostgreSQL, MariaDB, SQLite
// no fix: each cache has its own means of changing an entry in one step, and some have none

using Microsoft.Extensions.Caching.Distributed;

public class Page
{
    public int Id { get; set; }
}

public class Blog(DbContextOptions<Blog> options) : DbContext(options)
{
    public DbSet<Page> Pages => Set<Page>();
}

public class Statistics(IDistributedCache cache)
{
    public async Task Hit(string page)
    {
        var hits = await cache.GetStringAsync(page);
        var count = hits == null ? 0 : int.Parse(hits);
        await cache.SetStringAsync(page, (count + 1).ToString());
    }
}

public sealed class Entries : Dictionary<string, byte[]>;

/// <summary>A cache on another machine: other sessions may come before each of its calls.</summary>
public sealed class RemoteCache(Session<Blog> session) : IDistributedCache
{
    private readonly Entries _entries = session.Memory.Get<Entries>();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        await session.PointAsync("get " + key);
        return _entries.GetValueOrDefault(key);
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await session.PointAsync("set " + key);
        _entries[key] = value;
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public Task RemoveAsync(string key, CancellationToken token = default) => throw new NotSupportedException();
}

public sealed class TwoHits : Race<Blog>
{
    public TwoHits()
    {
        Session(s => new Statistics(new RemoteCache(s)).Hit("home"));
        Session(s => new Statistics(new RemoteCache(s)).Hit("home"));
    }

    protected override bool SharesMemory => true;

    protected override void Seed(Blog db) => db.Add(new Page { Id = 1 });

    protected override object? Observe(Memory memory) =>
        memory.Get<Entries>().ToDictionary(e => e.Key, e => System.Text.Encoding.UTF8.GetString(e.Value));
}

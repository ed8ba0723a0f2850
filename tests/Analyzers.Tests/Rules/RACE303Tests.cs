namespace RaceAnalyzers.Tests.Rules;

/// <summary>Read-modify-write of a cache entry.</summary>
public class RACE303Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task DistributedCounter_Reports(EfCore version) => new RaceTest("using Microsoft.Extensions.Caching.Distributed;\n" + Shop.Service("""
            public async Task Count(IDistributedCache cache, string key)
            {
                var text = await cache.GetStringAsync(key);
                var count = text == null ? 0 : int.Parse(text);
                await {|RACE303:cache.SetStringAsync(key, (count + 1).ToString())|};
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task MemoryCounter_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public void Count(IMemoryCache cache, int id)
            {
                var attempts = cache.Get<int>($"attempts-{id}");
                {|RACE303:cache.Set($"attempts-{id}", attempts + 1)|};
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task TryGetValue_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public void Add(IMemoryCache cache, string key, string item)
            {
                if (!cache.TryGetValue(key, out List<string>? items))
                    items = [];

                items!.Add(item);
                {|RACE303:cache.Set(key, items, TimeSpan.FromMinutes(5))|};
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task AtomicIncrement_IsQuiet() => new RaceTest("using StackExchange.Redis;\n" + Shop.Service("""
            public async Task<long> Count(IDatabase redis, string key) => await redis.StringIncrementAsync(key);
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Redis] }.IsQuiet();

    [Fact]
    public Task LoadedOnAMiss_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task<List<Tag>> Tags(IMemoryCache cache)
            {
                var tags = cache.Get<List<Tag>>("tags");
                if (tags == null)
                {
                    tags = await _db.Tags.ToListAsync();
                    cache.Set("tags", tags);
                }

                return tags;
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task OtherKey_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public void Copy(IMemoryCache cache)
            {
                var value = cache.Get<int>("source");
                cache.Set("target", value + 1);
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task RedisString_Reports() => new RaceTest("using StackExchange.Redis;\n" + Shop.Service("""
            public async Task Take(IDatabase redis, string key)
            {
                var left = (int)await redis.StringGetAsync(key);
                if (left > 0)
                    await {|RACE303:redis.StringSetAsync(key, left - 1)|};
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Redis] }.Reports();
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Read-modify-write of a cache entry.</summary>
public class RACE303Tests
{
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
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Cached value decides a write.</summary>
public class RACE302Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task MemoryCache_DecidesAWrite_Reports(EfCore version) => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task<bool> Pay(IMemoryCache cache, int id)
            {
                var status = cache.Get<OrderStatus>($"order-status-{id}");
                if (status != OrderStatus.Pending)
                    return false;

                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE302:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task MemoryCache_GetOrCreate_DecidesAnInsert_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task<bool> Register(IMemoryCache cache, string name)
            {
                var taken = await cache.GetOrCreateAsync($"taken-{name}", _ => _db.Users.AnyAsync(u => u.Username == name));
                if (taken)
                    return false;

                {|RACE302:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task HybridCache_DecidesAQuota_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Hybrid;\n" + Shop.Service("""
            public async Task Book(HybridCache cache, int eventId, int userId, int capacity)
            {
                var booked = await cache.GetOrCreateAsync(
                    $"booked-{eventId}", async ct => await _db.Bookings.CountAsync(b => b.EventId == eventId, ct));
                if (booked >= capacity)
                    throw new InvalidOperationException("Sold out");

                {|RACE302:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.HybridCache] }.Reports();

    [Fact]
    public Task Redis_DecidesAWrite_Reports() => new RaceTest("using StackExchange.Redis;\n" + Shop.Service("""
            public async Task Buy(IDatabase redis, int id)
            {
                var stock = (int)await redis.StringGetAsync($"stock:{id}");
                if (stock <= 0)
                    throw new OutOfStockException();

                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE302:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Redis] }.Reports();

    [Fact]
    public Task DistributedCache_DecidesAWrite_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Distributed;\n" + Shop.Service("""
            public async Task<bool> Redeem(IDistributedCache cache, int id)
            {
                if (await cache.GetStringAsync($"coupon-used-{id}") != null)
                    return false;

                var coupon = await _db.Coupons.SingleAsync(c => c.Id == id);
                {|RACE302:coupon.UsedAt = DateTime.UtcNow|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task CacheAsideForOutput_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task<Product?> Get(IMemoryCache cache, int id)
            {
                if (cache.TryGetValue($"product-{id}", out Product? product))
                    return product;

                product = await _db.Products.FindAsync(id);
                cache.Set($"product-{id}", product);
                return product;
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task CachedSettings_BesideAPlainWrite_AreQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                var prefix = cache.Get<string>("prefix");
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = prefix + name;
                await _db.SaveChangesAsync();
            }
        """), Shop.Model).IsQuiet();

    [Theory]
    [InlineData("names!.Contains(name)")]
    [InlineData("names!.Any(n => n == name)")]
    public Task ListOfACache_LoadedOnAMiss_DecidesAnInsert_Reports(string taken) => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service($$"""
            public async Task<bool> Register(IMemoryCache cache, string name)
            {
                var names = await cache.GetOrCreateAsync("names", _ => _db.Users.Select(u => u.Username).ToListAsync());
                if ({{taken}})
                    return false;

                {|RACE302:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task ListOfACache_OfAnotherSet_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task<bool> Register(IMemoryCache cache, string name)
            {
                var forbidden = await cache.GetOrCreateAsync("forbidden", _ => _db.Tags.Select(t => t.Name).ToListAsync());
                if (forbidden!.Contains(name))
                    return false;

                _db.Users.Add(new User { Username = name });
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model).IsQuiet();

    private const string Marked = """
            public async Task<bool> Welcome(IMemoryCache cache, int id)
            {
                if (cache.TryGetValue($"welcomed-{id}", out _))
                    return false;

                ADD;
                await _db.SaveChangesAsync();
                MARK;
                return true;
            }
        """;

    [Fact]
    public Task EntryThatMarksWhatWasInserted_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service(Marked
        .Replace("ADD", "{|RACE302:_db.Audits.Add(new Audit { What = \"welcome\" })|}", StringComparison.Ordinal).Replace("MARK", "cache.Set($\"welcomed-{id}\", true)", StringComparison.Ordinal)), Shop.Model).Reports();

    [Theory]
    [InlineData("Console.WriteLine(id)")]
    [InlineData("cache.Set(\"last\", id)")]
    public Task EntryThatIsNotSetByTheInsert_IsQuiet(string mark) => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service(Marked
        .Replace("ADD", "_db.Audits.Add(new Audit { What = \"welcome\" })", StringComparison.Ordinal).Replace("MARK", mark, StringComparison.Ordinal)), Shop.Model).IsQuiet();
}

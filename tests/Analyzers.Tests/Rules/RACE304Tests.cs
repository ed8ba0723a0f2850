namespace RaceAnalyzers.Tests.Rules;

/// <summary>Cache invalidated before the commit: a reader puts the old value back.</summary>
public class RACE304Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task RemovedBeforeTheSave_Reports(EfCore version) => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                {|RACE304:cache.Remove($"product-{id}")|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task DistributedCache_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Distributed;\n" + Shop.Service("""
            public async Task Rename(IDistributedCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await {|RACE304:cache.RemoveAsync($"product-{id}")|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task ByTag_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Hybrid;\n" + Shop.Service("""
            public async Task Rename(HybridCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await {|RACE304:cache.RemoveByTagAsync("products")|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.HybridCache] }.Reports();

    [Fact]
    public Task SetBeforeTheSave_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                {|RACE304:cache.Set($"product-{id}", product)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task ExpiredInFusionCache_Reports() => new RaceTest("using ZiggyCreatures.Caching.Fusion;\n" + Shop.Service("""
            public async Task Rename(IFusionCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await {|RACE304:cache.ExpireAsync($"product-{id}")|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.FusionCache] }.Reports();

    [Fact]
    public Task SavedButNotCommitted_Reports() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
                {|RACE304:cache.Remove($"product-{id}")|};
                await transaction.CommitAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task ThroughAWrapper_Reports() => new RaceTest(Shop.Service("""
            public async Task Rename(ProductCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                {|RACE304:cache.Forget(id)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model, """
        using Microsoft.Extensions.Caching.Memory;

        namespace Shop;

        public class ProductCache(IMemoryCache cache)
        {
            public void Forget(int id) => cache.Remove($"product-{id}");
        }
        """).Reports();

    [Fact]
    public Task RemovedAfterTheSave_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
                cache.Remove($"product-{id}");
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task RemovedAfterABulkUpdateWithTheValuesOfAnUntrackedRow_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Name, product.Name));
                cache.Remove("product:" + id);
                _db.Audits.Add(new Audit { What = name });
                await _db.SaveChangesAsync();
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task RemovedAfterTheCommit_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
                cache.Remove($"product-{id}");
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task RemovedBeforeAndAfter_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                cache.Remove($"product-{id}");
                await _db.SaveChangesAsync();
                cache.Remove($"product-{id}");
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task NoWriteFollows_IsQuiet() => new RaceTest("using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service("""
            public async Task<Product?> Refresh(IMemoryCache cache, int id)
            {
                cache.Remove($"product-{id}");
                return await _db.Products.FindAsync(id);
            }
        """), Shop.Model).IsQuiet();

    private static string RenamedAndSavedByTheCaller(string remove, string after = "") => "using Microsoft.Extensions.Caching.Memory;\n" + Shop.Service($$"""
            public async Task Rename(IMemoryCache cache, int id, string name)
            {
                await Change(cache, id, name);
                await _db.SaveChangesAsync();
                {{after}}
            }

            private async Task Change(IMemoryCache cache, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                {{remove}}
            }
        """);

    [Fact]
    public Task SavedByAVisibleCaller_Reports() =>
        new RaceTest(RenamedAndSavedByTheCaller("""{|RACE304:cache.Remove($"product-{id}")|};"""), Shop.Model).Reports();

    [Fact]
    public Task RemovedByTheCallerAfterItsSave_IsQuiet() =>
        new RaceTest(RenamedAndSavedByTheCaller("", """cache.Remove($"product-{id}");"""), Shop.Model).IsQuiet();

    [Fact]
    public Task EntryThatTheCalleeKeepsForItself_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Count(Rates rates, string name)
            {
                var user = await _db.Users.FirstAsync(u => u.Username == name);
                user.Points = await rates.Of(name);
                await _db.SaveChangesAsync();
            }
        """), """
        using System.Net.Http;
        using Microsoft.Extensions.Caching.Memory;

        namespace Shop;

        public class Rates(IMemoryCache cache, HttpClient http)
        {
            public async Task<int> Of(string name)
            {
                if (!cache.TryGetValue(name, out string? _))
                    cache.Set(name, "seen");

                try
                {
                    return (await http.GetStringAsync(name)).Length;
                }
                catch (HttpRequestException)
                {
                    cache.Remove(name);
                    throw;
                }
            }
        }
        """, Shop.Model).IsQuiet();

    private static RaceTest ByACaller(string after) => new($$"""
        using Microsoft.Extensions.Caching.Memory;

        namespace Shop;

        public class Settings(ShopDb db, IMemoryCache cache)
        {
            public async Task Change(int id, string name)
            {
                await Put(id, name);
                await db.SaveChangesAsync();
                {{after}}
            }

            public async Task Put(int id, string name)
            {
                {{(after.Length > 0 ? "cache.Remove(id)" : "{|RACE304:cache.Remove(id)|}")}};
                var tag = await db.Tags.SingleAsync(t => t.Id == id);
                tag.Name = name;
            }
        }
        """, Shop.Model);

    [Fact]
    public Task RemovedAgainByTheCallerAfterItsSave_IsQuiet() => ByACaller("cache.Remove(id);").IsQuiet();

    [Fact]
    public Task NotRemovedAgainByTheCaller_Reports() => ByACaller("").Reports();
}

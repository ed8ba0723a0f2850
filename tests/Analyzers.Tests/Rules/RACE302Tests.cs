namespace RaceAnalyzers.Tests.Rules;

/// <summary>Cached value decides a write.</summary>
public class RACE302Tests
{
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
}

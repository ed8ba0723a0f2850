namespace RaceAnalyzers.Tests.Rules;

/// <summary>Cache invalidated before the commit: a reader puts the old value back.</summary>
public class RACE304Tests
{
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
}

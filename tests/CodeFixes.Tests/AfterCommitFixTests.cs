namespace RaceAnalyzers.Tests;

public sealed class AfterCommitFixTests
{
    [Fact]
    public Task A_message_follows_the_commit_with_its_comment() => Makes(
        """
        public async Task Rename(Hangfire.IBackgroundJobClient jobs, int id, string name)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Name = name;
            // The index follows.
            {|RACE305:Hangfire.BackgroundJobClientExtensions.Enqueue<Indexer>(jobs, i => i.Index(id))|};
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        public class Indexer { public void Index(int id) { } }
        """,
        """
        public async Task Rename(Hangfire.IBackgroundJobClient jobs, int id, string name)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Name = name;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            // The index follows.
            Hangfire.BackgroundJobClientExtensions.Enqueue<Indexer>(jobs, i => i.Index(id));
        }

        public class Indexer { public void Index(int id) { } }
        """);

    [Fact]
    public Task A_removal_is_awaited_behind_the_save() => Makes(
        """
        public async Task Rename(Microsoft.Extensions.Caching.Hybrid.HybridCache cache, int id, string name, CancellationToken ct)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id, ct);
            product.Name = name;
            await {|RACE304:cache.RemoveByTagAsync("products", ct)|};
            await _db.SaveChangesAsync(ct);
        }
        """,
        """
        public async Task Rename(Microsoft.Extensions.Caching.Hybrid.HybridCache cache, int id, string name, CancellationToken ct)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id, ct);
            product.Name = name;
            await _db.SaveChangesAsync(ct);
            await cache.RemoveByTagAsync("products", ct);
        }
        """);

    [Fact]
    public Task Not_offered_when_its_argument_changes_on_the_way() => IsNotOffered(
        """
        public async Task Rename(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Name = name;
            {|RACE304:cache.Remove($"product-{name}")|};
            name = name.Trim();
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task Not_offered_when_the_method_may_leave_before_the_save() => IsNotOffered(
        """
        public async Task Rename(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Name = name;
            {|RACE304:cache.Remove("products")|};
            if (name.Length == 0) return;
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task An_argument_that_changes_on_the_way_is_kept() => Makes(
        """
        public async Task Rename(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            {|RACE304:cache.Remove($"{product.Id}-{product.Name}")|};
            product.Name = name;
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Rename(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            var oldName = product.Name;
            product.Name = name;
            await _db.SaveChangesAsync();
            cache.Remove($"{product.Id}-{oldName}");
        }
        """);

    [Fact]
    public Task Not_offered_when_its_row_may_change_out_of_sight() => IsNotOffered(
        """
        public async Task Rename(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, Action<Product> change)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Price = 2;
            {|RACE304:cache.Remove(product.Name)|};
            change(product);
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task A_failure_behind_the_commit_is_not_rolled_back() => Makes(InTransaction("id", true, false), InTransaction("id", false, true));

    [Fact]
    public Task Not_offered_when_it_cannot_stand_behind_the_block_that_is_rolled_back() => IsNotOffered(InTransaction("product.Id", true, false));

    private static string InTransaction(string key, bool isEarly, bool isLate) => $$"""
        public async Task Rename(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            try
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();{{(isEarly ? $"\n        {{|RACE304:cache.Remove({key})|}};" : "")}}
                await transaction.CommitAsync();
            }
            catch
            {
                await transaction.RollbackAsync();
                throw;
            }{{(isLate ? $"\n    cache.Remove({key});" : "")}}
        }
        """;

    private static Task Makes(string before, string after) => new FixTest<AfterCommitFix>(before, after) { With = [Library.PostgreSql, Library.Hangfire, Library.HybridCache] }.RunAsync(TestContext.Current.CancellationToken);

    private static Task IsNotOffered(string code) => Makes(code, code);
}

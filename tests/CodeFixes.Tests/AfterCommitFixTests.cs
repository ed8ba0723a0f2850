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

    private static Task Makes(string before, string after) => new FixTest<AfterCommitFix>(before, after) { With = [Library.PostgreSql, Library.Hangfire, Library.HybridCache] }.RunAsync(TestContext.Current.CancellationToken);

    private static Task IsNotOffered(string code) => Makes(code, code);
}

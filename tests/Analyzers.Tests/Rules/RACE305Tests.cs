namespace RaceAnalyzers.Tests.Rules;

/// <summary>Message sent before the commit: the worker reads the old state.</summary>
public class RACE305Tests
{
    [Fact]
    public Task AfterTheSave_IsQuiet() => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public async Task Rename(IBackgroundJobClient jobs, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
                jobs.Enqueue<Indexer>(i => i.Index(id));
            }

            public class Indexer { public void Index(int id) { } }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Hangfire] }.IsQuiet();

    [Fact]
    public Task InProcessMediator_IsQuiet() => new RaceTest("using MediatR;\n" + Shop.Service("""
            public sealed record ProductRenamed(int Id) : INotification;

            public async Task Rename(IMediator mediator, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await mediator.Publish(new ProductRenamed(id));
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.MediatR] }.IsQuiet();

    [Fact]
    public Task NothingSavedAfter_IsQuiet() => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public async Task Remind(IBackgroundJobClient jobs, int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                jobs.Enqueue<Indexer>(i => i.Index(product.Id));
            }

            public class Indexer { public void Index(int id) { } }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Hangfire] }.IsQuiet();
}

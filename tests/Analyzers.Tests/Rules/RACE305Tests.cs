namespace RaceAnalyzers.Tests.Rules;

/// <summary>Message sent before the commit: the worker reads the old state.</summary>
public class RACE305Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task HangfireJobBeforeTheSave_Reports(EfCore version) => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public async Task Rename(IBackgroundJobClient jobs, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                {|RACE305:jobs.Enqueue<Indexer>(i => i.Index(id))|};
                await _db.SaveChangesAsync();
            }

            public class Indexer { public void Index(int id) { } }
        """), Shop.Model)
    { On = version, With = [Library.PostgreSql, Library.Hangfire] }.Reports();

    [Fact]
    public Task StaticHangfireJob_Reports() => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public void Rename(int id, string name)
            {
                var product = _db.Products.Single(p => p.Id == id);
                product.Name = name;
                {|RACE305:BackgroundJob.Enqueue<Indexer>(i => i.Index(id))|};
                _db.SaveChanges();
            }

            public class Indexer { public void Index(int id) { } }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Hangfire] }.Reports();

    [Fact]
    public Task MassTransitPublish_Reports() => new RaceTest("using MassTransit;\n" + Shop.Service("""
            public sealed record ProductRenamed(int Id);

            public async Task Rename(IPublishEndpoint bus, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await {|RACE305:bus.Publish(new ProductRenamed(id))|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.MassTransit] }.Reports();

    [Fact]
    public Task ChannelWrite_Reports() => new RaceTest("using System.Threading.Channels;\n" + Shop.Service("""
            public async Task Annotate(Channel<int> queue, int id, string note)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Note = note;
                await {|RACE305:queue.Writer.WriteAsync(order.Id)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task BetweenSaveAndCommit_Reports() => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public async Task Create(IBackgroundJobClient jobs, string note)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var order = new Order { Note = note };
                _db.Orders.Add(order);
                await _db.SaveChangesAsync();
                {|RACE305:jobs.Enqueue<Mailer>(m => m.Send(order.Id))|};
                await transaction.CommitAsync();
            }

            public class Mailer { public void Send(int id) { } }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Hangfire] }.Reports();

    [Fact]
    public Task QuartzJob_Reports() => new RaceTest("using Quartz;\n" + Shop.Service("""
            public async Task Rename(IScheduler scheduler, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await {|RACE305:scheduler.TriggerJob(new JobKey($"index-{id}"))|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Quartz] }.Reports();

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

    [Fact]
    public Task SavedByAVisibleCaller_Reports() => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public async Task Rename(IBackgroundJobClient jobs, int id, string name)
            {
                await Change(jobs, id, name);
                await _db.SaveChangesAsync();
            }

            private async Task Change(IBackgroundJobClient jobs, int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                {|RACE305:jobs.Enqueue<Indexer>(i => i.Index(id))|};
            }

            public class Indexer { public void Index(int id) { } }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Hangfire] }.Reports();

    [Fact]
    public Task InsertedAndSavedByAVisibleCaller_ReportsOnce() => new RaceTest("using Hangfire;\n" + Shop.Service("""
            public void Create(IBackgroundJobClient jobs, string name)
            {
                Add(jobs, name);
                _db.SaveChanges();
            }

            private void Add(IBackgroundJobClient jobs, string name)
            {
                var tag = new Tag { Name = name };
                _db.Tags.Add(tag);
                {|RACE305:jobs.Enqueue<Indexer>(i => i.Index(tag.Id))|};
            }

            public class Indexer { public void Index(int id) { } }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Hangfire] }.Reports();

    /// <summary>The message tells of a failure by a text that is no key of the row.</summary>
    [Fact]
    public Task MessageThatNamesNoKey_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(string title, string name, System.Threading.Channels.ChannelWriter<string> errors)
            {
                var post = await _db.Posts.FirstAsync(p => p.Title == title);
                await errors.WriteAsync(title);
                post.Title = name;
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>What is changed only where the message was not sent is not told of too early.</summary>
    [Fact]
    public Task ChangeOnTheOtherWay_IsQuiet() => Verify.IsQuiet("""
            public async Task Rate(int id, int points, System.Threading.Channels.ChannelWriter<int> messages)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                if (points > 0)
                {
                    await messages.WriteAsync(user.Id);
                    return;
                }

                user.Name = "";
                await _db.SaveChangesAsync();
            }
        """);
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Save hook that reads and writes other rows.</summary>
public class RACE301Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task SaveChangesOverride_Reports(EfCore version) => new RaceTest("namespace Shop; public class Nothing;", Shop.WithMembers(Shop.Model, """
            public override async Task<int> SaveChangesAsync(CancellationToken cancellationToken = default)
            {
                foreach (var entry in ChangeTracker.Entries<Comment>().Where(e => e.State == EntityState.Added).ToList())
                {
                    var post = await Posts.SingleAsync(p => p.Id == entry.Entity.PostId, cancellationToken);
                    {|RACE301:post.LikeCount += 1|};
                }

                return await base.SaveChangesAsync(cancellationToken);
            }
        """))
    { On = version }.Reports();

    [Fact]
    public Task Interceptor_Reports() => new RaceTest("""
        using Microsoft.EntityFrameworkCore.Diagnostics;

        namespace Shop;

        public class NumberInterceptor : SaveChangesInterceptor
        {
            public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
                DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            {
                var post = await eventData.Context!.Set<Post>().FirstAsync(cancellationToken);
                {|RACE301:post.LikeCount++|};
                return await base.SavingChangesAsync(eventData, result, cancellationToken);
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task SyncInterceptor_Reports() => new RaceTest("""
        using Microsoft.EntityFrameworkCore.Diagnostics;

        namespace Shop;

        public class StockInterceptor : SaveChangesInterceptor
        {
            public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
            {
                var db = (ShopDb)eventData.Context!;
                foreach (var entry in db.ChangeTracker.Entries<OrderLine>().Where(e => e.State == EntityState.Added).ToList())
                {
                    var product = db.Products.Single(p => p.Id == entry.Entity.ProductId);
                    {|RACE301:product.Stock -= entry.Entity.Quantity|};
                }

                return result;
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task SavingChangesHandler_Reports() => new RaceTest("""
        namespace Shop;

        public static class Hooks
        {
            public static void Register(ShopDb db) => db.SavingChanges += OnSaving;

            private static void OnSaving(object? sender, SavingChangesEventArgs e)
            {
                var db = (ShopDb)sender!;
                var post = db.Posts.First(p => p.Slug == "counter");
                {|RACE301:post.LikeCount++|};
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task NextNumberInTheHook_Reports() => new RaceTest("namespace Shop; public class Nothing;", Shop.WithMembers(Shop.Model, """
            public override int SaveChanges()
            {
                if (!Tags.Any(t => t.Name == "saved"))
                {
                    {|RACE301:Tags.Add(new Tag { Name = "saved" })|};
                }

                return base.SaveChanges();
            }
        """)).Reports();

    [Fact]
    public Task StampsOnTheSavedRowsThemselves_AreQuiet() => new RaceTest("namespace Shop; public class Nothing;", Shop.WithMembers(Shop.Model, """
            public override int SaveChanges()
            {
                foreach (var entry in ChangeTracker.Entries<User>())
                {
                    if (entry.State == EntityState.Modified)
                        entry.Entity.LastSeen = DateTime.UtcNow;
                }

                return base.SaveChanges();
            }
        """)).IsQuiet();

    [Fact]
    public Task AuditRowsAdded_AreQuiet() => new RaceTest("namespace Shop; public class Nothing;", Shop.WithMembers(Shop.Model, """
            public override async Task<int> SaveChangesAsync(CancellationToken cancellationToken = default)
            {
                foreach (var entry in ChangeTracker.Entries().Where(e => e.State == EntityState.Modified).ToList())
                    Audits.Add(new Audit { What = entry.Metadata.Name });

                return await base.SaveChangesAsync(cancellationToken);
            }
        """)).IsQuiet();

    [Fact]
    public Task SoftDelete_IsQuiet() => new RaceTest("namespace Shop; public class Nothing;", Shop.WithMembers(Shop.Model, """
            public override int SaveChanges()
            {
                foreach (var entry in ChangeTracker.Entries<Product>().Where(e => e.State == EntityState.Deleted))
                {
                    entry.State = EntityState.Modified;
                    entry.Entity.Active = false;
                }

                return base.SaveChanges();
            }
        """)).IsQuiet();
}

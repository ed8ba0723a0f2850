namespace RaceAnalyzers.Tests.Rules;

/// <summary>Save hook that reads and writes other rows.</summary>
public class RACE301Tests
{
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

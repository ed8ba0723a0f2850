namespace RaceAnalyzers.Tests.Rules;

/// <summary>Failed insert left in the context, which is saved again.</summary>
public class RACE208Tests
{
    private static readonly string UniqueTag = Shop.ModelWith("Tag", "", "[Index(nameof(Name), IsUnique = true)]");

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task SavedAgainAfterTheFailure_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Create(string name)
            {
                _db.Tags.Add(new Tag { Name = name });
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    Console.WriteLine("exists");
                }

                _db.Audits.Add(new Audit { What = name });
                await {|RACE208:_db.SaveChangesAsync()|};
            }
        """), UniqueTag)
    { On = version }.Reports();

    [Fact]
    public Task SavedAgainInTheCatch_Reports() => Verify.Reports("""
            public async Task Create(string name)
            {
                _db.Tags.Add(new Tag { Name = name });
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    _db.Audits.Add(new Audit { What = "duplicate " + name });
                    await {|RACE208:_db.SaveChangesAsync()|};
                }
            }
        """, UniqueTag);

    [Fact]
    public Task SavedAgainInALoop_Reports() => Verify.Reports("""
            public async Task Import(List<string> names)
            {
                foreach (var name in names)
                {
                    _db.Tags.Add(new Tag { Name = name });
                    try
                    {
                        await {|RACE208:_db.SaveChangesAsync()|};
                    }
                    catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                    {
                        Console.WriteLine("exists");
                    }
                }
            }
        """, UniqueTag);

    [Theory]
    [InlineData("_db.Entry(tag).State = EntityState.Detached;")]
    [InlineData("_db.ChangeTracker.Clear();")]
    [InlineData("_db.Tags.Remove(tag);")]
    [InlineData("foreach (var entry in e.Entries) entry.State = EntityState.Detached;")]
    public Task Detached_IsQuiet(string detach) => Verify.IsQuiet($$"""
            public async Task Create(string name)
            {
                var tag = new Tag { Name = name };
                _db.Tags.Add(tag);
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    {{detach}}
                }

                _db.Audits.Add(new Audit { What = name });
                await _db.SaveChangesAsync();
            }
        """, UniqueTag);

    [Fact]
    public Task NotSavedAgain_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Create(string name)
            {
                _db.Tags.Add(new Tag { Name = name });
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }
        """, UniqueTag);

    [Fact]
    public Task SavedThroughAnotherContext_IsQuiet() => Verify.IsQuiet("""
            public async Task Create(string name)
            {
                _db.Tags.Add(new Tag { Name = name });
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    await using var log = new ShopDb();
                    log.Audits.Add(new Audit { What = "duplicate " + name });
                    await log.SaveChangesAsync();
                }
            }
        """, UniqueTag);

    [Fact]
    public Task AnyFailureCaughtInALoop_Reports() => Verify.Reports("""
            public async Task Import(List<string> names)
            {
                foreach (var name in names)
                {
                    _db.Tags.Add(new Tag { Name = name });
                    try
                    {
                        await {|RACE208:_db.SaveChangesAsync()|};
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }
        """, UniqueTag);

    [Fact]
    public Task AnyFailureOfARowThatNothingRefuses_IsQuiet() => Verify.IsQuiet("""
            public async Task Import(List<string> names)
            {
                foreach (var name in names)
                {
                    _db.Audits.Add(new Audit { What = name });
                    try
                    {
                        await _db.SaveChangesAsync();
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine(e);
                    }
                }
            }
        """);

    /// <summary>The context of the failed insert was made, and is gone, in the method that failed.</summary>
    [Fact]
    public Task ContextOfTheCalleeThatFailed_IsQuiet() => new RaceTest("""
        namespace Shop;

        public class Import(IDbContextFactory<ShopDb> contexts)
        {
            public async Task Run(string[] names)
            {
                foreach (var name in names)
                {
                    try { await Save(name); }
                    catch (DbUpdateException e) { Console.WriteLine(e); }
                }
            }

            private async Task Save(string name)
            {
                await using var db = contexts.CreateDbContext();
                db.Tags.Add(new Tag { Name = name });
                await db.SaveChangesAsync();
            }
        }
        """, Shop.ModelWith("Tag", "", "[Index(nameof(Name), IsUnique = true)]")).IsQuiet();

    private static string InBranch(string save, string again) => $$"""
            public async Task Create(bool isNew, string name, int id)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                if (isNew)
                {
                    _db.Tags.Add(new Tag { Name = name });
                    {{save}}
                }

                try
                {
                    user.LastSeen = DateTime.UtcNow;
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException)
                {
                    user.Name = name;
                    {{again}};
                }
            }
        """;

    [Fact]
    public Task SavedInItsOwnBranch_IsQuiet() => Verify.IsQuiet(InBranch("await _db.SaveChangesAsync();", "await _db.SaveChangesAsync()"));

    [Fact]
    public Task NotSavedInItsOwnBranch_Reports() => Verify.Reports(InBranch("", "await {|RACE208:_db.SaveChangesAsync()|}"));

    private const string Lease = """
        namespace Shop;

        public interface ILease
        {
            ShopDb Context { get; }
        }

        public interface ILeases
        {
            Task<ILease> TakeAsync();
        }

        public class TagService(ILeases leases, ShopDb db)
        {
        """;

    [Fact]
    public Task TriedAgainByItselfOnAContextOfItsOwn_IsQuiet() => new RaceTest(Lease + """
            public async Task<int> Count()
            {
                var context = (await leases.TakeAsync()).Context;
                var changed = await context.Tags.Where(t => t.Name == "count").ExecuteUpdateAsync(s => s.SetProperty(t => t.Name, t => t.Name + "1"));
                if (changed == 0)
                {
                    context.Tags.Add(new Tag { Name = "count" });
                    try { await context.SaveChangesAsync(); }
                    catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" }) { return await Count(); }
                }

                return changed;
            }
        }
        """, UniqueTag).IsQuiet();

    [Fact]
    public Task TriedAgainByItselfOnTheSameContext_Reports() => new RaceTest(Lease + """
            public async Task<int> Count()
            {
                var changed = await db.Tags.Where(t => t.Name == "count").ExecuteUpdateAsync(s => s.SetProperty(t => t.Name, t => t.Name + "1"));
                if (changed == 0)
                {
                    db.Tags.Add(new Tag { Name = "count" });
                    try { await db.SaveChangesAsync(); }
                    catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" }) { return await {|RACE208:Count()|}; }
                }

                return changed;
            }
        }
        """, UniqueTag).Reports();

    private static string SavedByHelper(string failed) => $$"""
            public async Task Import(List<string> names)
            {
                foreach (var name in names)
                {
                    try
                    {
                        _db.Tags.Add(new Tag { Name = name });
                        await {|RACE208:Save()|};
                    }
                    catch (Exception)
                    {
                        Console.WriteLine("exists");
                    }
                }
            }

            private async Task Save()
            {
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException)
                {
                    {{failed}}
                    throw;
                }
            }
        """;

    [Fact]
    public Task TakenOutByTheMethodThatSaves_IsQuiet() => Verify.IsQuiet(SavedByHelper("""
        foreach (var entry in _db.ChangeTracker.Entries().Where(e => e.State == EntityState.Added).ToList())
            entry.State = EntityState.Detached;
        """).Replace("{|RACE208:Save()|}", "Save()"), UniqueTag);

    [Fact]
    public Task OnlyLoggedByTheMethodThatSaves_Reports() => Verify.Reports(SavedByHelper("""Console.WriteLine("failed");"""), UniqueTag);
}

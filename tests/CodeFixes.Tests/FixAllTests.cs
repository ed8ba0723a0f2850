using Microsoft.CodeAnalysis.CodeFixes;

namespace RaceAnalyzers.Tests;

/// <summary>Three findings in one file: all at once they become what each of them becomes alone.</summary>
public sealed class FixAllTests
{
    private static Task ThreeOf<TFix>(string before, string after, string model = Shop.Model, string? fixedModel = null, string usings = "", Library[]? with = null)
        where TFix : CodeFixProvider, new() =>
        new FixTest<TFix>(Three(before), Three(after)) { Model = model, FixedModel = fixedModel, Usings = usings, With = with ?? [Library.PostgreSql] }
            .RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The method under three names.</summary>
    private static string Three(string method) => string.Join("\n\n", new[] { "First", "Second", "Third" }.Select(name => method.Replace("$(", name + "(", StringComparison.Ordinal)));

    [Fact]
    public Task Atomic_updates() => ThreeOf<AtomicUpdateFix>(
        """
        public async Task View$(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock <= 0) throw new OutOfStockException();
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task View$(int id)
        {
            var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
            var updated = await _db.Products
                .Where(p => p.Id == product.Id && p.Stock > 0)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            if (updated == 0) throw new OutOfStockException();
        }
        """);

    [Fact]
    public Task Row_locks() => ThreeOf<RowLockFix>(
        """"
        public async Task<int> Buy$(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return product.Stock;
        }
        """",
        """"
        public async Task<int> Buy$(int id)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .SingleAsync();
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return product.Stock;
        }
        """");

    /// <summary>One token serves all sequences of an entity: three entities make three fixes.</summary>
    [Fact]
    public Task Tokens() => new FixTest<TokenFix>(Counted(Racing), Counted(Repeated))
    {
        FixedModel = new[] { "Product", "Post", "User" }.Aggregate(Shop.Model, (model, entity) => FixTest.With(model, entity, "[Timestamp]\n    public uint Version { get; set; }")),
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Counted(string method) => string.Join("\n\n", new[] { ("Product", "Views"), ("Post", "LikeCount"), ("User", "Points") }
        .Select(of => method.Replace("$", of.Item1, StringComparison.Ordinal).Replace("Member", of.Item2, StringComparison.Ordinal)));

    private const string Racing = """
        public async Task Count$(int id)
        {
            var row = await _db.$s.SingleAsync(x => x.Id == id);
            {|RACE001:row.Member++|};
            await _db.SaveChangesAsync();
        }
        """;

    private const string Repeated = """
        public async Task Count$(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var row = await _db.$s.SingleAsync(x => x.Id == id);
                    row.Member++;
                    await _db.SaveChangesAsync();
                    return;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """;

    /// <summary>All three ask for the same index, which comes once.</summary>
    [Fact]
    public Task Unique_indexes() => ThreeOf<UniqueIndexFix>(Register("RACE102"), Register("RACE101"), fixedModel: FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"));

    private static string Register(string rule) => $$"""
        public async Task<bool> Register$(string name)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name)) return false;
            {|{{rule}}:_db.Users.Add(new User { Username = name })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """;

    [Fact]
    public Task Unique_violations() => ThreeOf<UniqueViolationFix>(
        """
        public async Task<bool> Register$(User user)
        {
            if (await _db.Users.AnyAsync(u => u.Username == user.Username)) return false;
            {|RACE101:_db.Users.Add(user)|};
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Register$(User user)
        {
            if (await _db.Users.AnyAsync(u => u.Username == user.Username)) return false;
            _db.Users.Add(user);
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                _db.Entry(user).State = EntityState.Detached;
                return false;
            }

            return true;
        }
        """,
        FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"), usings: "using Npgsql;\n\n");

    [Fact]
    public Task Narrowed_catches() => ThreeOf<UniqueViolationFix>(Caught("{|RACE211:catch|} (DbUpdateException)"),
        Caught("catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })"),
        FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"), usings: "using Npgsql;\n\n");

    private static string Caught(string clause) => $$"""
        public async Task<string> Register$(string name)
        {
            _db.Users.Add(new User { Username = name });
            try
            {
                await _db.SaveChangesAsync();
                return "welcome";
            }
            {{clause}}
            {
                // Somebody was first.
                return "taken";
            }
        }
        """;

    [Fact]
    public Task Serializable_transactions() => ThreeOf<SerializableFix>(
        """
        public async Task<bool> Book$(int id, int user)
        {
            if (await _db.Bookings.CountAsync(b => b.EventId == id) >= 10) return false;
            {|RACE104:_db.Bookings.Add(new Booking { EventId = id, UserId = user })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Book$(int id, int user)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                    if (await _db.Bookings.CountAsync(b => b.EventId == id) >= 10) return false;
                    _db.Bookings.Add(new Booking { EventId = id, UserId = user });
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                    return true;
                }
                catch (Exception e) when (attempt < 3 && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """,
        usings: "using Npgsql;\n\n");

    [Fact]
    public Task Transactions_of_locks() => ThreeOf<LockTransactionFix>(Locked("", "{|RACE202:product.Stock -= 1|}", ""),
        Locked("\n    await using var transaction = await _db.Database.BeginTransactionAsync();", "product.Stock -= 1", "\n    await transaction.CommitAsync();"));

    private static string Locked(string begin, string act, string commit) => $$"""
        public async Task<bool> Buy$(int id)
        {{{begin}}
            var product = await _db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Id\" = {id} FOR UPDATE").SingleAsync();
            if (product.Stock < 1) return false;
            {{act}};
            await _db.SaveChangesAsync();{{commit}}
            return true;
        }
        """;

    [Fact]
    public Task Reloads_under_the_lock() => ThreeOf<LockReloadFix>(Reloaded("", "{|RACE203:product.Stock -= 1|}"), Reloaded("\n    await _db.Entry(product).ReloadAsync();", "product.Stock -= 1"));

    private static string Reloaded(string reload, string act) => $$"""
        public async Task<bool> Buy$(int id)
        {
            await using var tx = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            await _db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Id\" = {id} FOR UPDATE").LoadAsync();{{reload}}
            if (product.Stock < 1) return false;
            {{act}};
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """;

    private const string Query = "_db.Products.FromSql($\"SELECT * FROM \\\"Products\\\" WHERE \\\"Id\\\" = {id} FOR UPDATE\")";

    [Fact]
    public Task Lock_queries() => ThreeOf<LockQueryFix>(Asked("{|RACE206:" + Query + "|}"), Asked("await " + Query + ".LoadAsync()"));

    private static string Asked(string query) => $$"""
        public async Task Buy$(int id)
        {
            await using var tx = await _db.Database.BeginTransactionAsync();
            {{query}};
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
        }
        """;

    [Fact]
    public Task Row_counts() => ThreeOf<RowCountFix>(
        """
        public async Task<bool> Redeem$(int id)
        {
            if (id == 0) return false;
            await {|RACE205:_db.Coupons
                .Where(c => c.Id == id && c.UsedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, DateTime.UtcNow))|};
            _db.Orders.Add(new Order());
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Redeem$(int id)
        {
            if (id == 0) return false;
            var updated = await _db.Coupons
                .Where(c => c.Id == id && c.UsedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, DateTime.UtcNow));
            if (updated == 0)
            {
                return false;
            }

            _db.Orders.Add(new Order());
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Own_values() => ThreeOf<OwnValueFix>(
        """
        public void Like$(int id)
        {
            var post = _db.Posts.Single(p => p.Id == id);
            {|RACE204:_db.Posts.Where(x => x.Id == id).ExecuteUpdate(s => s.SetProperty(x => x.LikeCount, post.LikeCount + 1))|};
        }
        """,
        """
        public void Like$(int id)
        {
            var post = _db.Posts.Single(p => p.Id == id);
            _db.Posts.Where(x => x.Id == id).ExecuteUpdate(s => s.SetProperty(x => x.LikeCount, x => x.LikeCount + 1));
        }
        """);

    [Fact]
    public Task Stale_retries() => ThreeOf<StaleRetryFix>(Retried("{|RACE207:catch|}", ""), Retried("catch", "\n            _db.ChangeTracker.Clear();"), FixTest.ModelWith("Product", "[Timestamp]\n    public uint Version { get; set; }"));

    private static string Retried(string clause, string repair) => $$"""
        public async Task Buy$(int id)
        {
            for (var i = 0; i < 3; i++)
            {
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    return;
                }
                {{clause}} (DbUpdateConcurrencyException)
                {
                    // Again.{{repair}}
                }
            }
        }
        """;

    [Fact]
    public Task Failed_inserts() => ThreeOf<FailedInsertFix>(Failed("", "{|RACE208:_db.SaveChangesAsync()|}"), Failed("\n        _db.Entry(user).State = EntityState.Detached;", "_db.SaveChangesAsync()"));

    private static string Failed(string detach, string save) => $$"""
        public async Task Register$(string name)
        {
            var user = new User { Username = name };
            _db.Users.Add(user);
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateException e)
            {{{detach}}
                Console.WriteLine(e);
            }

            _db.Audits.Add(new Audit { What = name });
            await {{save}};
        }
        """;

    [Fact]
    public Task Removals_from_the_cache() => ThreeOf<AfterCommitFix>(
        """
        public async Task Rename$(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Name = name;
            // Nobody shall see the old name.
            {|RACE304:cache.Remove("products")|};
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Rename$(Microsoft.Extensions.Caching.Memory.IMemoryCache cache, int id, string name)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            product.Name = name;
            await _db.SaveChangesAsync();
            // Nobody shall see the old name.
            cache.Remove("products");
        }
        """);
}

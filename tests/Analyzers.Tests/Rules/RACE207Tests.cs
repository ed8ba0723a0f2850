namespace RaceAnalyzers.Tests.Rules;

/// <summary>Conflict retried on stale data, or swallowed.</summary>
public class RACE207Tests
{
    private static readonly string Versioned = Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }");

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task OriginalValuesReset_ReportsAtTheCatch(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} (DbUpdateConcurrencyException e)
                {
                    foreach (var entry in e.Entries)
                    {
                        var current = await entry.GetDatabaseValuesAsync();
                        entry.OriginalValues.SetValues(current!);
                    }

                    await _db.SaveChangesAsync();
                }
            }
        """), Versioned)
    { On = version }.Reports();

    [Fact]
    public Task RetryingLoopThatKeepsTheTrackedValues_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                while (true)
                {
                    try
                    {
                        await _db.SaveChangesAsync();
                        return;
                    }
                    {|RACE207:catch|} (DbUpdateConcurrencyException e)
                    {
                        var entry = e.Entries.Single();
                        entry.OriginalValues.SetValues((await entry.GetDatabaseValuesAsync())!);
                    }
                }
            }
        """, Versioned);

    [Fact]
    public Task LoopThatReadsAgainFromTheSameTracker_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Stock -= 1;
                    try
                    {
                        await _db.SaveChangesAsync();
                        return;
                    }
                    {|RACE207:catch|} (DbUpdateConcurrencyException)
                    {
                        Console.WriteLine("retry");
                    }
                }
            }
        """, Versioned);

    [Fact]
    public Task ReloadedWithoutRepeatingTheCheck_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} (DbUpdateConcurrencyException e)
                {
                    await e.Entries.Single().ReloadAsync();
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                }
            }
        """, Versioned);

    [Fact]
    public Task SwallowedAndToldAsWon_Reports() => Verify.Reports("""
            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} (DbUpdateConcurrencyException e)
                {
                    Console.WriteLine(e.Message);
                }

                return true;
            }
        """, Versioned);

    [Fact]
    public Task ToldAsLost_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateConcurrencyException)
                {
                    return false;
                }
            }
        """, Versioned);

    [Fact]
    public Task Rethrown_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateConcurrencyException e)
                {
                    Console.WriteLine(e.Message);
                    throw;
                }
            }
        """, Versioned);

    [Fact]
    public Task ClearedAndRepeatedWithTheCheck_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    if (product.Stock <= 0)
                        return false;

                    product.Stock -= 1;
                    try
                    {
                        await _db.SaveChangesAsync();
                        return true;
                    }
                    catch (DbUpdateConcurrencyException)
                    {
                        _db.ChangeTracker.Clear();
                    }
                }

                return false;
            }
        """, Versioned);

    [Fact]
    public Task ReloadedAndRepeatedWithTheCheck_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                while (true)
                {
                    if (product.Stock <= 0)
                        return false;

                    product.Stock -= 1;
                    try
                    {
                        await _db.SaveChangesAsync();
                        return true;
                    }
                    catch (DbUpdateConcurrencyException e)
                    {
                        await e.Entries.Single().ReloadAsync();
                    }
                }
            }
        """, Versioned);

    [Fact]
    public Task PureInsert_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Log(string what)
            {
                _db.Audits.Add(new Audit { What = what });
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateConcurrencyException e)
                {
                    Console.WriteLine(e.Message);
                }

                return true;
            }
        """);

    private const string BuyThroughAHelper = """
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await Save();
            }

        """;

    private const string BuyReported = """
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await Save();
            }

        """;

    [Fact]
    public Task SaveHelperThatTakesOverTheToken_ReportsThereAndAtItsUses() => Verify.Reports(BuyReported + """
            private async Task Save()
            {
                while (true)
                {
                    try
                    {
                        await _db.SaveChangesAsync();
                        return;
                    }
                    {|RACE207:catch|} (DbUpdateConcurrencyException e)
                    {
                        foreach (var entry in e.Entries)
                            entry.OriginalValues.SetValues((await entry.GetDatabaseValuesAsync())!);
                    }
                }
            }
        """, Versioned);

    [Fact]
    public Task SaveHelperThatAlwaysSaysTrue_ReportsThereAndAtItsUses() => Verify.Reports("""
            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                return await Save();
            }

            private async Task<bool> Save()
            {
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} (DbUpdateConcurrencyException)
                {
                }

                return true;
            }
        """, Versioned);

    [Theory]
    [InlineData("throw;")]
    [InlineData("throw new InvalidOperationException(\"Somebody was first.\", e);")]
    public Task SaveHelperThatThrows_IsQuiet(string answer) => Verify.IsQuiet(BuyThroughAHelper + $$"""
            private async Task Save()
            {
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateConcurrencyException e)
                {
                    Console.WriteLine(e.Message);
                    {{answer}}
                }
            }
        """, Versioned);

    [Fact]
    public Task SaveHelperThatSaysFalse_IsQuiet() => Verify.IsQuiet(BuyThroughAHelper + """
            private async Task<bool> Save()
            {
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateConcurrencyException)
                {
                    return false;
                }
            }
        """, Versioned);

    [Fact]
    public Task SaveHelperThatTriesAFewTimesAndThrows_IsQuiet() => Verify.IsQuiet(BuyThroughAHelper + """
            private async Task Save()
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try
                    {
                        await _db.SaveChangesAsync();
                        return;
                    }
                    catch (DbUpdateConcurrencyException)
                    {
                        await Task.Delay(100);
                    }
                }

                throw new TimeoutException();
            }
        """, Versioned);

    [Fact]
    public Task SaveHelperThatSwallows_ForAPlainOverwrite_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await Save();
            }

            private async Task Save()
            {
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateConcurrencyException e)
                {
                    Console.WriteLine(e);
                }
            }
        """, Versioned);

    private static string Retried(string clause, string read = "_db", string inCatch = "") => $$"""
            public Task Buy(int id) => Retry(async () =>
            {
                {{(read == "_db" ? "" : "await using var fresh = new ShopDb();")}}
                var product = await {{read}}.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await {{read}}.SaveChangesAsync();
            });

            private async Task Retry(Func<Task> attempt)
            {
                for (var left = 3; ; left--)
                {
                    try
                    {
                        await attempt();
                        return;
                    }
                    {{clause}} (DbUpdateConcurrencyException) when (left > 0)
                    {
                        {{inCatch}}
                    }
                }
            }
        """;

    [Fact]
    public Task DelegateRunAgainOnTheSameTracker_ReportsAtTheCatch() => Verify.Reports(Retried("{|RACE207:catch|}"), Versioned);

    [Fact]
    public Task DelegateRunAgainOnAClearedTracker_IsQuiet() => Verify.IsQuiet(Retried("catch", inCatch: "_db.ChangeTracker.Clear();"), Versioned);

    [Fact]
    public Task DelegateRunAgainOnAContextOfItsOwn_IsQuiet() => Verify.IsQuiet(Retried("catch", read: "fresh"), Versioned);

    [Theory]
    [InlineData("(Exception e)")]
    [InlineData("(DbUpdateException e)")]
    public Task AnyFailureSwallowedAndToldAsWon_Reports(string caught) => Verify.Reports($$"""
            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} {{caught}}
                {
                    Console.WriteLine(e.Message);
                }

                return true;
            }
        """, Versioned);

    [Fact]
    public Task AnyFailureAnswered_IsQuiet() => Verify.IsQuiet("""
            private readonly List<string> _errors = [];

            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (Exception e)
                {
                    _errors.Add(e.Message);
                }

                return _errors.Count == 0;
            }
        """, Versioned);

    [Fact]
    public Task ChildAddedAgainWithoutRepeatingTheCheck_Reports() => Verify.Reports("""
            public async Task<string> Comment(int id, string text)
            {
                var post = await _db.Posts.Include(p => p.Comments).SingleAsync(p => p.Id == id);
                if (post.Comments.Any(c => c.Text == text))
                    return "said already";

                post.Comments.Add(new Comment { Text = text });
                post.LikeCount = post.Comments.Count;
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} (DbUpdateConcurrencyException e)
                {
                    foreach (var entry in e.Entries)
                        await entry.ReloadAsync();

                    await _db.SaveChangesAsync();
                }

                return "said";
            }
        """, Shop.ModelWith("Post", "[Timestamp] public uint Version { get; set; }"));
}

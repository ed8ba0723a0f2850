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
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Row lock after the row was read: the locking query returns the tracked, stale instance.</summary>
public class RACE203Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task LockingQueryAfterATrackedRead_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                var locked = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                if (locked.Stock <= 0)
                    throw new OutOfStockException();

                {|RACE203:locked.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task LockCommandAfterTheRead_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.FindAsync(id);
                await _db.Database.ExecuteSqlAsync($"select 1 from products where id = {id} for update");
                if (product is null || product.Stock <= 0)
                    throw new OutOfStockException();

                {|RACE203:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task ReadInACallerBefore_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                var locked = await Lock(id);
                {|RACE203:locked.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }

            private Task<Product> Lock(int id) =>
                _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
        """);

    [Fact]
    public Task ReloadAfterTheLock_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await _db.Database.ExecuteSqlAsync($"select 1 from products where id = {id} for update");
                await _db.Entry(product).ReloadAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task UntrackedReadBefore_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                if (!await _db.Products.AnyAsync(p => p.Id == id))
                    throw new KeyNotFoundException();

                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task LockFirst_ThenFind_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Products.FromSql($"select * from products where id = {id} for update").LoadAsync();
                var product = await _db.Products.FindAsync(id);
                product!.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task ChangeTrackerClearedBetween_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var seen = await _db.Products.SingleAsync(p => p.Id == id);
                Console.WriteLine(seen.Name);
                _db.ChangeTracker.Clear();
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    private static string ReloadedAfterTheLock(string level, string write) => $$"""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync({{level}});
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await _db.Database.ExecuteSqlAsync($"select 1 from products where id = {id} for update");
                await _db.Entry(product).ReloadAsync();
                {{write}};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """;

    [Fact]
    public Task ReloadOfTheOldSnapshotOnMySql_Reports() => new RaceTest(Shop.Service(ReloadedAfterTheLock("", "{|RACE203:product.Stock -= 1|}")), Shop.Model)
    { On = EfCore.EfCore9, With = [Library.MySql] }.Reports();

    [Fact]
    public Task ReloadAtReadCommittedOnMySql_IsQuiet() => new RaceTest(Shop.Service(ReloadedAfterTheLock("IsolationLevel.ReadCommitted", "product.Stock -= 1")), Shop.Model)
    { On = EfCore.EfCore9, With = [Library.MySql] }.IsQuiet();

    private const string Locking = """
            private const string Locking = "select * from products where id = {0} for update";

            public async Task Buy(int id, int other)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var known = await _db.Products.FindAsync(KNOWN);
                var product = await _db.Products.FromSqlRaw(Locking, id).SingleAsync();
                ACT;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """;

    [Fact]
    public Task ParametersBesideTheText_TheSameRow_Reports() => Verify.Reports(Locking.Replace("KNOWN", "id", StringComparison.Ordinal).Replace("ACT", "{|RACE203:product.Stock -= 1|}", StringComparison.Ordinal));

    [Fact]
    public Task ParametersBesideTheText_AnotherRow_IsQuiet() => Verify.IsQuiet(Locking.Replace("KNOWN", "other", StringComparison.Ordinal).Replace("ACT", "product.Stock -= 1", StringComparison.Ordinal));
}

namespace RaceAnalyzers.Tests.Protections;

/// <summary>A row lock protects when it is taken in the transaction, before the row's first tracked read.</summary>
public class RowLockTests
{
    [Theory]
    [InlineData("_db.Products.FromSql($\"select * from products where id = {id} for update\").SingleAsync()")]
    [InlineData("_db.Products.FromSqlInterpolated($\"SELECT * FROM products WHERE id = {id} FOR UPDATE\").FirstAsync()")]
    [InlineData("_db.Products.FromSqlRaw(\"SELECT * FROM products WHERE id = {0} FOR NO KEY UPDATE\", id).SingleAsync()")]
    [InlineData("_db.Products.FromSqlRaw(LockProduct, id).Include(p => p.Tags).SingleAsync()")]
    [InlineData("_db.Products.FromSqlRaw(\"SELECT * FROM products WHERE id = {0} \" + \"FOR UPDATE\", id).SingleAsync()")]
    public Task LockingQueryInATransaction_IsQuiet(string read) => Verify.IsQuiet($$"""
            private const string LockProduct = "select * from products where id = {0} for update";

            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await {{read}};
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """, Shop.ModelWith("Product", "public List<Tag> Tags { get; set; } = [];"));

    [Theory]
    [InlineData("UPDLOCK")]
    [InlineData("UPDLOCK, ROWLOCK")]
    [InlineData("xlock, rowlock")]
    public Task LockHintOnSqlServer_IsQuiet(string hint) => Verify.IsQuiet($$"""
            public void Buy(int id)
            {
                using var transaction = _db.Database.BeginTransaction();
                var product = _db.Products.FromSqlRaw("SELECT * FROM Products WITH ({{hint}}) WHERE Id = {0}", id).Single();
                product.Stock -= 1;
                _db.SaveChanges();
                transaction.Commit();
            }
        """, Shop.Model, Library.SqlServer);

    [Fact]
    public Task NoOpBulkUpdate_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock));
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    /// <summary>Of another table, of another column's value, or after the read: no such lock.</summary>
    [Theory]
    [InlineData("await _db.Orders.Where(o => o.Id == id).ExecuteUpdateAsync(s => s.SetProperty(o => o.Total, o => o.Total));", "")]
    [InlineData("await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Stock));", "")]
    [InlineData("", "await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock));")]
    public Task OtherBulkUpdate_Reports(string before, string after) => Verify.Reports($$"""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                {{before}}
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {{after}}
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task NoOpBulkUpdateWithoutATransaction_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock));
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LockByACommand_BeforeTheRead_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Database.ExecuteSqlAsync($"select 1 from products where id = {id} for update");
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task ReloadAfterTheLock_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Database.ExecuteSqlAsync($"select 1 from products where id = {id} for update");
                await _db.Entry(product).ReloadAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task LockInsideAnExecutionStrategy_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var strategy = _db.Database.CreateExecutionStrategy();
                await strategy.ExecuteAsync(async () =>
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync();
                    var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                });
            }
        """);

    [Fact]
    public Task TransferOverTwoLockedRows_IsQuiet() => Verify.IsQuiet("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var accounts = await _db.Accounts
                    .FromSql($"select * from accounts where id in ({fromId}, {toId}) order by id for update").ToListAsync();
                var from = accounts.Single(a => a.Id == fromId);
                var to = accounts.Single(a => a.Id == toId);
                if (from.Balance < amount)
                    throw new InvalidOperationException();

                from.Balance -= amount;
                to.Balance += amount;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task GetOrCreateUnderALockedParent_ReportsStill_WhenTheRowIsAbsent() => Verify.Reports("""
            public async Task Register(string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var existing = await _db.Users.FromSql($"select * from users where username = {name} for update").FirstOrDefaultAsync();
                if (existing != null)
                    throw new InvalidOperationException("Taken");

                {|RACE201:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task LockOfAnotherRow_Reports() => Verify.Reports("""
            public async Task Buy(int id, int accountId)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var account = await _db.Accounts.FromSql($"select * from accounts where id = {accountId} for update").SingleAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    private const string BookInLockedEvent = """
            public async Task<bool> Book(int eventId, int userId)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                LOCK;
                if (await _db.Bookings.CountAsync(b => b.EventId == eventId) >= 100)
                    return false;

                ADD;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
                return true;
            }
        """;

    [Theory]
    [InlineData("await _db.Database.ExecuteSqlAsync($\"select 1 from \\\"Events\\\" where \\\"Id\\\" = {eventId} for update\")")]
    [InlineData("await _db.Events.Where(e => e.Id == eventId).ExecuteUpdateAsync(s => s.SetProperty(e => e.Capacity, e => e.Capacity))")]
    public Task ParentLockedByACommand_IsQuiet(string locking) =>
        Verify.IsQuiet(BookInLockedEvent.Replace("LOCK", locking, StringComparison.Ordinal).Replace("ADD", "_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })", StringComparison.Ordinal));

    [Theory]
    [InlineData("await _db.Database.ExecuteSqlAsync($\"select 1 from \\\"Bookings\\\" where \\\"EventId\\\" = {eventId} for update\")")]
    [InlineData("await _db.Bookings.Where(b => b.EventId == eventId).ExecuteUpdateAsync(s => s.SetProperty(b => b.RoomId, b => b.RoomId))")]
    public Task RowsThatWereFoundLockedByACommand_Reports(string locking) =>
        Verify.Reports(BookInLockedEvent.Replace("LOCK", locking, StringComparison.Ordinal).Replace("ADD", "{|RACE201:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|}", StringComparison.Ordinal));
}

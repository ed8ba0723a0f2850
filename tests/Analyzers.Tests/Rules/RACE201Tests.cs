namespace RaceAnalyzers.Tests.Rules;

/// <summary>Transaction does not protect: by its level, by the provider, or because it begins too late.</summary>
public class RACE201Tests
{
    private static string Buy(string begin) => $$"""
            public async Task Buy(int id)
            {
                {{begin}}
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """;

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task DefaultLevelOnPostgreSql_Reports(EfCore version) => new RaceTest(
        Shop.Service(Buy("await using var transaction = await _db.Database.BeginTransactionAsync();")), Shop.Model)
    { On = version }.Reports();

    [Theory]
    [InlineData(Library.PostgreSql, "ReadCommitted")]
    [InlineData(Library.SqlServer, "ReadCommitted")]
    [InlineData(Library.SqlServer, "ReadUncommitted")]
    [InlineData(Library.MySql, "RepeatableRead")]
    [InlineData(Library.MySql, "ReadCommitted")]
    public Task LevelThatDoesNotProtect_Reports(Library provider, string level) => Verify.Reports(
        Buy($"await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.{level});"), Shop.Model, provider);

    [Theory]
    [InlineData(Library.SqlServer)]
    [InlineData(Library.MySql)]
    public Task DefaultLevelElsewhere_Reports(Library provider) =>
        Verify.Reports(Buy("await using var transaction = _db.Database.BeginTransaction();"), Shop.Model, provider);

    [Fact]
    public Task BegunAfterTheRead_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task BegunAfterTheReadOnSqlite_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await using var transaction = await _db.Database.BeginTransactionAsync();
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """, Shop.Model, Library.Sqlite);

    [Fact]
    public Task AroundTheSaveOnly_Reports() => Verify.Reports("""
            public void Pay(int id)
            {
                var order = _db.Orders.Single(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE201:order.Status = OrderStatus.Paid|};
                using (var transaction = _db.Database.BeginTransaction())
                {
                    _db.SaveChanges();
                    transaction.Commit();
                }
            }
        """);

    [Fact]
    public Task InsideASaveHelper_Reports() => Verify.Reports("""
            private async Task SaveAll()
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }

            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await SaveAll();
            }
        """);

    [Fact]
    public Task InEveryVisibleCaller_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await Take(id);
                await transaction.CommitAsync();
            }

            private async Task Take(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Transfer_Reports() => Verify.Reports("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                using var transaction = await _db.Database.BeginTransactionAsync();
                try
                {
                    var from = await _db.Accounts.SingleAsync(a => a.Id == fromId);
                    var to = await _db.Accounts.SingleAsync(a => a.Id == toId);
                    if (from.Balance < amount)
                        throw new InvalidOperationException();

                    {|RACE201:from.Balance -= amount|};
                    to.Balance += amount;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                }
                catch
                {
                    await transaction.RollbackAsync();
                    throw;
                }
            }
        """);

    [Fact]
    public Task RepeatableRead_WriteSkew_Reports() => Verify.Reports("""
            public async Task Demote(int memberId)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead);
                var member = await _db.Members.SingleAsync(m => m.Id == memberId);
                var owners = await _db.Members.CountAsync(m => m.TeamId == member.TeamId && m.Role == Role.Owner);
                if (owners <= 1)
                    throw new InvalidOperationException();

                {|RACE201:member.Role = Role.User|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Theory]
    [InlineData("IsolationLevel.RepeatableRead")]
    [InlineData("")]
    public Task CheckThenInsert_Reports(string level) => Verify.Reports($$"""
            public async Task Register(string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync({{level}});
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                {|RACE201:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task CheckThenInsert_WithAUniqueIndex_Is101() => Verify.Reports("""
            public async Task Register(string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """, Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]"));

    [Fact]
    public Task Quota_Reports() => Verify.Reports("""
            public async Task Book(int eventId, int userId, int capacity)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead);
                if (await _db.Bookings.CountAsync(b => b.EventId == eventId) >= capacity)
                    throw new InvalidOperationException();

                {|RACE201:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task InTheExecutionStrategy_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var strategy = _db.Database.CreateExecutionStrategy();
                await strategy.ExecuteAsync(async () =>
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync();
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    {|RACE201:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                });
            }
        """);

    [Fact]
    public Task TransactionScopeAtALowerLevel_Reports() => new RaceTest("using System.Transactions;\n" + Shop.Service("""
            public async Task Buy(int id)
            {
                var options = new TransactionOptions { IsolationLevel = System.Transactions.IsolationLevel.ReadCommitted };
                using var scope = new TransactionScope(TransactionScopeOption.Required, options, TransactionScopeAsyncFlowOption.Enabled);
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                scope.Complete();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task ConcurrencyTokenBesideIt_IsQuiet() => Verify.IsQuiet(
        Buy("await using var transaction = await _db.Database.BeginTransactionAsync();")
            .Replace("{|RACE201:product.Stock -= 1|}", "product.Stock -= 1", StringComparison.Ordinal),
        Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task NothingToProtect_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);
}

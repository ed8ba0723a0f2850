namespace RaceAnalyzers.Tests.Protections;

/// <summary>Transactions that protect: by their level, by their provider, by their span.</summary>
public class TransactionTests
{
    private static string Buy(string begin) => $$"""
            public async Task Buy(int id)
            {
                {{begin}}
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """;

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task Serializable_IsQuiet(EfCore version) => new RaceTest(
        Shop.Service(Buy("await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);")), Shop.Model)
    { On = version }.IsQuiet();

    [Theory]
    [InlineData(Library.PostgreSql, "RepeatableRead")]
    [InlineData(Library.PostgreSql, "Snapshot")]
    [InlineData(Library.SqlServer, "RepeatableRead")]
    [InlineData(Library.SqlServer, "Snapshot")]
    [InlineData(Library.MySql, "Serializable")]
    [InlineData(Library.Sqlite, "Serializable")]
    public Task LevelThatProtectsTheRow_IsQuiet(Library provider, string level) => Verify.IsQuiet(
        Buy($"await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.{level});"), Shop.Model, provider);

    [Fact]
    public Task DefaultLevelOnSqlite_IsQuiet() => Verify.IsQuiet(
        Buy("await using var transaction = await _db.Database.BeginTransactionAsync();"), Shop.Model, Library.Sqlite);

    [Fact]
    public Task DefaultLevelOnSqlite_Insert_IsQuiet() => Verify.IsQuiet("""
            public void Register(string name)
            {
                using var transaction = _db.Database.BeginTransaction();
                if (_db.Users.Any(u => u.Username == name))
                    throw new InvalidOperationException();

                _db.Users.Add(new User { Username = name });
                _db.SaveChanges();
                transaction.Commit();
            }
        """, Shop.Model, Library.Sqlite);

    [Fact]
    public Task RepeatableRead_Transfer_IsQuiet() => Verify.IsQuiet("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead);
                var from = await _db.Accounts.SingleAsync(a => a.Id == fromId);
                var to = await _db.Accounts.SingleAsync(a => a.Id == toId);
                if (from.Balance < amount)
                    throw new InvalidOperationException();

                from.Balance -= amount;
                to.Balance += amount;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task Serializable_WriteSkew_IsQuiet() => Verify.IsQuiet("""
            public async Task Demote(int memberId)
            {
                using var transaction = _db.Database.BeginTransaction(IsolationLevel.Serializable);
                var member = await _db.Members.SingleAsync(m => m.Id == memberId);
                var owners = await _db.Members.CountAsync(m => m.TeamId == member.TeamId && m.Role == Role.Owner);
                if (owners > 1)
                {
                    member.Role = Role.User;
                    await _db.SaveChangesAsync();
                }

                transaction.Commit();
            }
        """);

    [Fact]
    public Task Serializable_CheckThenInsert_IsQuiet() => Verify.IsQuiet("""
            public async Task Register(string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                _db.Users.Add(new User { Username = name });
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task Serializable_InTheExecutionStrategy_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await _db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
                {
                    _db.ChangeTracker.Clear();
                    await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                });
            }
        """);

    [Fact]
    public Task Serializable_InEveryVisibleCaller_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                await Take(id);
                await transaction.CommitAsync();
            }

            private async Task Take(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Serializable_InOneOfTwoCallers_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                await Take(id);
                await transaction.CommitAsync();
            }

            public Task Waste(int id) => Take(id);

            private async Task Take(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CommittedBeforeTheSave_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                Product product;
                await using (var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable))
                {
                    product = await _db.Products.SingleAsync(p => p.Id == id);
                    await transaction.CommitAsync();
                }

                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TransactionScope_WithAsyncFlow_IsQuiet() => new RaceTest("using System.Transactions;\n" + Shop.Service("""
            public async Task Buy(int id)
            {
                using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                scope.Complete();
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task TransactionScope_WithoutAwait_IsQuiet() => new RaceTest("using System.Transactions;\n" + Shop.Service("""
            public void Register(string name)
            {
                using (var scope = new TransactionScope())
                {
                    if (_db.Users.Any(u => u.Username == name))
                        throw new InvalidOperationException();

                    _db.Users.Add(new User { Username = name });
                    _db.SaveChanges();
                    scope.Complete();
                }
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task Serializable_ThroughExecuteInTransaction_IsQuiet() => new RaceTest(
        "using Microsoft.EntityFrameworkCore.Storage;\n" + Shop.Service("""
            public async Task Buy(int id)
            {
                var strategy = _db.Database.CreateExecutionStrategy();
                await strategy.ExecuteInTransactionAsync(
                    async ct =>
                    {
                        var product = await _db.Products.SingleAsync(p => p.Id == id, ct);
                        product.Stock -= 1;
                        await _db.SaveChangesAsync(ct);
                    },
                    ct => Task.FromResult(false),
                    IsolationLevel.Serializable,
                    CancellationToken.None);
            }
        """), Shop.Model).IsQuiet();

    private static RaceTest OfAUnit(string begin, string act) => new(Shop.Service($$"""
            private readonly IUnit _unit = null!;

            public async Task Buy(int id)
            {
                await _unit.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {{act}};
                await _unit.CommitAsync();
            }
        """), Shop.Model, $$"""
        namespace Shop;

        public interface IUnit
        {
            Task BeginTransactionAsync();
            Task CommitAsync();
        }

        public class Unit(ShopDb db) : IUnit
        {
            public Task BeginTransactionAsync() => db.Database.BeginTransactionAsync({{begin}});

            public async Task CommitAsync()
            {
                await db.SaveChangesAsync();
                await db.Database.CommitTransactionAsync();
            }
        }
        """);

    [Fact]
    public Task TransactionOfAUnitOfWork_AtTheDefaultLevel_Reports() => OfAUnit("", "{|RACE201:product.Stock -= 1|}").Reports();

    [Fact]
    public Task TransactionOfAUnitOfWork_Serializable_IsQuiet() => OfAUnit("System.Data.IsolationLevel.Serializable", "product.Stock -= 1").IsQuiet();
}

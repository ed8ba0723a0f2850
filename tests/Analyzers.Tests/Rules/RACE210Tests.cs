namespace RaceAnalyzers.Tests.Rules;

/// <summary>Write escapes the transaction that the sequence relies on.</summary>
public class RACE210Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task SecondContext_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                await using var other = new ShopDb();
                var product = await other.Products.SingleAsync(p => p.Id == id);
                {|RACE210:product.Stock -= 1|};
                await other.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task ScopeWithoutAsyncFlow_Reports() => new RaceTest("using System.Transactions;\n" + Shop.Service("""
            public async Task Buy(int id)
            {
                using var scope = new TransactionScope();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE210:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                scope.Complete();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task SuppressedScope_Reports() => new RaceTest("using System.Transactions;\n" + Shop.Service("""
            public void Register(string name)
            {
                using var scope = new TransactionScope();
                if (_db.Users.Any(u => u.Username == name))
                    throw new InvalidOperationException();

                using (var outside = new TransactionScope(TransactionScopeOption.Suppress))
                {
                    {|RACE210:_db.Users.Add(new User { Username = name })|};
                    _db.SaveChanges();
                    outside.Complete();
                }

                scope.Complete();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task SecondContextForAnUnrelatedLog_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();

                await using var log = new ShopDb();
                log.Audits.Add(new Audit { What = "bought" });
                await log.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ScopeWithAsyncFlow_IsQuiet() => new RaceTest("using System.Transactions;\n" + Shop.Service("""
            public async Task Buy(int id)
            {
                using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                scope.Complete();
            }
        """), Shop.Model).IsQuiet();
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Row lock outside a transaction: it ends with its statement.</summary>
public class RACE202Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task LockingQueryWithoutATransaction_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                {|RACE202:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task LockHintOnSqlServer_Reports() => Verify.Reports("""
            public void Pay(int id)
            {
                var order = _db.Orders.FromSqlRaw("SELECT * FROM Orders WITH (UPDLOCK, ROWLOCK) WHERE Id = {0}", id).Single();
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE202:order.Status = OrderStatus.Paid|};
                _db.SaveChanges();
            }
        """, Shop.Model, Library.SqlServer);

    [Fact]
    public Task TransactionBegunAfterTheLock_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                await using var transaction = await _db.Database.BeginTransactionAsync();
                {|RACE202:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task TransactionOpened_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task TransactionInEveryVisibleCaller_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await Take(id);
                await transaction.CommitAsync();
            }

            private async Task Take(int id)
            {
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LockThatProtectsNoSequence_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> Look(int id)
            {
                var product = await _db.Products.FromSql($"select * from products where id = {id} for update").SingleAsync();
                return product.Stock;
            }
        """);
}

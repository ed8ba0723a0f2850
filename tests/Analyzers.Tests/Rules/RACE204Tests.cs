namespace RaceAnalyzers.Tests.Rules;

/// <summary>Stale value in a bulk update.</summary>
public class RACE204Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task SetterComputedFromAnEarlierRead_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                await {|RACE204:_db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, product.Stock - 1))|};
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task ThroughALocal_Sync_Reports() => Verify.Reports("""
            public void Buy(int id)
            {
                var product = _db.Products.Single(p => p.Id == id);
                var left = product.Stock - 1;
                {|RACE204:_db.Products.Where(p => p.Id == product.Id).ExecuteUpdate(s => s.SetProperty(p => p.Stock, left))|};
            }
        """);

    [Fact]
    public Task ThroughAProjection_Reports() => Verify.Reports("""
            public async Task View(int id)
            {
                var views = await _db.Products.Where(p => p.Id == id).Select(p => p.Views).SingleAsync();
                await {|RACE204:_db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => views + 1))|};
            }
        """);

    [Fact]
    public Task RawSql_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await {|RACE204:_db.Database.ExecuteSqlAsync($"update products set stock = {product.Stock - 1} where id = {id}")|};
            }
        """);

    [Fact]
    public Task RawSqlWithParameters_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                var stock = product.Stock - 1;
                await {|RACE204:_db.Database.ExecuteSqlRawAsync("update products set stock = {0} where id = {1}", stock, id)|};
            }
        """);

    [Fact]
    public Task RelativeSetter_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                await _db.Products.Where(p => p.Id == product.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            }
        """);

    [Fact]
    public Task CompareAndSwap_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                var updated = await _db.Products
                    .Where(p => p.Id == id && p.Stock == product.Stock)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, product.Stock - 1));
                return updated == 1;
            }
        """);

    [Fact]
    public Task CompareAndSwapInSql_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                var stock = await _db.Products.Where(p => p.Id == id).Select(p => p.Stock).SingleAsync();
                var updated = await _db.Database.ExecuteSqlAsync(
                    $"update products set stock = {stock - 1} where id = {id} and stock = {stock}");
                return updated == 1;
            }
        """);

    [Fact]
    public Task ValueFromOutside_IsQuiet() => Verify.IsQuiet("""
            public async Task SetStock(int id, int stock)
            {
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, stock));
            }
        """);

    [Fact]
    public Task ValueOfAnotherRow_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, int userId)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == userId);
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Name, user.Name));
            }
        """);

    [Fact]
    public Task Serializable_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, product.Stock - 1));
                await transaction.CommitAsync();
            }
        """);
}

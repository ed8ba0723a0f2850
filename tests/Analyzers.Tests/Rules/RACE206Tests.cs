namespace RaceAnalyzers.Tests.Rules;

/// <summary>Lock query that is built and never executed.</summary>
public class RACE206Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task BuiltAndDropped_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                {|RACE206:_db.Products.FromSql($"select * from products where id = {id} for update")|};
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task KeptInALocalAndNotEnumerated_Reports() => Verify.Reports("""
            public void Buy(int id)
            {
                using var transaction = _db.Database.BeginTransaction();
                var locked = {|RACE206:_db.Products.FromSqlRaw("SELECT * FROM Products WITH (UPDLOCK) WHERE Id = {0}", id)|};
                var product = _db.Products.Single(p => p.Id == id);
                product.Stock -= 1;
                _db.SaveChanges();
                transaction.Commit();
            }
        """, Shop.Model, Library.SqlServer);

    [Fact]
    public Task EnumeratedLater_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var locked = _db.Products.FromSql($"select * from products where id = {id} for update");
                var product = await locked.SingleAsync();
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task ReturnedToTheCaller_IsQuiet() => Verify.IsQuiet("""
            public IQueryable<Product> Locked(int id) =>
                _db.Products.FromSql($"select * from products where id = {id} for update");
        """);
}

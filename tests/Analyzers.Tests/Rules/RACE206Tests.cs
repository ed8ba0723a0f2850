namespace RaceAnalyzers.Tests.Rules;

/// <summary>Lock query that is built and never executed.</summary>
public class RACE206Tests
{
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

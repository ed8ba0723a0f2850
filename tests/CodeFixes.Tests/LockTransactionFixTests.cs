namespace RaceAnalyzers.Tests;

public sealed class LockTransactionFixTests
{
    [Fact]
    public Task The_lock_lasts_until_the_commit() => Fix<LockTransactionFix>.Makes(
        """
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Id\" = {id} FOR UPDATE").SingleAsync();
            if (product.Stock < 1) return false;
            {|RACE202:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Id\" = {id} FOR UPDATE").SingleAsync();
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }
        """);
}

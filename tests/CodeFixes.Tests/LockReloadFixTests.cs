namespace RaceAnalyzers.Tests;

public sealed class LockReloadFixTests
{
    [Fact]
    public Task The_row_is_loaded_again_under_the_lock() => Fix<LockReloadFix>.Makes(
        """
        public async Task<bool> Buy(int id)
        {
            await using var tx = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            await _db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Id\" = {id} FOR UPDATE").LoadAsync();
            if (product.Stock < 1) return false;
            {|RACE203:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id)
        {
            await using var tx = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            await _db.Products.FromSql($"SELECT * FROM \"Products\" WHERE \"Id\" = {id} FOR UPDATE").LoadAsync();
            await _db.Entry(product).ReloadAsync();
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """);
}

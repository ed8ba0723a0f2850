namespace RaceAnalyzers.Tests.Protections;

/// <summary>Validated again after an atomic update of the row, in its transaction, with rollback.</summary>
public class ValidatedAgainTests
{
    [Fact]
    public Task AfterARelativeUpdate_WithRollback_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Products.Where(p => p.Id == id)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
                var left = await _db.Products.Where(p => p.Id == id).Select(p => p.Stock).SingleAsync();
                if (left < 0)
                {
                    await transaction.RollbackAsync();
                    return false;
                }

                await transaction.CommitAsync();
                return true;
            }
        """);

    [Fact]
    public Task AfterAnAbsoluteWrite_Reports() => Verify.Reports("""
            public async Task<bool> Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                if (await _db.Products.AnyAsync(p => p.Id == id && p.Stock < 0))
                {
                    await transaction.RollbackAsync();
                    return false;
                }

                await transaction.CommitAsync();
                return true;
            }
        """);
}

namespace RaceAnalyzers.Tests.Rules;

public class RACE001Tests
{
    [Fact]
    public Task Decrement_AfterFind_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.FindAsync(id);
                if (product is null || product.Stock <= 0)
                {
                    return;
                }

                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);
}

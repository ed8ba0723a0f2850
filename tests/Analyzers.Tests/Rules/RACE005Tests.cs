namespace RaceAnalyzers.Tests.Rules;

/// <summary>Blind overwrite of a detached row; off unless it is asked for.</summary>
public class RACE005Tests
{
    private const string UpdateOfAParameter = """
            public async Task Save(Product product)
            {
                {|RACE005:_db.Products.Update(product)|};
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task UpdateOfARowFromOutside_Reports() =>
        new RaceTest(Shop.Service(UpdateOfAParameter), Shop.Model) { Enable = ["RACE005"] }.Reports();

    [Fact]
    public Task OffByDefault_IsQuiet() =>
        Verify.IsQuiet(UpdateOfAParameter.Replace("{|RACE005:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal));

    [Fact]
    public Task ConcurrencyToken_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Save(Product product)
            {
                _db.Products.Update(product);
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }"))
    { Enable = ["RACE005"] }.IsQuiet();

    [Fact]
    public Task TrackedRow_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Save(int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                _db.Products.Update(product);
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { Enable = ["RACE005"] }.IsQuiet();

    [Fact]
    public Task MarkedAsModified_Reports() => new RaceTest(Shop.Service("""
            public void Save(Product product)
            {
                {|RACE005:_db.Entry(product).State = EntityState.Modified|};
                _db.SaveChanges();
            }
        """), Shop.Model)
    { Enable = ["RACE005"] }.Reports();
}

using Microsoft.CodeAnalysis.Testing;

namespace RaceAnalyzers.Tests;

/// <summary>Code in which something does not bind, because it is half-typed or an assembly is missing: what can be understood is judged as ever.</summary>
public class BrokenCodeTests
{
    private static RaceTest Service(string members) => new(Shop.Service(members + """

            private Task<Product?> Load(int id) => _db.Products.FirstOrDefaultAsync(p => p.Id == id);

            private Task<List<Product>> LoadAll(int category) => _db.Products.AsNoTracking().Where(p => p.CategoryId == category).ToListAsync();
        """), Shop.Model)
    { CompilerDiagnostics = CompilerDiagnostics.None };

    [Theory]
    [InlineData("var product = await _db.Products.SingleAsync(p => p.Id == request.Id);")]
    [InlineData("var product = await _db.Products.FindAsync(request.Id);")]
    [InlineData("var product = await _db.Products.SingleAsync(p => p.Id == 1, request.Token);")]
    [InlineData("var product = await Load(request.Id);")]
    [InlineData("var product = await this.Load(request.Id);")]
    public Task ReadWithAnArgumentOfAMissingType_Reports(string read) => Service($$"""
            public async Task Sell(Missing request)
            {
                {{read}}
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync(request.Token);
            }
        """).Reports();

    [Theory]
    [InlineData("var product = await Load(request.Id, 1, 2);")]
    [InlineData("var product = await Load(id: request.Id);")]
    [InlineData("var product = await Unknown(request.Id);")]
    [InlineData("var product = (await LoadAll(request.Id))[0];")]
    [InlineData("var product = new Product { Id = request.Id };")]
    public Task ReadThatCannotBeMeant_IsQuiet(string read) => Service($$"""
            public async Task Sell(Missing request)
            {
                {{read}}
                product.Stock -= 1;
                await _db.SaveChangesAsync(request.Token);
            }
        """).IsQuiet();

    [Fact]
    public Task SaveWithAnArgumentOfAMissingType_IsASave() => Service("""
            public void Sell(int id, Missing request)
            {
                var product = _db.Products.Single(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                _db.SaveChanges(request.All);
            }
        """).Reports();

    [Fact]
    public Task MemberThatTheRowHasNot_IsQuiet() => Service("""
            public async Task Sell(Missing request)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == request.Id);
                product.Missing -= 1;
                await _db.SaveChangesAsync();
            }
        """).IsQuiet();
}

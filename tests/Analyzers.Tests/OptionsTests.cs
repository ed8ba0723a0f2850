namespace RaceAnalyzers.Tests;

/// <summary>The options of <c>.editorconfig</c> and <c>.globalconfig</c>.</summary>
public class OptionsTests
{
    private const string Buy = """
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }
        """;

    private const string BuyInATransaction = """
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """;

    private static string Marked(string members, string rule) =>
        members.Replace("product.Stock -= 1", "{|" + rule + ":product.Stock -= 1|}", StringComparison.Ordinal);

    [Fact]
    public Task ProviderByOption_Decides() => new RaceTest(Shop.Service(BuyInATransaction), Shop.Model)
    {
        Options = [("race_analyzers.provider", "sqlite")],
    }.IsQuiet();

    [Fact]
    public Task ProviderByOption_PrevailsOverTheReference() => new RaceTest(Shop.Service(Marked(BuyInATransaction, "RACE201")), Shop.Model)
    {
        With = [Library.Sqlite],
        Options = [("race_analyzers.provider", "postgresql")],
    }.Reports();

    [Fact]
    public Task ProviderByTheContextsOwnUse_PrevailsOverTheReference() =>
        new RaceTest(Shop.Service(BuyInATransaction), Shop.ModelUsing("UseSqlite(\"\")")) { With = [Library.Sqlite, Library.PostgreSql] }.IsQuiet();

    [Fact]
    public Task OfSeveralProviders_TheWeakestDecides() =>
        new RaceTest(Shop.Service(Marked(BuyInATransaction, "RACE201")), Shop.Model) { With = [Library.Sqlite, Library.PostgreSql] }.Reports();

    [Theory]
    [InlineData("Product.Stock")]
    [InlineData("Stock")]
    [InlineData("User.Points, Stock")]
    public Task IgnoredMember_IsQuiet(string members) => new RaceTest(Shop.Service(Buy), Shop.Model)
    {
        Options = [("race_analyzers.ignored_members", members)],
    }.IsQuiet();

    [Fact]
    public Task OtherMemberIgnored_Reports() => new RaceTest(Shop.Service(Marked(Buy, "RACE001")), Shop.Model)
    {
        Options = [("race_analyzers.ignored_members", "Product.Views, User.Stock")],
    }.Reports();

    [Fact]
    public Task ProtectedType_IsQuiet() => new RaceTest(Shop.Service(Buy), Shop.Model)
    {
        Options = [("race_analyzers.protected_types", "Product")],
    }.IsQuiet();

    [Fact]
    public Task OtherProtectedType_Reports() => new RaceTest(Shop.Service(Marked(Buy, "RACE001")), Shop.Model)
    {
        Options = [("race_analyzers.protected_types", "Order, Shop.Account")],
    }.Reports();

    [Fact]
    public Task MethodNamedAsASave_Reports() => new RaceTest(Shop.Service("""
            public async Task Buy(IGateway gateway, int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await gateway.FlushAsync();
            }
        """), Shop.Model, "namespace Shop; public interface IGateway { Task FlushAsync(); }")
    {
        Options = [("race_analyzers.save_methods", "IGateway.FlushAsync")],
    }.Reports();

    [Theory]
    [InlineData("race_analyzers.provider", "oracle")]
    [InlineData("race_analyzers.single_instance", "perhaps")]
    public async Task ValueThatMeansNothing_IsTold(string key, string value)
    {
        var test = new RaceTest(Shop.Service(""), Shop.Model) { Options = [(key, value)] };
        test.TestState.ExpectedDiagnostics.Add(
            new Microsoft.CodeAnalysis.Testing.DiagnosticResult("RACE900", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)
                .WithOptions(Microsoft.CodeAnalysis.Testing.DiagnosticOptions.IgnoreAdditionalLocations));
        await test.Reports();
    }

    [Theory]
    [InlineData("race_analyzers.provider", "MySQL")]
    [InlineData("race_analyzers.single_instance", "True")]
    [InlineData("race_analyzers.provider", "")]
    public Task ValueInAnotherCase_IsUnderstood(string key, string value) =>
        new RaceTest(Shop.Service(""), Shop.Model) { Options = [(key, value)] }.IsQuiet();
}

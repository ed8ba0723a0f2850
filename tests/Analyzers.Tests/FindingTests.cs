using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Tests;

/// <summary>What a finding tells: where it stands, its further locations, its message, what it hands to the fixes.</summary>
public class FindingTests
{
    private const string Buy = """
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock > 0)
                {
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                }
            }
        """;

    private static async Task<Diagnostic> Single(string members) =>
        Assert.Single(await Verify.Findings(Shop.Service(members), Shop.Model));

    private static string Text(Location location) =>
        location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(location.SourceSpan);

    [Fact]
    public async Task MessageNamesEntityAndMember()
    {
        var finding = await Single(Buy);

        string message = finding.GetMessage();
        Assert.Contains("Product", message, StringComparison.Ordinal);
        Assert.Contains("Stock", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FurtherLocationsAreReadCheckAndSave()
    {
        var finding = await Single(Buy);

        Assert.Equal("read,check,save", finding.Properties["locations"]);
        Assert.Equal(3, finding.AdditionalLocations.Count);
        Assert.Contains("SingleAsync", Text(finding.AdditionalLocations[0]), StringComparison.Ordinal);
        Assert.Contains("product.Stock > 0", Text(finding.AdditionalLocations[1]), StringComparison.Ordinal);
        Assert.Contains("SaveChangesAsync", Text(finding.AdditionalLocations[2]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PropertiesTellTheFixesWhatItIsAbout()
    {
        var finding = await Single(Buy);

        Assert.Equal("Shop.Product", finding.Properties["entity"]);
        Assert.Equal("Stock", finding.Properties["member"]);
        Assert.Equal("postgresql", finding.Properties["provider"]);
        Assert.Equal("", finding.Properties["through"]);
    }

    [Fact]
    public async Task ThroughCallsIsTold()
    {
        var finding = await Single("""
                private Task<Product> Load(int id) => _db.Products.SingleAsync(p => p.Id == id);

                public async Task Buy(int id)
                {
                    var product = await Load(id);
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                }
            """);

        Assert.Equal("calls", finding.Properties["through"]);
    }

    [Fact]
    public async Task FailedProtectionIsOneMoreLocation()
    {
        var finding = await Single("""
                public async Task Buy(int id)
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync();
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                }
            """);

        Assert.Equal("RACE201", finding.Id);
        string[] roles = finding.Properties["locations"]!.Split(',');
        int transaction = Array.IndexOf(roles, "transaction");
        Assert.True(transaction >= 0, finding.Properties["locations"]);
        Assert.Contains("BeginTransactionAsync", Text(finding.AdditionalLocations[transaction]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryFindingHasOneRoleForEachLocation()
    {
        var findings = await Verify.Findings(Shop.Service("""
                public async Task Transfer(int fromId, int toId, decimal amount)
                {
                    var from = await _db.Accounts.SingleAsync(a => a.Id == fromId);
                    var to = await _db.Accounts.SingleAsync(a => a.Id == toId);
                    if (from.Balance < amount)
                        throw new InvalidOperationException();

                    from.Balance -= amount;
                    to.Balance += amount;
                    await _db.SaveChangesAsync();
                }

                public async Task<bool> Register(string name)
                {
                    if (await _db.Users.AnyAsync(u => u.Username == name))
                        return false;

                    _db.Users.Add(new User { Username = name });
                    await _db.SaveChangesAsync();
                    return true;
                }
            """), Shop.Model);

        Assert.Equal(["RACE003", "RACE102"], findings.Select(finding => finding.Id).Order(StringComparer.Ordinal));
        Assert.All(findings, finding => Assert.Equal(
            finding.AdditionalLocations.Count, finding.Properties["locations"]!.Split(',', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.All(findings, finding => Assert.Equal(DiagnosticSeverity.Warning, finding.Severity));
    }
}

namespace RaceAnalyzers.Package.Tests;

/// <summary>The fixes from the command line: <c>dotnet format analyzers</c>, and a build that is clean afterwards.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly FreshFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Applying_the_fixes_leaves_code_that_builds_without_a_warning()
    {
        var before = await Shop.In(folder).Build("Shop/Shop.csproj");
        before.Succeeded();
        Assert.Equal(3, before.Races.Count());

        // RACE102's fix makes the unique index; what is then left to do is RACE101's: handle its violation.
        foreach (var rules in (string[][])[["RACE001", "RACE003", "RACE102"], ["RACE101"]])
        {
            var format = await folder.DotNet(["format", "analyzers", "Shop/Shop.csproj", "--no-restore", "--severity", "info", "--diagnostics", .. rules]);
            format.Succeeded();
        }

        var after = await folder.Build("Shop/Shop.csproj", "--no-restore", "-warnaserror");
        after.Succeeded();
        Assert.Empty(after.Races);
        // One fix of each kind was applied: an atomic update, a unique index, a handler of its violation.
        var store = File.ReadAllText(folder["Shop/Store.cs"]);
        Assert.Contains("ExecuteUpdateAsync", store, StringComparison.Ordinal);
        Assert.Contains("catch (DbUpdateException", store, StringComparison.Ordinal);
        Assert.Contains("IsUnique = true", File.ReadAllText(folder["Shop/ShopContext.cs"]), StringComparison.Ordinal);
    }
}

namespace RaceAnalyzers.Package.Tests;

/// <summary>The presets, each in a real build. The shop's blind overwrite (RACE005) is off unless a preset or a file turns it on.</summary>
public sealed class PresetTests : IDisposable
{
    private const string BlindOverwrite = """
        using Microsoft.EntityFrameworkCore;

        namespace Shop;

        public class Catalogue
        {
            private readonly ShopContext _db;

            public Catalogue(ShopContext db)
            {
                _db = db;
            }

            public async Task Save(Product product)
            {
                _db.Products.Update(product); // RACE005
                await _db.SaveChangesAsync();
            }
        }
        """;

    private readonly FreshFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("<RaceAnalyzersMode>recommended</RaceAnalyzersMode>")]
    public async Task Recommended_is_the_default_and_leaves_the_rules_their_own_severities(string mode)
    {
        var build = await BuildWith(mode);

        build.Succeeded();
        Assert.Equal([("RACE001", "warning"), ("RACE003", "warning"), ("RACE102", "warning")], Levels(build));
        Assert.DoesNotContain("RaceAnalyzersMode", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_makes_every_rule_an_error()
    {
        var build = await BuildWith("<RaceAnalyzersMode>Strict</RaceAnalyzersMode>");

        build.Failed();
        Assert.Equal([("RACE001", "error"), ("RACE003", "error"), ("RACE005", "error"), ("RACE102", "error")], Levels(build));
    }

    [Fact]
    public async Task Off_is_silent()
    {
        var build = await BuildWith("<RaceAnalyzersMode>Off</RaceAnalyzersMode>");

        build.Succeeded();
        Assert.Empty(build.Races);
        Assert.Empty(build.Suppressed);
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("Strict")]
    public async Task The_editorconfig_has_the_last_word(string mode)
    {
        folder.Write(".editorconfig", """
            root = true
            [*.cs]
            dotnet_diagnostic.RACE001.severity = none
            dotnet_diagnostic.RACE003.severity = none
            dotnet_diagnostic.RACE005.severity = warning
            dotnet_diagnostic.RACE102.severity = none
            """);
        var build = await BuildWith($"<RaceAnalyzersMode>{mode}</RaceAnalyzersMode>");

        build.Succeeded();
        Assert.Equal([("RACE005", "warning")], Levels(build));
    }

    [Fact]
    public async Task An_unknown_mode_is_told_and_changes_nothing()
    {
        var build = await BuildWith("<RaceAnalyzersMode>Loud</RaceAnalyzersMode>");

        build.Succeeded();
        Assert.Contains("warning RACE900: RaceAnalyzersMode 'Loud' is not known; it is Recommended, Strict or Off.", build.Output, StringComparison.Ordinal);
        Assert.Equal([("RACE001", "warning"), ("RACE003", "warning"), ("RACE102", "warning")], Levels(build));
    }

    private Task<Build> BuildWith(string mode) => Shop.In(folder, mode).Write("Shop/Catalogue.cs", BlindOverwrite).Build("Shop/Shop.csproj");

    private static IEnumerable<(string Id, string Level)> Levels(Build build) => build.Races.Select(race => (race.Id, race.Level)).Order();
}

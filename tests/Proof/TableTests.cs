using Proof.Databases;

namespace Proof;

/// <summary>The document says what was shown, and nothing else.</summary>
public sealed class TableTests
{
    [Fact]
    public async Task Document_is_what_was_shown()
    {
        foreach (var target in Target.Executed)
            Server.Require(target);
        var shown = await Table.MakeAsync();
        // What was shown is left beside the tests, to take the document's place.
        var seen = Path.Combine(AppContext.BaseDirectory, "proof.md");
        File.WriteAllText(seen, shown);
        Assert.True(shown == File.ReadAllText(Path.Combine(Root(), "docs", "proof.md")), $"docs/proof.md differs from {seen}.");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RaceAnalyzers.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        return folder;
    }
}

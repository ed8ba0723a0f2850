using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace RaceAnalyzers.Tests;

/// <summary>What holds for all rules at once.</summary>
public class AllRulesTests
{
    private static readonly DiagnosticAnalyzer Analyzer = new RaceAnalyzer();

    [Fact]
    public void RulesOfTheCatalogue_AreThere()
    {
        string[] catalogue =
        [
            "RACE001", "RACE002", "RACE003", "RACE004", "RACE005",
            "RACE101", "RACE102", "RACE103", "RACE104", "RACE105",
            "RACE201", "RACE202", "RACE203", "RACE204", "RACE205", "RACE206", "RACE207", "RACE208", "RACE209", "RACE210", "RACE211",
            "RACE301", "RACE302", "RACE303", "RACE304", "RACE305",
            "RACE900", "RACE901", "RACE902",
        ];

        Assert.Equal(catalogue, Analyzer.SupportedDiagnostics.Select(rule => rule.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Severities_AreThoseOfTheCatalogue() => Assert.All(Analyzer.SupportedDiagnostics, rule =>
    {
        Assert.Equal(rule.Id is "RACE209" or "RACE211" ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, rule.DefaultSeverity);
        Assert.Equal(rule.Id != "RACE005", rule.IsEnabledByDefault);
    });

    [Fact]
    public void Descriptors_TellWhyAndWhereToReadMore()
    {
        Assert.All(Analyzer.SupportedDiagnostics, rule =>
        {
            Assert.Equal($"https://github.com/raceanalyzers/RaceAnalyzers/blob/main/docs/rules/{rule.Id}.md", rule.HelpLinkUri);
            Assert.False(string.IsNullOrWhiteSpace(rule.Title.ToString()));
            Assert.Matches(@"^[A-Z].{40,}\.$", rule.Description.ToString());
        });
        Assert.Distinct(Analyzer.SupportedDiagnostics.Select(rule => rule.Description.ToString()));
    }

    [Fact]
    public Task PragmaAndGeneratedCode_AreRespected() => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { TestBehaviors = TestBehaviors.None }.Reports();

    [Theory]
    [InlineData("src/Analyzers")]
    [InlineData("src/CodeFixes")]
    [InlineData("tests/Testing")]
    public async Task OwnSource_IsQuietAndDoesNotThrow(string folder)
    {
        var trees = Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), Snippet.ParseOptions, path))
            .ToList();
        Assert.NotEmpty(trees);
        var compilation = CSharpCompilation.Create(
            "Own",
            trees,
            [.. ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql), .. Roslyn()],
            Snippet.CompilationOptions);

        var findings = await compilation.WithAnalyzers([Analyzer]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);

        Assert.Empty(findings);
    }

    private static IEnumerable<MetadataReference> Roslyn() =>
        new[] { typeof(SyntaxTree), typeof(CSharpSyntaxTree), typeof(Workspace) }
            .Select(type => MetadataReference.CreateFromFile(type.Assembly.Location));
}

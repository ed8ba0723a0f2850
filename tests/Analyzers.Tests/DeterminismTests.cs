using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.Tests;

/// <summary>The same code has the same findings: in whatever order its files come, on however many threads, in an editor and in a build.</summary>
public class DeterminismTests
{
    private const int Times = 20;

    /// <summary>The sample application, in which there is a race of every kind and calls go from file to file.</summary>
    private static readonly SyntaxTree[] Shop =
        [.. Repository.Sources("samples/Shop").Append(("GlobalUsings.cs", Snippet.GlobalUsings)).Select(file => CSharpSyntaxTree.ParseText(file.Item2, Snippet.ParseOptions, file.Item1))];

    [Fact]
    public async Task FilesInAnyOrder_OnOneThread()
    {
        var random = new Random(1);
        string[] first = await Findings(Shop, concurrent: false);

        Assert.NotEmpty(first);
        for (int i = 0; i < Times; i++)
        {
            var trees = (SyntaxTree[])Shop.Clone();
            random.Shuffle(trees);
            Assert.Equal(first, await Findings(trees, concurrent: false));
        }
    }

    [Fact]
    public async Task FilesInAnyOrder_OnManyThreads()
    {
        var random = new Random(2);
        string[] first = await Findings(Shop, concurrent: false);

        for (int i = 0; i < Times; i++)
        {
            var trees = (SyntaxTree[])Shop.Clone();
            random.Shuffle(trees);
            Assert.Equal(first.Order(StringComparer.Ordinal), (await Findings(trees, concurrent: true)).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Squiggles in one open file are what a build says of that file, whichever files were looked at before.</summary>
    [Fact]
    public async Task FileByFile_AsInAnEditor()
    {
        string[] build = await Findings(Shop, concurrent: false);

        for (int i = 0; i < 2; i++)
        {
            var compilation = Compile(Shop);
            var analysis = With(compilation, concurrent: false);
            var found = new List<string>();
            foreach (var tree in i == 0 ? Shop : Enumerable.Reverse(Shop))
            {
                var diagnostics = await analysis.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, TestContext.Current.CancellationToken);
                found.AddRange(diagnostics.Select(Text));
            }

            Assert.Equal(build.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>A project that this one refers to is a compilation in an editor and metadata in a build.</summary>
    [Fact]
    public async Task ReferencedProject_AsInAnEditorAndAsInABuild()
    {
        var references = ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);
        var model = Snippet.Compile("Model", references, Tests.Shop.Model);
        int found = 0;
        foreach (var snippets in Repository.RuleSnippets().Chunk(20).Take(10))
        {
            string[] editor = await Findings(snippets, model.ToMetadataReference());
            string[] build = await Findings(snippets, Snippet.AsMetadata(model));
            Assert.Equal(build, editor);
            found += build.Length;
        }

        Assert.NotEqual(0, found);

        Task<string[]> Findings(string[] snippets, MetadataReference referenced) => Texts(CSharpCompilation.Create(
            "Services",
            [Parse(Snippet.GlobalUsings, "GlobalUsings.cs"), .. snippets.Select((snippet, i) => Parse(Tests.Shop.Service(snippet).Replace("ShopService", $"Service{i}", StringComparison.Ordinal), $"Service{i}.cs"))],
            [.. references, referenced],
            Snippet.CompilationOptions), concurrent: false);
    }

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(text, Snippet.ParseOptions, path, cancellationToken: TestContext.Current.CancellationToken);

    private static Task<string[]> Findings(SyntaxTree[] trees, bool concurrent) => Texts(Compile(trees), concurrent);

    private static CSharpCompilation Compile(SyntaxTree[] trees) =>
        CSharpCompilation.Create("Shop", trees, ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql), Snippet.CompilationOptions.WithOutputKind(OutputKind.ConsoleApplication));

    private static CompilationWithAnalyzers With(CSharpCompilation compilation, bool concurrent) => compilation.WithAnalyzers(
        [new RaceAnalyzer()],
        new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: concurrent, logAnalyzerExecutionTime: false));

    /// <summary>All that a finding says, file by file, in the order in which it is said.</summary>
    private static async Task<string[]> Texts(CSharpCompilation compilation, bool concurrent)
    {
        var found = await With(compilation, concurrent).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.OrderBy(finding => finding.Location.GetLineSpan().Path, StringComparer.Ordinal).Select(Text)];
    }

    private static string Text(Diagnostic finding) => string.Join(" | ",
        [
            .. new[] { finding.ToString(), finding.Location.GetLineSpan().ToString() },
            .. finding.AdditionalLocations.Select(location => location.GetLineSpan().ToString()),
            .. finding.Properties.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => $"{property.Key}={property.Value}"),
        ]);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Diagnostics.Telemetry;

namespace RaceAnalyzers.Tests;

/// <summary>
/// What the analysis costs, in registered actions and allocated bytes: numbers that a busy machine does not change. Alone, since bytes are counted for the
/// process.
/// </summary>
[CollectionDefinition(nameof(GrowthTests), DisableParallelization = true)]
[Collection(nameof(GrowthTests))]
public class GrowthTests
{
    private const string Buy = """
            public async Task Buy{0}(int id)
            {{
                var product = await Load{0}(id);
                if (product.Stock <= 0) return;
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }}

            private Task<Product> Load{0}(int id) => _db.Products.SingleAsync(p => p.Id == id);

        """;

    [Fact]
    public async Task WithoutEntityFramework_NothingIsRegistered()
    {
        var compilation = CSharpCompilation.Create(
            "Quiet",
            [CSharpSyntaxTree.ParseText("class Service { int _stock; void Buy() { if (_stock > 0) _stock -= 1; } }", Snippet.ParseOptions, cancellationToken: TestContext.Current.CancellationToken)],
            ReferenceCatalog.WithoutEntityFramework,
            Snippet.CompilationOptions);

        var actions = await Actions(compilation);

        Assert.Equal(1, actions.CompilationStartActionsCount);
        Assert.Equal(0, actions.CompilationEndActionsCount + actions.CompilationActionsCount);
        Assert.Equal(0, actions.CodeBlockActionsCount + actions.CodeBlockStartActionsCount + actions.CodeBlockEndActionsCount);
        Assert.Equal(0, actions.OperationActionsCount + actions.OperationBlockActionsCount + actions.OperationBlockStartActionsCount);
        Assert.Equal(0, actions.SyntaxNodeActionsCount + actions.SyntaxTreeActionsCount + actions.SemanticModelActionsCount);
        Assert.Equal(0, actions.SymbolActionsCount + actions.SymbolStartActionsCount + actions.AdditionalFileActionsCount);
    }

    [Fact]
    public async Task WithEntityFramework_ActionsAreRegistered() =>
        Assert.NotEqual(0, (await Actions(Snippet.Compile(Shop.Model))).CodeBlockActionsCount);

    [Fact]
    public Task TwiceTheServices_CostAtMostTwice() => GrowsAtMost(2, size => Services(size, Buy));

    [Fact]
    public Task TwiceTheCallers_CostAtMostTwice() => GrowsAtMost(2, size =>
        [Shop.Service(string.Concat(Enumerable.Range(0, size).Select(i => $$"""
            public void Buy{{i}}(int id)
            {
                var product = Load(id);
                product.Stock -= 1;
                _db.SaveChanges();
            }

        """)) + "    private Product Load(int id) => _db.Products.Single(p => p.Id == id);"), Shop.Model]);

    [Fact]
    public Task TwiceTheImplementations_CostAtMostTwice() => GrowsAtMost(2, size =>
        [
            "namespace Shop;\n\npublic interface IStore { Product Get(int id); }\n" + string.Concat(Enumerable.Range(0, 6 * size).Select(i => $$"""
                public class Store{{i}}(ShopDb db) : IStore
                {
                    public Product Get(int id) => db.Products.Single(p => p.Id == id + {{i}});
                }
                """)),
            Shop.Service("""
                    public void Buy(IStore store, int id)
                    {
                        var product = store.Get(id);
                        product.Stock -= 1;
                        _db.SaveChanges();
                    }
                """),
            Shop.Model,
        ]);

    [Fact]
    public Task TwiceTheStatements_CostAtMostTwice() => GrowsAtMost(2, size =>
        [Shop.Service($$"""
            public void Update(int id)
            {
                {{string.Concat(Enumerable.Range(0, size * 5).Select(i => $"var row{i} = _db.Products.Single(p => p.Id == id + {i}); if (row{i}.Stock > 0) row{i}.Stock -= {i};\n"))}}
                _db.SaveChanges();
            }
        """), Shop.Model]);

    /// <summary>Beyond the calls that are looked into, a longer chain is no dearer than its methods are.</summary>
    [Fact]
    public Task TwiceTheCallDepth_CostsAtMostTwice() => GrowsAtMost(2, size =>
        [Shop.Service(string.Format(System.Globalization.CultureInfo.InvariantCulture, """
            public void Buy(int id)
            {{
                var product = Step0(id);
                product.Stock -= 1;
                _db.SaveChanges();
            }}

            {0}
            private Product Step{1}(int id) => _db.Products.Single(p => p.Id == id);
        """, string.Concat(Enumerable.Range(0, size).Select(i => $"    private Product Step{i}(int id) => Step{i + 1}(id + 1);\n")), size)), Shop.Model]);

    /// <summary>A tree that a method makes by calling itself, as compilers and readers of documents do: each of n calls gives an object of n members, and no more.</summary>
    [Fact]
    public Task TwiceTheMembersOfObjectsInObjects_CostAtMostFourTimes() => GrowsAtMost(4, size =>
        [
            $$"""
                namespace Shop;

                public class Node { {{string.Concat(Enumerable.Range(0, size / 2).Select(i => $"public Node Part{i} {{ get; set; }} "))}} }
                """,
            Shop.Service($$"""
                    public Node Make(int id)
                    {
                        var node = new Node();
                        if (_db.Products.Any(p => p.Id == id)) return node;
                        {{string.Concat(Enumerable.Range(0, size / 2).Select(i => $"node.Part{i} = Make(id + {i});\n"))}}
                        _db.SaveChanges();
                        return node;
                    }
                """),
            Shop.Model,
        ]);

    /// <summary>An editor asks for the squiggles of the file that was changed: what the other files say by themselves is not worked out again.</summary>
    [Fact]
    public async Task AfterAnEditInOneFile_TheOthersCostLittle()
    {
        long few = await AfterAnEdit(20), many = await AfterAnEdit(80);
        var whole = new Cost(Snippet.Compile(Services(80, Buy)));
        await whole.Measure();

        Assert.True(many < few * 2, $"{few} bytes in 20 files, {many} in 80");
        Assert.True(many < whole.Bytes / 4, $"{many} bytes after an edit, {whole.Bytes} for all files");
    }

    private static async Task<long> AfterAnEdit(int files)
    {
        long own = long.MaxValue, empty = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            own = Math.Min(own, await AfterAnEdit(files, new RaceAnalyzer()));
            empty = Math.Min(empty, await AfterAnEdit(files, new EmptyAnalyzer()));
        }

        return own - empty;
    }

    private static async Task<long> AfterAnEdit(int files, DiagnosticAnalyzer analyzer)
    {
        var before = Snippet.Compile(Services(files, Buy));
        await Over(before, analyzer).GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        var edited = before.SyntaxTrees.First(tree => tree.ToString().Contains("Buy0", StringComparison.Ordinal));
        var again = Again(edited);
        var after = before.ReplaceSyntaxTree(edited, again);
        var analysis = Over(after, analyzer);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var found = await analysis.GetAnalyzerSemanticDiagnosticsAsync(after.GetSemanticModel(again), null, TestContext.Current.CancellationToken);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Assert.Equal(analyzer is RaceAnalyzer ? 1 : 0, found.Length);
        return allocated;
    }

    private static string[] Services(int count, string members) =>
        [.. Enumerable.Range(0, count).Select(i => Shop.Service(string.Format(System.Globalization.CultureInfo.InvariantCulture, members, i)).Replace("ShopService", $"ShopService{i}", StringComparison.Ordinal)), Shop.Model];

    /// <summary>The dearer half of a doubling, without what any analysis costs: from 10 to 20, and from 20 to 40.</summary>
    private static async Task GrowsAtMost(double factor, Func<int, string[]> application)
    {
        var sizes = Enumerable.Range(0, 3).Select(i => new Cost(Snippet.Compile(application(10 << i)))).ToArray();
        double growth = 0;
        // What else runs in the process only adds: what looks too dear is measured again, and the least counts.
        for (int round = 0; round < 4 && (round == 0 || growth > factor * 1.15); round++)
        {
            foreach (var size in sizes) await size.Measure();
            growth = (double)(sizes[2].Bytes - sizes[1].Bytes) / (sizes[1].Bytes - sizes[0].Bytes);
        }

        string bytes = string.Join(", ", sizes.Select(size => size.Bytes));
        Assert.True(growth <= factor * 1.15, $"{growth:0.00} times, {bytes} bytes");
        Assert.True(sizes[0].Bytes < sizes[1].Bytes && sizes[1].Bytes < sizes[2].Bytes, $"nothing was analyzed: {bytes} bytes");
    }

    /// <summary>What the analyzer allocates over what an analyzer of nothing does, the least of five measurements a round.</summary>
    private sealed class Cost(CSharpCompilation compilation)
    {
        private long _own = long.MaxValue, _empty = long.MaxValue;

        public long Bytes => _own - _empty;

        public async Task Measure()
        {
            for (int i = 0; i < 5; i++)
            {
                _own = Math.Min(_own, await Allocated(compilation, new RaceAnalyzer()));
                _empty = Math.Min(_empty, await Allocated(compilation, new EmptyAnalyzer()));
            }
        }
    }

    private static async Task<long> Allocated(CSharpCompilation compilation, DiagnosticAnalyzer analyzer)
    {
        var analysis = With(compilation, analyzer);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await analysis.GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task<AnalyzerTelemetryInfo> Actions(CSharpCompilation compilation)
    {
        var analyzer = new RaceAnalyzer();
        var analysis = With(compilation, analyzer);
        await analysis.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return await analysis.GetAnalyzerTelemetryInfoAsync(analyzer, TestContext.Current.CancellationToken);
    }

    /// <summary>Of the compilation's text, with trees of their own: what is kept with a tree is not found there.</summary>
    private static CompilationWithAnalyzers With(CSharpCompilation compilation, DiagnosticAnalyzer analyzer) =>
        Over(compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Select(Again)), analyzer);

    private static SyntaxTree Again(SyntaxTree tree) => CSharpSyntaxTree.Create((CSharpSyntaxNode)tree.GetRoot(), (CSharpParseOptions)tree.Options, tree.FilePath, tree.Encoding);

    private static CompilationWithAnalyzers Over(CSharpCompilation compilation, DiagnosticAnalyzer analyzer) =>
        compilation.WithAnalyzers([analyzer], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false));

#pragma warning disable RS1001 // It is handed over by itself and not found in an assembly.
    private sealed class EmptyAnalyzer : DiagnosticAnalyzer
#pragma warning restore RS1001
    {
        public override System.Collections.Immutable.ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new("EMPTY", "Empty", "Empty", "Empty", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        }
    }
}

using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.Benchmarks;

/// <summary>An analyzer package as a build runs it: every rule that is on by default.</summary>
public sealed record Contender(string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers)
{
    /// <summary>What an analysis costs before any rule is asked: the compiler's own work.</summary>
    public static readonly Contender Empty = new("empty", [new EmptyAnalyzer()]);

    public static readonly Contender Own = new("RaceAnalyzers", [new RaceAnalyzer()]);

    public static readonly Contender[] Peers =
    [
        FromPackage("Roslynator", "Roslynator.Analyzers"),
        FromPackage("Meziantou", "Meziantou.Analyzer"),
        FromPackage("Sonar", "SonarAnalyzer.CSharp"),
    ];

    /// <summary>Compiles and analyzes on one thread, from nothing but parsed files: what a build does once, and an editor after each change.</summary>
    public int Analyze(Application application)
    {
        int found = 0;
        for (int i = 0; i < application.Repetitions; i++) found += application.IsEdited ? AnalyzeEdited(application.Compilation) : Analyze(Fresh(application.Compilation));
        return found;
    }

    /// <summary>With trees of their own: what an analyzer keeps with a tree is not found there.</summary>
    private static CSharpCompilation Fresh(CSharpCompilation compilation) =>
        compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Select(Again));

    private static SyntaxTree Again(SyntaxTree tree) => CSharpSyntaxTree.Create((CSharpSyntaxNode)tree.GetRoot(), (CSharpParseOptions)tree.Options, tree.FilePath, tree.Encoding);

    private int Analyze(CSharpCompilation compilation) =>
        Checked(Over(compilation).GetAllDiagnosticsAsync(CancellationToken.None).GetAwaiter().GetResult());

    private int AnalyzeEdited(CSharpCompilation before)
    {
        var tree = Again(before.SyntaxTrees[0]);
        var after = before.ReplaceSyntaxTree(before.SyntaxTrees[0], tree);
        return Checked(Over(after).GetAnalyzerSemanticDiagnosticsAsync(after.GetSemanticModel(tree), null, CancellationToken.None).GetAwaiter().GetResult());
    }

    private CompilationWithAnalyzers Over(CSharpCompilation compilation) =>
        compilation.WithAnalyzers(Analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false));

    private static int Checked(ImmutableArray<Diagnostic> found)
    {
        return found.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || diagnostic.Id == "AD0001") is { } wrong
            ? throw new InvalidOperationException(wrong.ToString())
            : found.Length;
    }

    public override string ToString() => Name;

    /// <summary>What the project file says, told through the assembly's own metadata.</summary>
    public static string Metadata(string key) =>
        typeof(Contender).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static Contender FromPackage(string name, string package)
    {
        string[] parts = Metadata(package).Split('|');
        string path = Path.Combine(Metadata("NuGetPackageRoot"), package.ToLowerInvariant(), parts[0].Trim('[', ']'), parts[1]);
        var reference = new AnalyzerFileReference(path, new FromFile());
        var analyzers = reference.GetAnalyzers(LanguageNames.CSharp);
        return analyzers.IsEmpty ? throw new FileNotFoundException("No analyzers.", path) : new(name, analyzers);
    }

    private sealed class FromFile : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }

#pragma warning disable RS1001 // It is handed over by itself and not found in an assembly.
    private sealed class EmptyAnalyzer : DiagnosticAnalyzer
#pragma warning restore RS1001
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new("EMPTY", "Empty", "Empty", "Empty", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        }
    }
}

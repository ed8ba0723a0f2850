using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Tests;

/// <summary>
/// One piece of an application and what the analyzer says about it. An expected finding is marked where it stands:
/// <c>{|RACE001:product.Stock--|}</c> in the rule's own severity, <c>{|RACE001.Info:…|}</c> where a part of it is assumed.
/// </summary>
internal sealed partial class RaceTest : CSharpAnalyzerTest<RaceAnalyzer, DefaultVerifier>
{
    private static readonly string[] InfoRules = ["RACE209", "RACE211"];

    /// <summary>These stand on a catch clause or on a whole query, of which a test names the beginning only.</summary>
    private static readonly string[] MarkedAtTheirBeginning = ["RACE206", "RACE207", "RACE211"];

    public RaceTest(params string[] sources)
    {
        CompilerDiagnostics = CompilerDiagnostics.Errors;
        TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck;
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        foreach (string source in sources)
        {
            TestState.Sources.Add(WithNumberedMarks(source));
        }

        TestState.Sources.Add(("GlobalUsings.cs", Snippet.GlobalUsings));
    }

    public EfCore On { get; init; } = EfCore.Newest;

    /// <summary>The libraries beside EF Core; by default the one database provider is PostgreSQL's.</summary>
    public Library[] With { get; init; } = [Library.PostgreSql];

    public bool WithoutEntityFramework { get; init; }

    /// <summary>A project that this one refers to: source for which the build has metadata only, and an editor a compilation.</summary>
    public string? Referenced { get; init; }

    /// <summary>How an editor sees the referenced project.</summary>
    public bool AsInAnEditor { get; init; }

    /// <summary>Files that the build hands over beside the source, such as a model snapshot of another project.</summary>
    public (string Path, string Text)[] AdditionalFiles { get; init; } = [];

    /// <summary>Rules that are off by default and wanted here.</summary>
    public string[] Enable { get; init; } = [];

    /// <summary>Keys of a <c>.globalconfig</c>.</summary>
    public (string Key, string Value)[] Options { get; init; } = [];

    public Task Reports() =>
        TestState.ExpectedDiagnostics.Count > 0
            ? RunAsync(TestContext.Current.CancellationToken)
            : throw new InvalidOperationException("Mark what is to be reported, as {|RACE001:…|}.");

    public Task IsQuiet() =>
        TestState.ExpectedDiagnostics.Count == 0
            ? RunAsync(TestContext.Current.CancellationToken)
            : throw new InvalidOperationException("A quiet snippet holds no mark.");

    protected override Task RunImplAsync(CancellationToken cancellationToken)
    {
        // The test library turns on every rule; one that is off by default is asked for here as it is in a project.
        DisabledDiagnostics.AddRange(new RaceAnalyzer().SupportedDiagnostics.Where(rule => !rule.IsEnabledByDefault).Select(rule => rule.Id).Except(Enable));
        var references = WithoutEntityFramework ? ReferenceCatalog.WithoutEntityFramework : ReferenceCatalog.For(On, With);
        TestState.AdditionalReferences.AddRange(references);
        if (Referenced is not null && AsInAnEditor)
        {
            var project = TestState.AdditionalProjects["Referenced"];
            project.Sources.Add(Referenced);
            project.Sources.Add(("ReferencedGlobalUsings.cs", Snippet.GlobalUsings));
            project.AdditionalReferences.AddRange(references);
            TestState.AdditionalProjectReferences.Add("Referenced");
        }
        else if (Referenced is not null)
        {
            TestState.AdditionalReferences.Add(Snippet.AsMetadata(Snippet.Compile("Referenced", references, Referenced)));
        }

        TestState.AdditionalFiles.AddRange(AdditionalFiles.Select(file => (file.Path, SourceText.From(file.Text))));
        if (Options.Length > 0)
        {
            TestState.AnalyzerConfigFiles.Add(
                ("/.globalconfig", string.Join('\n', ["is_global = true", .. Options.Select(option => $"{option.Key} = {option.Value}")])));
        }

        return base.RunImplAsync(cancellationToken);
    }

    protected override CompilationOptions CreateCompilationOptions() =>
        Snippet.CompilationOptions.WithSpecificDiagnosticOptions(EnabledRules());

    private IEnumerable<KeyValuePair<string, ReportDiagnostic>> EnabledRules() =>
        Enable.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Warn));

    /// <summary>Marks by rule become numbered ones, so that the expected severity can be told with the location.</summary>
    private string WithNumberedMarks(string source) => Mark().Replace(source, match =>
    {
        string id = match.Groups["id"].Value;
        int number = TestState.ExpectedDiagnostics.Count;
        var severity = match.Groups["info"].Success || InfoRules.Contains(id) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning;
        var location = MarkedAtTheirBeginning.Contains(id) ? DiagnosticLocationOptions.IgnoreLength : DiagnosticLocationOptions.None;
        TestState.ExpectedDiagnostics.Add(
            new DiagnosticResult(id, severity).WithLocation(number, location).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
        return "{|#" + number + ":";
    });

    [GeneratedRegex(@"\{\|(?<id>RACE\d{3})(?<info>\.Info)?:")]
    private static partial Regex Mark();
}

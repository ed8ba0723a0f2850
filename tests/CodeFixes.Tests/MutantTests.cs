using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.Tests;

/// <summary>
/// No code makes the analyzer throw, and no finding in it a fix. <c>RACE_ANALYZERS_MUTANTS=first-last</c> tries other ones than those that are tried each time.
/// </summary>
public class MutantTests
{
    private static readonly CodeFixProvider[] Fixes =
        [.. typeof(RaceFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract).Select(type => (CodeFixProvider)Activator.CreateInstance(type)!)];

    [Fact]
    public async Task Nothing_throws_in_broken_code()
    {
        int[] range = [.. (Environment.GetEnvironmentVariable("RACE_ANALYZERS_MUTANTS") ?? "1-200").Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        var thrown = new ConcurrentQueue<string>();
        int findings = 0, actions = 0;

        await Parallel.ForEachAsync(Enumerable.Range(range[0], range[1] - range[0] + 1), TestContext.Current.CancellationToken, async (number, cancellation) =>
        {
            try
            {
                var (found, offered) = await Try(new Mutant(number), cancellation);
                Interlocked.Add(ref findings, found);
                Interlocked.Add(ref actions, offered);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                thrown.Enqueue($"mutant {number}: {e}");
            }
        });

        Assert.True(thrown.IsEmpty, string.Join("\n\n", thrown));
        // Else everything was too broken for anything to be asked.
        Assert.True(findings > range[1] - range[0] && actions > (range[1] - range[0]) / 2, $"{findings} findings, {actions} fixes");
        TestContext.Current.SendDiagnosticMessage($"{findings} findings, {actions} fixes");
    }

    private static async Task<(int Findings, int Actions)> Try(Mutant mutant, CancellationToken cancellation)
    {
        using var workspace = new AdhocWorkspace();
        var project = workspace.CurrentSolution.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, mutant.Assembly, mutant.Assembly, LanguageNames.CSharp,
            compilationOptions: Snippet.CompilationOptions.WithAllowUnsafe(true),
            parseOptions: Snippet.ParseOptions.WithLanguageVersion(mutant.Language).WithKind(mutant.Kind),
            metadataReferences: mutant.References)).Projects.Single();
        foreach (var (path, text) in mutant.Files)
        {
            project = project.AddDocument(path, text, filePath: path).WithSourceCodeKind(path.EndsWith(".csx", StringComparison.Ordinal) ? SourceCodeKind.Script : SourceCodeKind.Regular).Project;
        }

        var findings = await Findings((await project.GetCompilationAsync(cancellation))!, cancellation);
        int actions = 0;
        foreach (var finding in findings.Where(finding => finding.Location.IsInSource))
        {
            var document = project.GetDocument(finding.Location.SourceTree)!;
            foreach (var fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(finding.Id)))
            {
                var offered = new List<CodeAction>();
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => offered.Add(action), cancellation));
                foreach (var action in offered)
                {
                    Assert.NotEmpty(await action.GetOperationsAsync(cancellation));
                    actions++;
                }
            }
        }

        return (findings.Length, actions);
    }

    private static async Task<ImmutableArray<Diagnostic>> Findings(Compilation compilation, CancellationToken cancellation)
    {
        Exception? thrown = null;
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: (exception, _, _) => thrown = exception, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers([new RaceAnalyzer()], options).GetAnalyzerDiagnosticsAsync(cancellation);
        return thrown is null ? found : throw new InvalidOperationException("The analyzer threw.", thrown);
    }
}

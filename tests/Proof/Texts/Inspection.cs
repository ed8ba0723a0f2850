using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Proof.Texts;

/// <summary>What the analyzers say of a text, and what the code fixes make of it.</summary>
public static class Inspection
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers = [.. Instances<DiagnosticAnalyzer>("RaceAnalyzers")];

    private static readonly ImmutableArray<CodeFixProvider> Fixes = [.. Instances<CodeFixProvider>("RaceAnalyzers.CodeFixes")];

    public static async Task<IReadOnlyList<Diagnostic>> FindingsAsync(Document document)
    {
        if (Analyzers.IsEmpty)
            return [];
        var compilation = (await document.Project.GetCompilationAsync())!;
        var diagnostics = await compilation.WithAnalyzers(Analyzers, document.Project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.Where(d => !d.IsSuppressed).OrderBy(d => d.Location.SourceSpan.Start)];
    }

    /// <summary>The fixes that are offered for a finding, each under the name of its class and, where that is not enough, its title.</summary>
    public static async Task<IReadOnlyList<Offer>> OffersAsync(Document document, Diagnostic finding)
    {
        var offers = new List<Offer>();
        foreach (var fix in Fixes.Where(f => f.FixableDiagnosticIds.Contains(finding.Id)))
        {
            var actions = new List<CodeAction>();
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), CancellationToken.None));
            offers.AddRange(actions.SelectMany(Leaves).Select(a => new Offer(fix, Name(fix, actions.Count > 1 ? a.Title : null), a)));
        }

        return offers;
    }

    private static IEnumerable<CodeAction> Leaves(CodeAction action) =>
        action.NestedActions.IsEmpty ? [action] : action.NestedActions.SelectMany(Leaves);

    private static string Name(CodeFixProvider fix, string? title)
    {
        var words = string.Concat(fix.GetType().Name.Replace("CodeFix", "").Replace("Provider", "").Replace("Fix", "")
            .Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));
        return title is null ? words : $"{words}: {title}";
    }

    private static IEnumerable<T> Instances<T>(string assembly) => Assembly.Load(assembly).GetTypes()
        .Where(t => t.IsSubclassOf(typeof(T)) && !t.IsAbstract)
        .OrderBy(t => t.FullName, StringComparer.Ordinal)
        .Select(t => (T)Activator.CreateInstance(t, nonPublic: true)!);
}

/// <summary>A fix that is offered for a finding.</summary>
public sealed record Offer(CodeFixProvider Provider, string Name, CodeAction Action)
{
    /// <summary>The text after the fix.</summary>
    public async Task<Document> ApplyAsync(Document document)
    {
        var operations = await Action.GetOperationsAsync(CancellationToken.None);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }
}

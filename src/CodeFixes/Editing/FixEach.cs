using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace RaceAnalyzers.Editing;

/// <summary>
/// Fixes all: the plans of the single findings, side by side. Two findings that share a stretch of code (two acts of one
/// method, one transaction around both) are not fixed at once: the second is left for the next run, when the first shows.
/// </summary>
internal sealed class FixEach : FixAllProvider
{
    public static readonly FixEach Instance = new();

    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        if (context.CodeFixProvider is not RaceFix fix)
        {
            return null;
        }

        var merged = new Plan();
        foreach (var (document, diagnostic) in await FindingsAsync(context).ConfigureAwait(false))
        {
            if (await fix.PlanAsync(document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } plan)
            {
                merged.TryMerge(plan);
            }
        }

        return merged.IsEmpty ? null : fix.Action(cancellation => merged.ApplyAsync(context.Solution, cancellation));
    }

    private static async Task<List<(Document, Diagnostic)>> FindingsAsync(FixAllContext context)
    {
        var findings = new List<(Document, Diagnostic)>();
        var projects = context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project];
        var documents = context is { Scope: FixAllScope.Document, Document: { } one } ? [one] : projects.SelectMany(project => project.Documents);
        foreach (var document in documents)
        {
            var diagnostics = await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);
            findings.AddRange(diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).Select(diagnostic => (document, diagnostic)));
        }

        return findings;
    }
}

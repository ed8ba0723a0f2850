using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.Editing;

/// <summary>What a plan would lead to: the code still compiles, the finding is gone, and no other has come.</summary>
internal static class Outcome
{
    // Several fixes are tried on one compilation.
    private static readonly ConditionalWeakTable<SemanticModel, StrongBox<ImmutableArray<Diagnostic>>> Known = new();

    public static async Task<bool> IsBetterAsync(Plan plan, Document document, Diagnostic diagnostic, IReadOnlyCollection<string> leavesBehind, CancellationToken cancellation)
    {
        if (!plan.IsSound)
        {
            return false;
        }

        var before = document.Project.Solution;
        var after = await plan.ApplyAsync(before, cancellation).ConfigureAwait(false);
        foreach (var id in plan.Documents)
        {
            if (await ProblemsAsync(after, id, cancellation).ConfigureAwait(false) > await ProblemsAsync(before, id, cancellation).ConfigureAwait(false))
            {
                return false;
            }
        }

        var races = await RacesAsync(document, cancellation).ConfigureAwait(false);
        var left = await RacesAsync(after.GetDocument(document.Id)!, cancellation).ConfigureAwait(false);
        var (were, are) = (Count(races), Count(left));
        return left.Count(IsSame) < Math.Max(1, races.Count(IsSame)) + (leavesBehind.Contains(diagnostic.Id) ? 1 : 0)
            && are.All(race => race.Key == diagnostic.Id || race.Value <= Of(were, race.Key) || leavesBehind.Contains(race.Key))
            && (leavesBehind.Count > 0 || Of(are, diagnostic.Id) < Math.Max(1, Of(were, diagnostic.Id)));

        // An insert that several checks guard is found again, for the next of them.
        bool IsSame(Diagnostic race) => race.Id == diagnostic.Id
            && (leavesBehind.Count == 0 || race.Properties.TryGetValue("columns", out var columns) && diagnostic.Properties.TryGetValue("columns", out var wanted) && columns == wanted);
    }

    private static Dictionary<string, int> Count(ImmutableArray<Diagnostic> diagnostics) =>
        diagnostics.GroupBy(diagnostic => diagnostic.Id).ToDictionary(group => group.Key, group => group.Count());

    private static int Of(Dictionary<string, int> counts, string id) => counts.TryGetValue(id, out var count) ? count : 0;

    private static async Task<int> ProblemsAsync(Solution solution, DocumentId id, CancellationToken cancellation)
    {
        var model = solution.GetDocument(id) is { } document ? await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) : null;
        // Warnings count, too: a nullable warning that the old code did not have breaks a build that treats warnings as errors.
        // Not CS1591: a new member has no documentation yet.
        return model?.GetDiagnostics(cancellationToken: cancellation).Count(problem => problem.Severity >= DiagnosticSeverity.Warning && !problem.IsSuppressed && problem.Id != "CS1591") ?? 0;
    }

    private static async Task<ImmutableArray<Diagnostic>> RacesAsync(Document document, CancellationToken cancellation)
    {
        if (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
        {
            return ImmutableArray<Diagnostic>.Empty;
        }

        if (Known.TryGetValue(model, out var known))
        {
            return known.Value;
        }

        var analysis = new CompilationWithAnalyzers(
            model.Compilation, ImmutableArray.Create<DiagnosticAnalyzer>(new RaceAnalyzer()), new CompilationWithAnalyzersOptions(document.Project.AnalyzerOptions, null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));
        var races = await analysis.GetAnalyzerSemanticDiagnosticsAsync(model, null, cancellation).ConfigureAwait(false);
        return Known.GetValue(model, _ => new StrongBox<ImmutableArray<Diagnostic>>(races)).Value;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace RaceAnalyzers.Editing;

/// <summary>
/// A fix of races: it makes a plan of edits for a finding, or none where it would not be right. The plan is made before
/// the fix is registered, and compiled: what adds an error is not offered.
/// </summary>
public abstract class RaceFix : CodeFixProvider
{
    /// <summary>What the light bulb says.</summary>
    protected abstract string Title { get; }

    internal abstract Plan? Repair(Finding finding, CancellationToken cancellation);

    public sealed override FixAllProvider GetFixAllProvider() => FixEach.Instance;

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (await PlanAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } plan)
            {
                var solution = context.Document.Project.Solution;
                context.RegisterCodeFix(CodeAction.Create(Title, cancellation => plan.ApplyAsync(solution, cancellation), GetType().Name), diagnostic);
            }
        }
    }

    internal async Task<Plan?> PlanAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var finding = await Finding.ReadAsync(document, diagnostic, cancellation).ConfigureAwait(false);
        var plan = finding is null ? null : Repair(finding, cancellation);
        plan?.Claim(document, (finding!.Body ?? finding.Act).Span);
        return plan is { IsEmpty: false } && await CompilesAsync(plan, document.Project.Solution, cancellation).ConfigureAwait(false) ? plan : null;
    }

    internal CodeAction Action(Func<CancellationToken, Task<Solution>> change) => CodeAction.Create(Title, change, GetType().Name);

    private static async Task<bool> CompilesAsync(Plan plan, Solution before, CancellationToken cancellation)
    {
        var after = await plan.ApplyAsync(before, cancellation).ConfigureAwait(false);
        foreach (var id in plan.Documents)
        {
            if (await ProblemsAsync(after, id, cancellation).ConfigureAwait(false) > await ProblemsAsync(before, id, cancellation).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<int> ProblemsAsync(Solution solution, DocumentId id, CancellationToken cancellation)
    {
        var model = solution.GetDocument(id) is { } document ? await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) : null;
        // Warnings count, too: a nullable warning that the old code did not have breaks a build that treats warnings as errors.
        return model?.GetDiagnostics(cancellationToken: cancellation).Count(problem => problem.Severity >= DiagnosticSeverity.Warning) ?? 0;
    }
}

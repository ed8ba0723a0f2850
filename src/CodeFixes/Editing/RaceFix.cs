using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace RaceAnalyzers.Editing;

/// <summary>
/// A fix of races: it makes a plan of edits for a finding, or none where it would not be right. The plan is made before
/// the fix is registered, and tried: what adds an error or leaves the finding is not offered.
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
        return plan is { IsEmpty: false } && !Conditional.IsTouched(plan, finding!) && await Outcome.IsBetterAsync(plan, document, diagnostic, LeavesBehind, cancellation).ConfigureAwait(false) ? plan : null;
    }

    /// <summary>Rules that may speak up once the finding is gone, for another fix to follow.</summary>
    protected virtual IReadOnlyCollection<string> LeavesBehind => Array.Empty<string>();

    internal CodeAction Action(Func<CancellationToken, Task<Solution>> change) => CodeAction.Create(Title, change, GetType().Name);
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>What tells others of a change (a message, the removal of a cache entry) moves behind the commit of the change.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AfterCommitFix)), Shared]
public sealed class AfterCommitFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE304", "RACE305");

    protected override string Title => "Do this after the save";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (Way.StatementOf(finding.Act) is not ExpressionStatementSyntax statement || Way.Siblings(statement) is not { } siblings || finding.First("save") is not { } save
            || statement.ContainsDirectives)
        {
            return null;
        }

        // The save or the commit, whichever comes last in the same list.
        var last = siblings.LastOrDefault(sibling => sibling.SpanStart > statement.SpanStart
            && (sibling.Span.Contains(save.Span) && sibling is ExpressionStatementSyntax or LocalDeclarationStatementSyntax || sibling is ExpressionStatementSyntax && IsCommit(sibling)));
        if (last is null || siblings.Any(sibling => sibling.SpanStart > statement.SpanStart && sibling.SpanStart < last.SpanStart && (Way.Jumps(sibling) || UsesTheSame(sibling, statement))))
        {
            return null;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var plan = new Plan();
        var comments = layout.Remove(plan, [statement]);
        layout.After(plan, last, comments + layout.Unindented(statement));
        return plan;
    }

    private static bool IsCommit(StatementSyntax statement) => Sequence.CallAt(statement is ExpressionStatementSyntax expression ? expression.Expression : statement) is { } call && Style.NameOf(call) is "Commit" or "CommitAsync";

    /// <summary>A variable that is set on the way would have another value by then.</summary>
    private static bool UsesTheSame(StatementSyntax between, StatementSyntax moved) =>
        between.DescendantNodes().OfType<AssignmentExpressionSyntax>().Select(assignment => assignment.Left).OfType<IdentifierNameSyntax>()
            .Any(set => moved.DescendantNodes().OfType<IdentifierNameSyntax>().Any(used => used.Identifier.Text == set.Identifier.Text));
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>The count of a guarded update says who won: at zero the method takes the failure branch that it already has.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RowCountFix)), Shared]
public sealed class RowCountFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE205");

    protected override string Title => "Let the row count decide";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (finding.Body is not { } body || finding.Act.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax statement || Way.Siblings(statement) is not { } siblings
            || FailureBranch(statement, body) is not { } failure)
        {
            return null;
        }

        var value = statement.Expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } } discard ? discard.Right : statement.Expression;
        if (finding.Model.GetTypeInfo(value).Type?.SpecialType != SpecialType.System_Int32)
        {
            return null;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var updated = new Names(finding.Model, body).Fresh(value.ToString().Contains("ExecuteDelete") ? "deleted" : "updated", "changedRows");
        var branch = failure is BlockSyntax ? layout.Unindented(failure) : $"{{\n{layout.Step}{layout.Unindented(failure)}\n}}";
        var plan = new Plan();
        plan.Replace(finding.Document, TextSpanOf(statement, value), $"var {updated} = ");
        layout.After(plan, statement, $"if ({updated} == 0)\n{branch}" + (layout.NeedsGapAfter(statement) ? "\n" : ""));
        return plan;
    }

    private static Microsoft.CodeAnalysis.Text.TextSpan TextSpanOf(ExpressionStatementSyntax statement, ExpressionSyntax value) =>
        Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(statement.SpanStart, value.SpanStart);

    /// <summary>The branch of the nearest guard above that leaves the method, if it says nothing of what only that guard knows.</summary>
    private static StatementSyntax? FailureBranch(StatementSyntax statement, SyntaxNode body) =>
        body.DescendantNodes().OfType<IfStatementSyntax>().Where(guard => guard.Else is null && guard.Span.End <= statement.SpanStart && guard.Parent!.Span.Contains(statement.Span) && Way.AlwaysLeaves(guard.Statement))
            .Select(guard => guard.Statement).LastOrDefault();
}

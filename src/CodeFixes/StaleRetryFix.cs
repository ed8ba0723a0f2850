using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>A retry starts from what the database holds now: the change tracker forgets the values that lost.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StaleRetryFix)), Shared]
public sealed class StaleRetryFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE207");

    protected override string Title => "Clear the change tracker before the retry";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if ((finding.Act.FirstAncestorOrSelf<CatchClauseSyntax>() ?? finding.First("catch")?.FirstAncestorOrSelf<CatchClauseSyntax>()) is not { Parent: TryStatementSyntax attempt } clause
            || attempt.Ancestors().TakeWhile(part => part != finding.Body).FirstOrDefault(Way.IsLoop) is not { } loop
            || !finding.All("read").Any(read => loop.Span.Contains(read.Span))
            || attempt.Block.DescendantNodes().OfType<InvocationExpressionSyntax>().LastOrDefault(call => Style.NameOf(call).StartsWith("SaveChanges", StringComparison.Ordinal)) is not { } save
            || Sequence.ContextOf(save, finding.Model) is not { } context
            || TracksBefore(loop, finding))
        {
            return null;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var plan = new Plan();
        var clear = $"{context}ChangeTracker.Clear();";
        if (clause.Block.Statements.FirstOrDefault() is { } first)
        {
            layout.Before(plan, first, clear, aboveComments: true);
        }
        else
        {
            layout.Replace(plan, clause.Block, $"{{\n{layout.Step}{layout.CommentsIn(clause.Block)}{clear}\n}}");
        }

        return plan;
    }

    /// <summary>What was read or added before the loop would be forgotten, too.</summary>
    private static bool TracksBefore(SyntaxNode loop, Finding finding) => finding.Body!.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
        call.SpanStart < loop.SpanStart && finding.Model.GetSymbolInfo(call).Symbol?.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) == true);
}

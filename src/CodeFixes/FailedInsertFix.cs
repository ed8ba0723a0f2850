using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>An entity whose insert failed stays Added, and the next save tries it again: it is taken out of the context, it alone.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FailedInsertFix)), Shared]
public sealed class FailedInsertFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE208");

    protected override string Title => "Take the entity that failed out of the context";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (finding.Body is not { } body || ClauseOf(finding, body) is not { Parent: TryStatementSyntax attempt } clause
            || attempt.Block.DescendantNodes().OfType<InvocationExpressionSyntax>().LastOrDefault(call => Style.NameOf(call).StartsWith("SaveChanges", StringComparison.Ordinal)) is not { } save)
        {
            return null;
        }

        var plan = new Plan();
        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        if (Detach(plan, finding, body, clause, attempt, save, layout) is not { } lines)
        {
            return null;
        }

        if (clause.Block.Statements.FirstOrDefault() is { } first)
        {
            layout.Before(plan, first, lines, aboveComments: true);
        }
        else
        {
            layout.Replace(plan, clause.Block, $"{{\n{layout.Step}{layout.CommentsIn(clause.Block)}{lines.Replace("\n", "\n" + layout.Step)}\n}}");
        }

        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, clause.SpanStart, "EntityState");
        return plan;
    }

    /// <summary>The catch of the first save: named by the finding, or the last before the second save.</summary>
    private static CatchClauseSyntax? ClauseOf(Finding finding, SyntaxNode body) =>
        finding.First("catch")?.FirstAncestorOrSelf<CatchClauseSyntax>()
        ?? body.DescendantNodes().OfType<CatchClauseSyntax>().LastOrDefault(clause => clause.SpanStart < finding.Act.SpanStart && clause.Declaration?.Type.ToString().EndsWith("DbUpdateException", StringComparison.Ordinal) == true);

    private static string? Detach(Plan plan, Finding finding, SyntaxNode body, CatchClauseSyntax clause, TryStatementSyntax attempt, InvocationExpressionSyntax save, Layout layout)
    {
        var added = body.DescendantNodes().OfType<InvocationExpressionSyntax>().LastOrDefault(call => call.SpanStart < clause.SpanStart && Style.NameOf(call) is "Add" or "AddAsync"
            && call.ArgumentList.Arguments is { Count: >= 1 } && finding.Model.GetSymbolInfo(call).Symbol?.ContainingNamespace?.ToDisplayString() == "Microsoft.EntityFrameworkCore");
        if (added?.ArgumentList.Arguments[0].Expression is IdentifierNameSyntax entity && Sequence.ContextOf(save, finding.Model) is { } context
            && finding.Model.GetSymbolInfo(entity).Symbol is { } symbol && finding.Model.LookupSymbols(clause.Block.SpanStart, name: symbol.Name).Contains(symbol, SymbolEqualityComparer.Default)
            && !attempt.Block.Span.Contains(symbol.DeclaringSyntaxReferences.FirstOrDefault()?.Span ?? default))
        {
            return $"{context}Entry({entity.Identifier.Text}).State = EntityState.Detached;";
        }

        if (clause.Declaration is not { } declaration || !declaration.Type.ToString().EndsWith("DbUpdateException", StringComparison.Ordinal))
        {
            return null;
        }

        var names = new Names(finding.Model, body);
        var caught = declaration.Identifier.Text;
        if (caught.Length == 0)
        {
            caught = names.Fresh("e", "ex", "failure");
            plan.Insert(finding.Document, declaration.Type.Span.End, " " + caught);
        }

        var entry = names.Fresh("entry", "failed");
        return $"foreach (var {entry} in {caught}.Entries)\n{{\n{layout.Step}{entry}.State = EntityState.Detached;\n}}";
    }
}

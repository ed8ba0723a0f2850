using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <content>The update passes the change tracker by: a row that was tracked before it is stale, and whoever reads it again gets the stale one.</content>
internal sealed partial class AtomicUpdate
{
    /// <summary>No later read in the body gets a stale row, and nobody relies on the row being tracked.</summary>
    private bool IsSeenAfresh(Row row) =>
        (DropsRead || row.Query.Untracked(updates[rows.All.IndexOf(row)].ReadPin) is not null ? !IsReachedBy(row) : !IsMentioned(row, after: true))
        && !(IsMentioned(row, after: true) && IsMentioned(row, after: false));

    private void Untrack(Plan plan)
    {
        foreach (var (row, update) in rows.All.Zip(updates, (row, update) => (row, update)).Where(_ => !DropsRead))
        {
            if (row.Query.Untracked(update.ReadPin) is var (span, text))
            {
                plan.Replace(sequence.Finding.Document, span, text);
            }
        }
    }

    /// <summary>Before the read of the row, or after its update, the body has others of the same kind in hand.</summary>
    private bool IsMentioned(Row row, bool after) => sequence.Body.DescendantNodes().OfType<ExpressionSyntax>().Any(node =>
        (after ? node.SpanStart > act.Span.End : node.Span.End < row.Declaration.SpanStart && node is InvocationExpressionSyntax && sequence.Model.GetTypeInfo(node).Type?.AllInterfaces.Any(type => type.Name == "IQueryable") == false)
        && rows.All.All(other => !other.Declaration.Span.Contains(node.Span) && !rows.IsRow(node, other)) && !node.ToString().Contains("AsNoTracking")
        && IsOfRows(sequence.Model.GetTypeInfo(node).Type, row.Entity));

    private static bool IsOfRows(ITypeSymbol? type, INamedTypeSymbol entity) => SymbolEqualityComparer.Default.Equals(type, entity)
        || type is IArrayTypeSymbol array && IsOfRows(array.ElementType, entity) || type is INamedTypeSymbol { Arity: > 0, TypeKind: not TypeKind.Delegate } of && of.TypeArguments.Any(part => IsOfRows(part, entity));

    /// <summary>By way of another row: the navigation leads to a row that is tracked.</summary>
    private bool IsReachedBy(Row row) => sequence.Body.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(access =>
        access.SpanStart > row.Declaration.SpanStart && sequence.Model.GetSymbolInfo(access).Symbol is IPropertySymbol navigation
        && SymbolEqualityComparer.Default.Equals(navigation.Type, row.Entity) && sequence.Database.IsEntity(navigation.ContainingType));
}

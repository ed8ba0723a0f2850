using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Model;

/// <summary>Whether a locking query is ever sent to the database.</summary>
internal static class LockQueries
{
    /// <summary>The query is dropped where it was built, or kept in a local that nobody reads.</summary>
    public static bool IsNeverRun(Body body, Event built) =>
        built.Site is null && !body.Events.Any(e => e.Kind == EventKind.LockRow && e.Query is { } run && run.Root == built.Query!.Root)
        && Whole(built.Node) is var query && (IsDropped(query) || query.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax local } && !IsRead(body, local));

    /// <summary>The query with what is composed onto it.</summary>
    private static SyntaxNode Whole(SyntaxNode query)
    {
        while (query.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call }) query = call;
        return query;
    }

    private static bool IsDropped(SyntaxNode query) =>
        query.Parent is ExpressionStatementSyntax or AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" }, Parent: ExpressionStatementSyntax };

    private static bool IsRead(Body body, VariableDeclaratorSyntax local) =>
        body.Syntax!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == local.Identifier.ValueText);
}

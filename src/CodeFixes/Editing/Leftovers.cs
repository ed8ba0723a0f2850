using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>What a run that is given up would leave to the next one: variables and objects that were there before it.</summary>
internal sealed class Leftovers(Region region, StatementSyntax first, SyntaxNode end)
{
    private static readonly HashSet<string> Changing =
        ["Add", "AddRange", "TryAdd", "Insert", "InsertRange", "Remove", "RemoveAll", "RemoveAt", "RemoveRange", "Clear", "Push", "Pop", "Enqueue", "Dequeue", "Append", "AppendLine", "UnionWith", "ExceptWith"];

    private readonly SemanticModel model = region.Finding.Model;
    private readonly Database database = new(region.Finding);

    /// <summary>Whether there are none; rows from before count where the context forgets them.</summary>
    public bool AreNone(bool forgets) => !region.List.Where(statement => statement.SpanStart >= first.SpanStart)
        .SelectMany(statement => statement.DescendantNodesAndSelf()).Any(node => node.SpanStart < end.Span.End && IsChange(node) || forgets && IsRowFromBefore(node));

    private bool IsChange(SyntaxNode node) => node switch
    {
        // The value of an initializer is the new object's own.
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } => false,
        AssignmentExpressionSyntax assignment => Targets(assignment.Left).Any(IsFromBefore),
        PostfixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression => IsFromBefore(unary.Operand),
        PrefixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression => IsFromBefore(unary.Operand),
        ArgumentSyntax { RefKindKeyword.RawKind: not 0 } argument => argument.Expression is not DeclarationExpressionSyntax && IsFromBefore(argument.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call => Changing.Contains(access.Name.Identifier.Text) && IsOfSystem(call) && IsFromBefore(access.Expression),
        _ => false,
    };

    private static IEnumerable<ExpressionSyntax> Targets(ExpressionSyntax left) =>
        left is TupleExpressionSyntax tuple ? tuple.Arguments.SelectMany(argument => Targets(argument.Expression)) : [left];

    private bool IsOfSystem(InvocationExpressionSyntax call) =>
        model.GetSymbolInfo(call).Symbol?.ContainingNamespace?.ToDisplayString().IsWithin("System") == true;

    /// <summary>The row would be forgotten with the change tracker, and what is written to it then is never saved. A value of it may still be looked at.</summary>
    private bool IsRowFromBefore(SyntaxNode node) =>
        node is IdentifierNameSyntax name && !IsLookedAt(name, model, 2) && model.GetSymbolInfo(name).Symbol is var symbol
        && symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol && !IsMadeInside(symbol)
        && IsRow(symbol switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, IFieldSymbol field => field.Type, _ => null });

    /// <summary>One of its values, also in the method that it is handed to.</summary>
    private bool IsLookedAt(IdentifierNameSyntax name, SemanticModel sight, int depth) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name && Rows.TargetOf(access.Parent!) != access
            && sight.GetSymbolInfo(access).Symbol is IPropertySymbol member && sight.GetTypeInfo(name).Type is INamedTypeSymbol entity && database.IsEntity(entity) && database.IsScalar(entity, member),
        ArgumentSyntax { NameColon: null, RefKindKeyword.RawKind: 0, Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list } argument => depth > 0
            && sight.GetSymbolInfo(call).Symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary, ReducedFrom: null } method && list.Arguments.IndexOf(argument) is var index && index < method.Parameters.Length
            && new Implementations(model.Compilation).BodyOf(method) is { } body
            && body.Node.DescendantNodes().OfType<IdentifierNameSyntax>().Where(use => use.Identifier.Text == method.Parameters[index].Name && body.Sight.GetSymbolInfo(use).Symbol is IParameterSymbol).All(use => IsLookedAt(use, body.Sight, depth - 1)),
        _ => false,
    };

    private bool IsRow(ITypeSymbol? type) => type switch
    {
        null => false,
        IArrayTypeSymbol array => IsRow(array.ElementType),
        INamedTypeSymbol { TypeArguments.Length: 1 } of when of.IsCollection() => IsRow(of.TypeArguments[0]),
        _ => database.IsEntity(type),
    };

    /// <summary>Rooted in something that was there before the run: a field, a parameter, a local declared earlier; or in nothing that is known.</summary>
    private bool IsFromBefore(ExpressionSyntax expression) => expression switch
    {
        DeclarationExpressionSyntax => false,
        ParenthesizedExpressionSyntax inner => IsFromBefore(inner.Expression),
        PostfixUnaryExpressionSyntax inner => IsFromBefore(inner.Operand),
        MemberAccessExpressionSyntax access => IsFromBefore(access.Expression),
        ElementAccessExpressionSyntax access => IsFromBefore(access.Expression),
        IdentifierNameSyntax { Identifier.Text: "_" } => false,
        IdentifierNameSyntax name => model.GetSymbolInfo(name).Symbol is not { } symbol || !IsMadeInside(symbol),
        _ => true,
    };

    private bool IsMadeInside(ISymbol symbol) => symbol.DeclaringSyntaxReferences.All(place => place.SyntaxTree == first.SyntaxTree && region.Body.Span.Contains(place.Span) && place.Span.Start >= first.SpanStart)
        && !symbol.DeclaringSyntaxReferences.IsEmpty;
}

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
        .SelectMany(statement => statement.DescendantNodesAndSelf()).Any(node => node.SpanStart < end.Span.End && !IsSetByEnd(node) && IsChange(node) || forgets && IsRowFromBefore(node));

    /// <summary>Variables that are declared right above, for what the stretch finds out, begin anew with each run: it starts with them.</summary>
    public static StatementSyntax WithResults(StatementSyntax from, SyntaxList<StatementSyntax> list, SemanticModel model)
    {
        var changed = new HashSet<string>(list.Where(statement => statement.SpanStart >= from.SpanStart).SelectMany(statement => statement.DescendantNodes())
            .SelectMany(node => Changed(node, model)).Select(RootOf).OfType<string>());
        return list.Take(list.IndexOf(from)).Reverse().TakeWhile(statement => statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } result && IsPlain(result, model))
            .LastOrDefault(statement => ((LocalDeclarationStatementSyntax)statement).Declaration.Variables.Any(local => changed.Contains(local.Identifier.Text))) ?? from;
    }

    /// <summary>It calls nothing, and makes at most an empty collection.</summary>
    private static bool IsPlain(LocalDeclarationStatementSyntax result, SemanticModel model) => !result.DescendantNodes().Any(node =>
        node is InvocationExpressionSyntax or AwaitExpressionSyntax || node is BaseObjectCreationExpressionSyntax made && !(made is { Initializer: null, ArgumentList: null or { Arguments.Count: 0 } } && model.GetTypeInfo(made).Type?.IsCollection() == true));

    /// <summary>What is told of the end is told after it.</summary>
    private bool IsSetByEnd(SyntaxNode node) => node is AssignmentExpressionSyntax set && set.Right.Span.Contains(end.Span);

    public static string? RootOf(ExpressionSyntax expression) => expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().FirstOrDefault()?.Identifier.Text;

    private bool IsChange(SyntaxNode node) => Changed(node, model).Any(IsFromBefore);

    /// <summary>What a node assigns, counts up or down, or adds to.</summary>
    public static IEnumerable<ExpressionSyntax> Changed(SyntaxNode node, SemanticModel model) => node switch
    {
        // The value of an initializer is the new object's own.
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } => [],
        AssignmentExpressionSyntax assignment => Targets(assignment.Left),
        PostfixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression => [unary.Operand],
        PrefixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression => [unary.Operand],
        ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: not DeclarationExpressionSyntax } argument => [argument.Expression],
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call when Changing.Contains(access.Name.Identifier.Text) && IsOfSystem(call, model) => [access.Expression],
        _ => [],
    };

    private static IEnumerable<ExpressionSyntax> Targets(ExpressionSyntax left) =>
        left is TupleExpressionSyntax tuple ? tuple.Arguments.SelectMany(argument => Targets(argument.Expression)) : [left];

    private static bool IsOfSystem(InvocationExpressionSyntax call, SemanticModel model) =>
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
        // Each way out of the method sets it anew.
        IdentifierNameSyntax name => model.GetSymbolInfo(name).Symbol is not { } symbol || symbol is not IParameterSymbol { RefKind: RefKind.Out } && !IsMadeInside(symbol),
        // The context forgets what its entries were told.
        InvocationExpressionSyntax call => !(Style.NameOf(call) == "Entry" && model.GetSymbolInfo(call).Symbol is IMethodSymbol method && Sequence.IsContext(method.ContainingType)),
        _ => true,
    };

    private bool IsMadeInside(ISymbol symbol) => symbol.DeclaringSyntaxReferences.All(place => place.SyntaxTree == first.SyntaxTree && region.Body.Span.Contains(place.Span) && place.Span.Start >= first.SpanStart)
        && !symbol.DeclaringSyntaxReferences.IsEmpty;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>
/// One body while it is read: what its names stand for, and how its types are resolved. A snapshot out of the compilation has no
/// semantic model; it needs none, for it names everything with texts.
/// </summary>
internal sealed class FluentFrame
{
    public FluentFrame(SemanticModel? semantics, INamedTypeSymbol? self, int depth)
    {
        Semantics = semantics;
        Self = self;
        Depth = depth;
        Names = new Dictionary<string, FluentScope>(StringComparer.Ordinal);
        TypeArguments = ImmutableDictionary<string, INamedTypeSymbol>.Empty;
    }

    private FluentFrame(FluentFrame outer)
    {
        Semantics = outer.Semantics;
        Self = outer.Self;
        Depth = outer.Depth + 1;
        Names = new Dictionary<string, FluentScope>(outer.Names, StringComparer.Ordinal);
        TypeArguments = outer.TypeArguments;
    }

    public SemanticModel? Semantics { get; }

    /// <summary>The most derived type whose code runs: where a virtual call ends.</summary>
    public INamedTypeSymbol? Self { get; }

    public int Depth { get; }

    public Dictionary<string, FluentScope> Names { get; }

    public ImmutableDictionary<string, INamedTypeSymbol> TypeArguments { get; set; }

    /// <summary>The body of a lambda or of a branch: sees what is here, and keeps its own names.</summary>
    public FluentFrame Inner() => new(this);

    /// <summary>The named type that a piece of syntax means, with the type arguments that the method was called with.</summary>
    public INamedTypeSymbol? Type(TypeSyntax? syntax)
    {
        if (syntax is null || Semantics is null)
        {
            return null;
        }

        if (syntax is IdentifierNameSyntax { Identifier.ValueText: var name } && TypeArguments.TryGetValue(name, out var argument))
        {
            return argument;
        }

        // Speculative: the statement around it is not bound, which would cost the lambdas in it.
        var type = Semantics.GetSpeculativeTypeInfo(syntax.SpanStart, syntax, SpeculativeBindingOption.BindAsTypeOrNamespace).Type;
        return type as INamedTypeSymbol is { TypeKind: not TypeKind.Error } named ? named : null;
    }

    /// <summary>The text of a literal, a <c>nameof</c>, a constant or a parameter that was given one.</summary>
    public string? Text(ExpressionSyntax? expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax { Token.Value: string text }:
                return text;
            case InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" }, ArgumentList.Arguments: [var only] }:
                return LastName(only.Expression);
            case IdentifierNameSyntax name when Names.TryGetValue(name.Identifier.ValueText, out var scope):
                return (scope as TextScope)?.Text;
            case IdentifierNameSyntax or MemberAccessExpressionSyntax or BinaryExpressionSyntax or InterpolatedStringExpressionSyntax:
                return Semantics?.GetConstantValue(expression) is { HasValue: true, Value: string constant } ? constant : null;
            case PostfixUnaryExpressionSyntax { Operand: var operand }:
                return Text(operand);
            default:
                return null;
        }
    }

    /// <summary>The members that an argument names: texts, or the accesses of a lambda.</summary>
    public ImmutableArray<string> Members(ExpressionSyntax? expression)
    {
        switch (expression)
        {
            case LambdaExpressionSyntax lambda:
                return lambda.ExpressionBody is { } body ? Accessed(body) : ImmutableArray<string>.Empty;
            case IdentifierNameSyntax name when Names.TryGetValue(name.Identifier.ValueText, out var scope) && scope is LambdaScope given:
                return given.Frame.Members(given.Lambda);
            case ImplicitArrayCreationExpressionSyntax array:
                return Texts(array.Initializer.Expressions);
            case ArrayCreationExpressionSyntax { Initializer: { } initializer }:
                return Texts(initializer.Expressions);
            case CollectionExpressionSyntax collection:
                return Texts(collection.Elements.OfType<ExpressionElementSyntax>().Select(e => e.Expression));
            default:
                return Text(expression) is { } text ? ImmutableArray.Create(text) : ImmutableArray<string>.Empty;
        }
    }

    private ImmutableArray<string> Texts(IEnumerable<ExpressionSyntax> expressions) =>
        expressions.Select(Text).OfType<string>().ToImmutableArray();

    private ImmutableArray<string> Accessed(ExpressionSyntax body)
    {
        switch (body)
        {
            case AnonymousObjectCreationExpressionSyntax anonymous:
                return anonymous.Initializers.Select(i => Path(i.Expression)).OfType<string>().ToImmutableArray();
            case TupleExpressionSyntax tuple:
                return tuple.Arguments.Select(a => Path(a.Expression)).OfType<string>().ToImmutableArray();
            default:
                return Path(body) is { } path ? ImmutableArray.Create(path) : ImmutableArray<string>.Empty;
        }
    }

    /// <summary>The path of <c>x.Address.Street</c> after the lambda's parameter.</summary>
    private string? Path(ExpressionSyntax expression)
    {
        var steps = new List<string>();
        for (var current = expression; ;)
        {
            switch (current)
            {
                case MemberAccessExpressionSyntax access:
                    steps.Add(access.Name.Identifier.ValueText);
                    current = access.Expression;
                    continue;
                case ParenthesizedExpressionSyntax { Expression: var inner }:
                    current = inner;
                    continue;
                case CastExpressionSyntax { Expression: var inner }:
                    current = inner;
                    continue;
                case PostfixUnaryExpressionSyntax { Operand: var inner }:
                    current = inner;
                    continue;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Property" }, ArgumentList.Arguments: [_, var name] }:
                    return Text(name.Expression);
                case IdentifierNameSyntax when steps.Count > 0:
                    steps.Reverse();
                    return string.Join(".", steps);
                default:
                    return null;
            }
        }
    }

    private static string? LastName(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}

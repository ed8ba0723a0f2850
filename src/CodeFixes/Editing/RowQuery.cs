using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>The query by which a row is read: <c>db.Products.Where(…).FirstOrDefaultAsync(…)</c> or <c>db.Products.FindAsync(id)</c>, taken apart.</summary>
internal sealed class RowQuery
{
    // Operators that choose no other row; what they do for a read (includes, tracking) means nothing to an update.
    private static readonly HashSet<string> Neutral =
        ["Include", "ThenInclude", "AsTracking", "AsNoTracking", "AsSplitQuery", "AsSingleQuery", "TagWith", "TagWithCallSite", "AsQueryable"];

    private static readonly HashSet<string> Terminals = ["First", "FirstOrDefault", "Single", "SingleOrDefault", "Find"];

    private static readonly HashSet<string> Existence = ["Any", "Count", "LongCount"];

    private RowQuery(InvocationExpressionSyntax call, ExpressionSyntax source, INamedTypeSymbol entity)
    {
        (Call, Source, Entity, Terminal) = (call, source, entity, Style.NameOf(call));
        Terminal = Terminal.EndsWith("Async", StringComparison.Ordinal) ? Terminal.Substring(0, Terminal.Length - 5) : Terminal;
    }

    /// <summary>The terminal call.</summary>
    public InvocationExpressionSyntax Call { get; }

    /// <summary>The set at the root of the chain.</summary>
    public ExpressionSyntax Source { get; }

    public INamedTypeSymbol Entity { get; }

    /// <summary>The terminal operator without <c>Async</c>.</summary>
    public string Terminal { get; }

    public bool IsFind => Terminal == "Find";

    /// <summary>Throws when there is no such row.</summary>
    public bool Requires => Terminal is "First" or "Single";

    /// <summary>Conditions of the query, as lambdas, in order.</summary>
    public List<LambdaExpressionSyntax> Filters { get; } = [];

    /// <summary>The operators between the set and the terminal, as calls, in order.</summary>
    public List<InvocationExpressionSyntax> Operators { get; } = [];

    /// <summary>The values of the key, for <c>Find</c>.</summary>
    public List<ExpressionSyntax> Key { get; } = [];

    /// <summary>Picks by its conditions alone: no order, no paging, no projection.</summary>
    public bool IsPlain => Operators.All(call => Style.NameOf(call) is "Where" or "IgnoreQueryFilters" || Neutral.Contains(Style.NameOf(call)));

    /// <summary>Picks among the rows that meet its conditions, perhaps in an order: to hold all of them is to hold the one.</summary>
    public bool IsUnpaged => Operators.All(call => Style.NameOf(call) is "Where" or "IgnoreQueryFilters" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending" || Neutral.Contains(Style.NameOf(call)));

    public bool IgnoresFilters => Operators.Any(call => Style.NameOf(call) == "IgnoreQueryFilters");

    public bool IsUntracked => Operators.Any(call => Style.NameOf(call).StartsWith("AsNoTracking", StringComparison.Ordinal));

    /// <summary>The set, with its query filters off where the read has them off.</summary>
    public string Set => Source.ToString() + string.Concat(Operators.Where(call => Style.NameOf(call) == "IgnoreQueryFilters").Select(call => $".IgnoreQueryFilters{call.ArgumentList}"));

    /// <summary>A query that reads one row; null where the node is none.</summary>
    public static RowQuery? Of(SyntaxNode? node, SemanticModel model) => Of(node, model, Terminals);

    /// <summary>A query that asks whether there is a row, or reads it.</summary>
    public static RowQuery? AskedBy(SyntaxNode? node, SemanticModel model) => Of(node, model, Existence) ?? Of(node, model, Terminals);

    private static RowQuery? Of(SyntaxNode? node, SemanticModel model, HashSet<string> terminals)
    {
        var call = node switch
        {
            AwaitExpressionSyntax await => Inner(await.Expression),
            ExpressionSyntax expression => Inner(expression),
            _ => null,
        };

        if (call?.Expression is not MemberAccessExpressionSyntax access || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        var (source, operators) = Chain(access.Expression);
        if (ElementOf(model.GetTypeInfo(source).Type) is not { } entity)
        {
            return null;
        }

        var query = new RowQuery(call, source, entity);
        query.Operators.AddRange(operators);
        return terminals.Contains(query.Terminal) && IsEntityFramework(method) && query.Read(call, model) ? query : null;
    }

    /// <summary>The set that a context's property or <c>Set&lt;T&gt;()</c> gives, or null: a query local has hidden conditions.</summary>
    private static INamedTypeSymbol? ElementOf(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type is INamedTypeSymbol { Name: "DbSet", Arity: 1 } set && set.ContainingNamespace.ToDisplayString() == "Microsoft.EntityFrameworkCore")
            {
                return set.TypeArguments[0] as INamedTypeSymbol;
            }
        }

        return null;
    }

    private static bool IsEntityFramework(IMethodSymbol method) =>
        method.ContainingNamespace.ToDisplayString() is "Microsoft.EntityFrameworkCore" or "System.Linq";

    private static InvocationExpressionSyntax? Inner(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Inner(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => Inner(inner.Operand),
        AwaitExpressionSyntax await => Inner(await.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression, Right: ThrowExpressionSyntax } inner => Inner(inner.Left),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" or "AsTask" } access } => Inner(access.Expression),
        InvocationExpressionSyntax call => call,
        _ => null,
    };

    private static (ExpressionSyntax Source, IEnumerable<InvocationExpressionSyntax> Operators) Chain(ExpressionSyntax expression)
    {
        var operators = new Stack<InvocationExpressionSyntax>();
        while (expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call && access.Name.Identifier.Text != "Set")
        {
            operators.Push(call);
            expression = access.Expression;
        }

        return (expression, operators);
    }

    private bool Read(InvocationExpressionSyntax call, SemanticModel model)
    {
        foreach (var step in Operators.Where(step => Style.NameOf(step) == "Where"))
        {
            if (step.ArgumentList.Arguments is not { Count: 1 } arguments || arguments[0].Expression is not LambdaExpressionSyntax { ExpressionBody: not null } filter)
            {
                return false;
            }

            Filters.Add(filter);
        }

        foreach (var argument in call.ArgumentList.Arguments.Select(argument => argument.Expression))
        {
            if (model.GetTypeInfo(argument).Type is { Name: nameof(CancellationToken) } || argument.IsKind(SyntaxKind.DefaultLiteralExpression))
            {
                continue;
            }

            if (IsFind)
            {
                Key.AddRange(Elements(argument));
            }
            else if (argument is LambdaExpressionSyntax { ExpressionBody: not null } filter)
            {
                Filters.Add(filter);
            }
            else
            {
                return false;
            }
        }

        return Filters.All(filter => ParameterOf(filter) is not null) && (!IsFind || Key.Count > 0);
    }

    private static IEnumerable<ExpressionSyntax> Elements(ExpressionSyntax argument) => argument switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } items } => items.Expressions,
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
        CollectionExpressionSyntax list => list.Elements.OfType<ExpressionElementSyntax>().Select(element => element.Expression),
        _ => new[] { argument },
    };

    public static ParameterSyntax? ParameterOf(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: { Count: 1 } parameters } => parameters[0],
        _ => null,
    };
}

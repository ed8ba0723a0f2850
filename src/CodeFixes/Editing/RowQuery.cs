using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>A part of a query's condition about the row that a parameter stands for: <c>p.Sku == sku</c> compares a member with a value.</summary>
internal sealed record QueryPart(ExpressionSyntax Body, string Parameter, string? Member, ExpressionSyntax? Value);

/// <summary>The query by which a row is read: <c>db.Products.Where(…).FirstOrDefaultAsync(…)</c> or <c>db.Products.FindAsync(id)</c>, taken apart.</summary>
internal sealed class RowQuery
{
    // Operators that choose no other row; what they do for a read (includes, tracking) means nothing to an update.
    private static readonly HashSet<string> Neutral =
        ["Include", "ThenInclude", "AsTracking", "AsNoTracking", "AsSplitQuery", "AsSingleQuery", "TagWith", "TagWithCallSite", "AsQueryable"];

    private static readonly HashSet<string> Terminals = ["First", "FirstOrDefault", "Single", "SingleOrDefault", "Find", "GetById"];

    private static readonly HashSet<string> Existence = ["Any", "Count", "LongCount"];

    private readonly bool isOwn;
    private string token = "";

    private RowQuery(InvocationExpressionSyntax call, ExpressionSyntax source, INamedTypeSymbol entity, bool isOwn)
    {
        this.isOwn = isOwn;
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

    public bool IsFind => Terminal is "Find" or "GetById";

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

        var isOwn = !IsEntityFramework(method);
        var (source, operators) = isOwn ? (QueryableOf(access.Expression, model), []) : Chain(access.Expression, model);
        var type = isOwn ? RowOf(method) : source is null ? null : ElementOf(model.GetTypeInfo(source).Type);
        if (type is null || source is null)
        {
            return null;
        }

        var query = new RowQuery(call, source, type, isOwn) { IsSet = !isOwn && IsDbSet(model.GetTypeInfo(source).Type) };
        query.Operators.AddRange(operators);
        return terminals.Contains(query.Terminal) && query.Read(call, model) ? query : null;
    }

    /// <summary>The chain starts at a <c>DbSet</c> itself, which takes SQL of one's own.</summary>
    public bool IsSet { get; private set; }

    /// <summary>A repository's own <c>FirstOrDefaultAsync(u => …)</c>: the entity that it is about.</summary>
    private static INamedTypeSymbol? RowOf(IMethodSymbol method)
    {
        var result = method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 1 } task ? task.TypeArguments[0] : method.ReturnType;
        if (result is INamedTypeSymbol { TypeKind: TypeKind.Class, SpecialType: SpecialType.None, Name: not "Task" } row)
        {
            return row;
        }

        // AnyAsync(u => …): the entity is in the condition's own type.
        return method.Parameters.Select(parameter => parameter.Type).OfType<INamedTypeSymbol>()
            .Select(type => type is { Name: "Expression", Arity: 1 } ? type.TypeArguments[0] as INamedTypeSymbol : type)
            .Where(type => type is { Name: "Func", Arity: 2 }).Select(type => type!.TypeArguments[0] as INamedTypeSymbol).FirstOrDefault();
    }

    /// <summary>The member by which a repository hands out its rows as a query, on the same receiver.</summary>
    private static ExpressionSyntax? QueryableOf(ExpressionSyntax receiver, SemanticModel model)
    {
        if (model.GetTypeInfo(receiver).Type is not { } type || type.Name is "Enumerable" or "Queryable" || IsEnumerable(type))
        {
            return null;
        }

        var member = new[] { type }.Concat(type.AllInterfaces).SelectMany(part => part.GetMembers()).FirstOrDefault(part => part switch
        {
            IMethodSymbol { MethodKind: MethodKind.Ordinary, Parameters.Length: 0, Arity: 0 } method => IsQueryable(method.ReturnType),
            IPropertySymbol { IsIndexer: false } property => IsQueryable(property.Type),
            _ => false,
        });
        return member is null ? receiver : SyntaxFactory.ParseExpression($"{receiver}.{member.Name}{(member is IMethodSymbol ? "()" : "")}");
    }

    private static bool IsEnumerable(ITypeSymbol type) => type.AllInterfaces.Any(part => part.SpecialType == SpecialType.System_Collections_IEnumerable);

    private static bool IsQueryable(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "IQueryable", Arity: 1 } query && query.ContainingNamespace.ToDisplayString() == "System.Linq";

    /// <summary>The rows of a set that a context's property or <c>Set&lt;T&gt;()</c> gives, or of a repository's query; not of a local, which has hidden conditions.</summary>
    private static INamedTypeSymbol? ElementOf(ITypeSymbol? type) =>
        IsDbSet(type) || type is not null && IsQueryable(type) ? ((INamedTypeSymbol)SetOf(type!)).TypeArguments[0] as INamedTypeSymbol : null;

    private static bool IsDbSet(ITypeSymbol? type) => type is not null && SetOf(type) is { Name: "DbSet" };

    private static ITypeSymbol SetOf(ITypeSymbol type)
    {
        for (var part = type; part is not null; part = part.BaseType)
        {
            if (part is INamedTypeSymbol { Name: "DbSet", Arity: 1 } set && set.ContainingNamespace.ToDisplayString() == "Microsoft.EntityFrameworkCore")
            {
                return set;
            }
        }

        return type;
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

    private static (ExpressionSyntax? Source, IEnumerable<InvocationExpressionSyntax> Operators) Chain(ExpressionSyntax expression, SemanticModel model)
    {
        var operators = new Stack<InvocationExpressionSyntax>();
        while (expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call && access.Name.Identifier.Text != "Set"
            && model.GetSymbolInfo(call).Symbol is IMethodSymbol step && IsEntityFramework(step))
        {
            operators.Push(call);
            expression = access.Expression;
        }

        // A local, or a parameter, is a query with conditions that stand elsewhere.
        var isPlain = expression is not IdentifierNameSyntax name || model.GetSymbolInfo(name).Symbol is not (ILocalSymbol or IParameterSymbol) || IsDbSet(model.GetTypeInfo(name).Type);
        return (isPlain ? expression : null, operators);
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
            if (model.GetTypeInfo(argument).Type is { Name: nameof(CancellationToken) })
            {
                token = $", {argument}";
                continue;
            }

            if (argument.IsKind(SyntaxKind.DefaultLiteralExpression))
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

    /// <summary>
    /// The edit by which the query reads the row without tracking it; null where that cannot be said. <c>Find</c>, which asks the change
    /// tracker first, becomes a query with the given condition.
    /// </summary>
    public (TextSpan Span, string Text)? Untracked(string? key)
    {
        if (isOwn || Operators.Any(call => Style.NameOf(call) == "AsTracking"))
        {
            return null;
        }

        return !IsFind ? (new TextSpan(Source.Span.End, 0), ".AsNoTracking()")
            : key is not null ? (Call.Span, $"{Source}.AsNoTracking().FirstOrDefault{(Style.NameOf(Call) == "Find" ? "" : "Async")}({key}{token})")
            : null;
    }

    /// <summary>What the conditions ask, one by one.</summary>
    public IEnumerable<QueryPart> Parts(SemanticModel model) => Filters.SelectMany(filter => Split(filter.ExpressionBody!).Select(part => Part(part, ParameterOf(filter)!.Identifier.Text, model)));

    private static IEnumerable<ExpressionSyntax> Split(ExpressionSyntax condition) => condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both
        ? Split(both.Left).Concat(Split(both.Right))
        : [condition];

    private static QueryPart Part(ExpressionSyntax part, string parameter, SemanticModel model)
    {
        bool IsOfRow(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == parameter);
        if (Insertion.Equal(part) is { } equal)
        {
            foreach (var (side, value) in new[] { (equal.Left, equal.Right), (equal.Right, equal.Left) })
            {
                if (side is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax row } && IsOfRow(row) && !IsOfRow(value) && model.GetSymbolInfo(side).Symbol is IPropertySymbol member)
                {
                    return new QueryPart(part, parameter, member.Name, value);
                }
            }
        }

        return new QueryPart(part, parameter, null, null);
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

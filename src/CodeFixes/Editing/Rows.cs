using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>One assignment to a member of a row.</summary>
internal sealed record Write(ExpressionStatementSyntax Statement, ExpressionSyntax Expression, IPropertySymbol Member);

/// <summary>A row that the method reads into a local and writes: the local, the query, the writes.</summary>
internal sealed class Row(ILocalSymbol local, LocalDeclarationStatementSyntax declaration, RowQuery query)
{
    public ILocalSymbol Local { get; } = local;

    public LocalDeclarationStatementSyntax Declaration { get; } = declaration;

    public RowQuery Query { get; } = query;

    public INamedTypeSymbol Entity => Query.Entity;

    public List<Write> Writes { get; } = [];

    /// <summary>The row as the code writes to it: <c>row</c>, or <c>row!</c> where it may be missing and nobody asks.</summary>
    public string Receiver => Rows.TargetOf(Writes[0].Expression)!.Expression.ToString();

    /// <summary>The read throws where there is no such row.</summary>
    public bool IsThere => Query.Requires || Declaration.Declaration.Variables[0].Initializer!.Value is BinaryExpressionSyntax;
}

/// <summary>The rows of one sequence, and questions about the expressions that speak of them.</summary>
internal sealed class Rows
{
    private readonly SemanticModel model;
    private readonly SyntaxNode body;

    private Rows(SemanticModel model, SyntaxNode body) => (this.model, this.body) = (model, body);

    public List<Row> All { get; } = [];

    /// <summary>The rows that the acts write, with every write to them in the body; null where one of them is not a plain local read by a query.</summary>
    public static Rows? Of(SyntaxNode body, IEnumerable<SyntaxNode> acts, SemanticModel model)
    {
        var rows = new Rows(model, body);
        foreach (var act in acts)
        {
            if (TargetOf(act) is not { } target || rows.LocalOf(target.Expression) is not { } local)
            {
                return null;
            }

            if (rows.All.All(row => !Same(row.Local, local)))
            {
                if (rows.Read(local) is not { } row)
                {
                    return null;
                }

                rows.All.Add(row);
            }
        }

        foreach (var node in body.DescendantNodes().OfType<ExpressionSyntax>())
        {
            if (TargetOf(node) is { } target && rows.LocalOf(target.Expression) is { } local && rows.All.FirstOrDefault(row => Same(row.Local, local)) is { } row)
            {
                if (node.Parent is not ExpressionStatementSyntax statement || model.GetSymbolInfo(target).Symbol is not IPropertySymbol member)
                {
                    return null;
                }

                row.Writes.Add(new Write(statement, node, member));
            }
        }

        return rows.All.Count > 0 ? rows : null;
    }

    /// <summary><c>row.Member</c> that is assigned, incremented or decremented.</summary>
    public static MemberAccessExpressionSyntax? TargetOf(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left as MemberAccessExpressionSyntax,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } unary => unary.Operand as MemberAccessExpressionSyntax,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } unary => unary.Operand as MemberAccessExpressionSyntax,
        _ => null,
    };

    /// <summary>The query that reads the row which an identifier stands for, where it is a plain local.</summary>
    public static RowQuery? QueryOf(IdentifierNameSyntax name, SyntaxNode body, SemanticModel model) => RowOf(name, body, model)?.Query;

    /// <summary>The row that an identifier stands for.</summary>
    public static Row? RowOf(IdentifierNameSyntax name, SyntaxNode body, SemanticModel model) =>
        model.GetSymbolInfo(name).Symbol is ILocalSymbol local ? new Rows(model, body).Read(local) : null;

    /// <summary>A row that nothing in the body assigns to.</summary>
    public static Rows Single(SemanticModel model, SyntaxNode body, Row row)
    {
        var rows = new Rows(model, body);
        rows.All.Add(row);
        return rows;
    }

    private Row? Read(ILocalSymbol local)
    {
        var declarations = local.DeclaringSyntaxReferences;
        return declarations.Length == 1
            && declarations[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration } }
            && body.Span.Contains(declaration.Span)
            && RowQuery.Of(value, model) is { } query
            && !Uses(local).Any(use => use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use || use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
            ? new Row(local, declaration, query)
            : null;
    }

    public IEnumerable<IdentifierNameSyntax> Uses(ISymbol local) => Uses(local, body);

    private IEnumerable<IdentifierNameSyntax> Uses(ISymbol local, SyntaxNode within) => within.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
        .Where(name => name.Identifier.Text == local.Name && Same(model.GetSymbolInfo(name).Symbol, local));

    public bool IsRow(ExpressionSyntax expression, Row row) => LocalOf(expression) is { } local && Same(local, row.Local);

    public bool Mentions(SyntaxNode node, Row row) => Locals(node).Any(local => Same(local, row.Local));

    public bool MentionsAny(SyntaxNode node) => All.Any(row => Mentions(node, row));

    public bool MentionsOther(SyntaxNode node, Row row) => All.Any(other => other != row && Mentions(node, other));

    /// <summary>Reads a member that the sequence writes, from whatever object: a value that may be stale by the time it counts.</summary>
    public bool MentionsWritten(SyntaxNode node) =>
        node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => Derived(name) is { } initializer
            ? MentionsWritten(initializer)
            : model.GetSymbolInfo(name).Symbol is IPropertySymbol member && All.Any(row => row.Writes.Any(write => Same(write.Member, member))));

    /// <summary>Whether the expression says that a row is there (false) or absent (true); null where it says neither.</summary>
    public bool? NullTest(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => NullTest(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } test when IsNullOfRow(test) => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } test when IsNullOfRow(test) => false,
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } test when IsAnyRow(test.Expression) => true,
        IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } } test when IsAnyRow(test.Expression) => false,
        IsPatternExpressionSyntax { Pattern: RecursivePatternSyntax { Type: null, Designation: null, PositionalPatternClause: null, PropertyPatternClause.Subpatterns.Count: 0 } } test when IsAnyRow(test.Expression) => false,
        _ => null,
    };

    private bool IsNullOfRow(BinaryExpressionSyntax test) =>
        test.Right.IsKind(SyntaxKind.NullLiteralExpression) && IsAnyRow(test.Left) || test.Left.IsKind(SyntaxKind.NullLiteralExpression) && IsAnyRow(test.Right);

    private bool IsAnyRow(ExpressionSyntax expression) => All.Any(row => IsRow(expression, row));

    /// <summary>The property that <c>row.Member</c>, <c>row!.Member</c> or <c>row?.Member</c> reads.</summary>
    public IPropertySymbol? MemberOf(ExpressionSyntax expression, Row row) => expression switch
    {
        MemberAccessExpressionSyntax access when IsRow(access.Expression, row) => model.GetSymbolInfo(access).Symbol as IPropertySymbol,
        ConditionalAccessExpressionSyntax { WhenNotNull: MemberBindingExpressionSyntax binding } access when IsRow(access.Expression, row) => model.GetSymbolInfo(binding).Symbol as IPropertySymbol,
        _ => null,
    };

    /// <summary>The initializer of a local that is set once, from a row's state.</summary>
    public ExpressionSyntax? Derived(IdentifierNameSyntax name) => Derived(name, []);

    private ExpressionSyntax? Derived(IdentifierNameSyntax name, HashSet<string> seen) =>
        seen.Add(name.Identifier.Text)
        && model.GetSymbolInfo(name).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declarations } local
        && declarations[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value }
        && All.All(row => !Same(row.Local, local))
        && value is not AwaitExpressionSyntax
        && value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(part => All.Any(row => Same(model.GetSymbolInfo(part).Symbol, row.Local)) || Derived(part, seen) is not null)
            ? value
            : null;

    /// <summary>A local that stands for what a row held when it was read must not be set again.</summary>
    public bool IsSetOnce(ISymbol local) => !Uses(local).Any(use =>
        use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use
        || use.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax && use.Parent.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression or SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression
        || use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 });

    private IEnumerable<ISymbol> Locals(SyntaxNode node) => Locals(node, []);

    private IEnumerable<ISymbol> Locals(SyntaxNode node, HashSet<string> seen)
    {
        foreach (var name in node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (model.GetSymbolInfo(name).Symbol is ILocalSymbol local)
            {
                yield return local;
                if (seen.Add(local.Name) && Derived(name) is { } initializer)
                {
                    foreach (var inner in Locals(initializer, seen))
                    {
                        yield return inner;
                    }
                }
            }
        }
    }

    private ILocalSymbol? LocalOf(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => LocalOf(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => LocalOf(inner.Operand),
        IdentifierNameSyntax name => model.GetSymbolInfo(name).Symbol as ILocalSymbol,
        _ => null,
    };

    private static bool Same(ISymbol? left, ISymbol? right) => SymbolEqualityComparer.Default.Equals(left, right);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>
/// Says an expression about a row in memory (<c>product.Stock - quantity</c>) as one about the row in the database
/// (<c>p.Stock - quantity</c>), where EF Core can translate it; null where that is not certain.
/// </summary>
internal sealed class RowExpression(SemanticModel model, Rows rows, Row row, string parameter, Database database)
{
    private bool IsFirst => rows.All[0] == row;

    private static readonly HashSet<string> StringMethods = ["Trim", "ToLower", "ToUpper", "ToLowerInvariant", "ToUpperInvariant"];

    /// <summary>Values that must be taken before the statement, for in a query they would be the database's own: a clock, a new identifier.</summary>
    public List<ExpressionSyntax> Clocks { get; } = [];

    /// <summary>A value. Reads of the row become members of the parameter, all else is captured as it stands.</summary>
    public string? Value(ExpressionSyntax expression)
    {
        if (!rows.Mentions(expression, row))
        {
            return rows.MentionsWritten(expression) ? null : Captured(expression);
        }

        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return Value(inner.Expression) is { } value ? $"({value})" : null;
            case CastExpressionSyntax cast when model.GetTypeInfo(cast.Type).Type is { IsValueType: true }:
                return Value(cast.Expression) is { } operand ? $"({cast.Type}){operand}" : null;
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner:
                return Value(inner.Operand);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                return Value(minus.Operand) is { } positive ? $"-{positive}" : null;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return Value(not.Operand) is { } flipped ? $"!{flipped}" : null;
            case IdentifierNameSyntax name when rows.Derived(name) is { } initializer:
                return Value(initializer) is { } inlined ? Within(name, initializer, inlined) : null;
            case MemberAccessExpressionSyntax { Name.Identifier.Text: "Value" } nullable when IsNullable(nullable.Expression):
                return Value(nullable.Expression) is { } some ? $"{some}.Value" : null;
            case MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax:
                return rows.MemberOf(expression, row) is { } member && database.IsScalar(row.Entity, member) ? $"{parameter}.{member.Name}" : null;
            case BinaryExpressionSyntax binary when IsArithmetic(binary) && !Converted(binary.Left) && !Converted(binary.Right):
                return Value(binary.Left) is { } left && Value(binary.Right) is { } right ? $"{left} {binary.OperatorToken.Text} {right}" : null;
            case ConditionalExpressionSyntax choice:
                return Condition(choice.Condition) is { IsConstant: false } test && Value(choice.WhenTrue) is { } yes && Value(choice.WhenFalse) is { } no
                    ? $"{test.Text} ? {yes} : {no}"
                    : null;
            case InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } call
                when model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "Math", ContainingNamespace.Name: "System" } } math && math.Name is "Max" or "Min":
                var comparison = Style.NameOf(call) == "Max" ? ">" : "<";
                return Value(arguments[0].Expression) is { } first && Value(arguments[1].Expression) is { } second
                    ? Within(call, call, $"{first} {comparison} {second} ? {first} : {second}")
                    : null;
            default:
                return null;
        }
    }

    /// <summary>An operand that takes the place of something that bound more strongly.</summary>
    private static string Within(ExpressionSyntax old, ExpressionSyntax content, string text) =>
        content is MemberAccessExpressionSyntax or LiteralExpressionSyntax
        || old.Parent is AssignmentExpressionSyntax or EqualsValueClauseSyntax or ArgumentSyntax
        || old.Parent is BinaryExpressionSyntax comparison && Comparison(comparison.Kind()) is not null && content is BinaryExpressionSyntax
            ? text
            : $"({text})";

    /// <summary>A condition, or its opposite.</summary>
    public Condition? Condition(ExpressionSyntax expression, bool negate = false)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return Condition(inner.Expression, negate);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return Condition(not.Operand, !negate);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } both:
                var (left, right) = (Condition(both.Left, negate), Condition(both.Right, negate));
                return both.IsKind(SyntaxKind.LogicalAndExpression) != negate ? Editing.Condition.And(left, right) : OrOfThisRow(both, left, right);
        }

        if (rows.NullTest(expression) is { } isNull)
        {
            return isNull != negate ? Editing.Condition.False : Editing.Condition.True;
        }

        if (!rows.Mentions(expression, row))
        {
            // What only another row decides stands in that row's own condition, what none decides in the first row's.
            return rows.MentionsAny(expression) || !IsFirst
                ? Editing.Condition.True
                : Captured(expression) is { } captured ? Editing.Condition.Of(!negate ? captured : IsAtom(expression) ? $"!{captured}" : $"!({captured})") : null;
        }

        return expression switch
        {
            BinaryExpressionSyntax comparison when Comparison(comparison.Kind()) is { } sign => Compare(comparison.Left, sign, comparison.Right, negate),
            IsPatternExpressionSyntax pattern => Pattern(pattern.Expression, pattern.Pattern, negate),
            MemberAccessExpressionSyntax { Name.Identifier.Text: "HasValue" } has when IsNullable(has.Expression) =>
                Value(has.Expression) is { } nullable ? Editing.Condition.Of($"{nullable} {(negate ? "==" : "!=")} null") : null,
            InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } call when model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType.SpecialType: SpecialType.System_String, IsStatic: true } text
                && text.Name is "IsNullOrEmpty" or "IsNullOrWhiteSpace" =>
                Value(arguments[0].Expression) is { } tested ? Editing.Condition.Of($"{(negate ? "!" : "")}{call.Expression}({tested})") : null,
            _ when model.GetTypeInfo(expression).Type?.SpecialType == SpecialType.System_Boolean && Value(expression) is { } flag =>
                Editing.Condition.Of(negate ? $"!{flag}" : flag),
            _ => null,
        };
    }

    /// <summary>Either of two rows: no single row's condition says that.</summary>
    private Condition? OrOfThisRow(BinaryExpressionSyntax both, Condition? left, Condition? right) =>
        rows.MentionsOther(both, row) && left is not { IsConstant: true, Text: "false" } && right is not { IsConstant: true, Text: "false" } && !AllNullTests(both)
            ? null
            : Editing.Condition.Or(left, right);

    private bool AllNullTests(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => AllNullTests(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } both => AllNullTests(both.Left) && AllNullTests(both.Right),
        _ => rows.NullTest(expression) is not null,
    };

    private Condition? Compare(ExpressionSyntax left, string sign, ExpressionSyntax right, bool negate)
    {
        if (Value(left) is not { } leftText || Value(right) is not { } rightText)
        {
            return null;
        }

        var ordering = sign is not ("==" or "!=");
        if (ordering && (Converted(left) || Converted(right) || !database.CanOrder(model.GetTypeInfo(left).Type)))
        {
            return null;
        }

        if (!negate)
        {
            return Editing.Condition.Of($"{leftText} {sign} {rightText}");
        }

        // Not (a < b) holds for an absent value, too, which a >= b in SQL does not.
        var opposite = Editing.Condition.Of($"{leftText} {Opposite(sign)} {rightText}");
        foreach (var (side, text) in new[] { (left, leftText), (right, rightText) })
        {
            if (ordering && side is not ConditionalAccessExpressionSyntax && IsNullable(side) && rows.Mentions(side, row))
            {
                opposite = Editing.Condition.Or(Editing.Condition.Of($"{text} == null"), opposite)!;
            }
        }

        return opposite;
    }

    private Condition? Pattern(ExpressionSyntax input, PatternSyntax pattern, bool negate)
    {
        switch (pattern)
        {
            case ParenthesizedPatternSyntax inner:
                return Pattern(input, inner.Pattern, negate);
            case UnaryPatternSyntax not:
                return Pattern(input, not.Pattern, !negate);
            case BinaryPatternSyntax both:
                var (left, right) = (Pattern(input, both.Left, negate), Pattern(input, both.Right, negate));
                return both.IsKind(SyntaxKind.AndPattern) != negate ? Editing.Condition.And(left, right) : Editing.Condition.Or(left, right);
            case RecursivePatternSyntax { Type: null, PositionalPatternClause: null, Designation: null, PropertyPatternClause: { } properties } when rows.IsRow(input, row):
                return properties.Subpatterns.Aggregate(
                    negate ? Editing.Condition.False : Editing.Condition.True,
                    (all, part) => negate ? Editing.Condition.Or(all, Subpattern(part, negate))! : Editing.Condition.And(all, Subpattern(part, negate))!);
            case ConstantPatternSyntax constant:
                return Value(input) is { } value ? Editing.Condition.Of($"{value} {(negate ? "!=" : "==")} {constant.Expression}") : null;
            case RelationalPatternSyntax relation:
                return Compare(input, relation.OperatorToken.Text, relation.Expression, negate);
            default:
                return null;
        }
    }

    private Condition? Subpattern(SubpatternSyntax part, bool negate)
    {
        if (part.NameColon?.Name is not { } name || model.GetSymbolInfo(name).Symbol is not IPropertySymbol member || !database.IsScalar(row.Entity, member))
        {
            return null;
        }

        return Member($"{parameter}.{member.Name}", member, part.Pattern, negate);
    }

    private Condition? Member(string value, IPropertySymbol member, PatternSyntax pattern, bool negate) => pattern switch
    {
        ParenthesizedPatternSyntax inner => Member(value, member, inner.Pattern, negate),
        UnaryPatternSyntax not => Member(value, member, not.Pattern, !negate),
        BinaryPatternSyntax both => both.IsKind(SyntaxKind.AndPattern) != negate
            ? Editing.Condition.And(Member(value, member, both.Left, negate), Member(value, member, both.Right, negate))
            : Editing.Condition.Or(Member(value, member, both.Left, negate), Member(value, member, both.Right, negate)),
        ConstantPatternSyntax { Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression or (int)SyntaxKind.FalseLiteralExpression } flag } =>
            Editing.Condition.Of(flag.IsKind(SyntaxKind.TrueLiteralExpression) != negate ? value : $"!{value}"),
        ConstantPatternSyntax constant => Editing.Condition.Of($"{value} {(negate ? "!=" : "==")} {constant.Expression}"),
        RelationalPatternSyntax relation when !negate || member.Type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T =>
            database.IsConverted(row.Entity, member) || !database.CanOrder(member.Type)
                ? null
                : Editing.Condition.Of($"{value} {(negate ? Opposite(relation.OperatorToken.Text) : relation.OperatorToken.Text)} {relation.Expression}"),
        _ => null,
    };

    /// <summary>Something that has nothing to do with the row, evaluated in the application.</summary>
    private string? Captured(ExpressionSyntax expression)
    {
        if (model.GetConstantValue(expression).HasValue)
        {
            return expression.ToString();
        }

        foreach (var node in expression.DescendantNodesAndSelf().OfType<ExpressionSyntax>())
        {
            switch (node)
            {
                case LiteralExpressionSyntax or ParenthesizedExpressionSyntax or ThisExpressionSyntax or CastExpressionSyntax or TypeSyntax or ConditionalExpressionSyntax:
                case BinaryExpressionSyntax when !node.IsKind(SyntaxKind.AsExpression):
                case PrefixUnaryExpressionSyntax when node.Kind() is SyntaxKind.LogicalNotExpression or SyntaxKind.UnaryMinusExpression:
                case PostfixUnaryExpressionSyntax when node.IsKind(SyntaxKind.SuppressNullableWarningExpression):
                    continue;
                case MemberAccessExpressionSyntax access when model.GetSymbolInfo(access).Symbol is { } symbol:
                    if (IsClock(symbol))
                    {
                        Clocks.Add(access);
                    }

                    continue;
                case InvocationExpressionSyntax call when model.GetSymbolInfo(call).Symbol is IMethodSymbol method:
                    if (IsClock(method))
                    {
                        Clocks.Add(call);
                        continue;
                    }

                    if (method.ContainingType is { SpecialType: SpecialType.System_String } && StringMethods.Contains(method.Name) || IsChainedOnClock(call)
                        || method.ContainingType is { Name: "Math", ContainingNamespace.Name: "System" })
                    {
                        continue;
                    }

                    return null;
                default:
                    return null;
            }
        }

        return expression.ToString();
    }

    private bool IsChainedOnClock(InvocationExpressionSyntax call) =>
        call.DescendantNodes().OfType<ExpressionSyntax>().Any(node => model.GetSymbolInfo(node).Symbol is { } symbol && IsClock(symbol))
        && model.GetSymbolInfo(call).Symbol is { ContainingType.Name: "DateTime" or "DateTimeOffset" };

    private static bool IsClock(ISymbol symbol) =>
        symbol.ContainingType is { Name: "DateTime" or "DateTimeOffset" } && symbol.Name is "Now" or "UtcNow" or "Today"
        || symbol is { Name: "NewGuid" or "CreateVersion7", ContainingType.Name: "Guid" }
        || symbol is { Name: "GetUtcNow" or "GetLocalNow", ContainingType.Name: "TimeProvider" };

    private bool Converted(ExpressionSyntax expression) => rows.MemberOf(expression, row) is { } member && database.IsConverted(row.Entity, member);

    private bool IsNullable(ExpressionSyntax expression) => model.GetTypeInfo(expression).Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    private static bool IsAtom(ExpressionSyntax expression) => expression is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax;

    private static bool IsArithmetic(BinaryExpressionSyntax binary) => binary.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression
        or SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression or SyntaxKind.CoalesceExpression;

    private static string? Comparison(SyntaxKind kind) => kind switch
    {
        SyntaxKind.EqualsExpression => "==",
        SyntaxKind.NotEqualsExpression => "!=",
        SyntaxKind.LessThanExpression => "<",
        SyntaxKind.LessThanOrEqualExpression => "<=",
        SyntaxKind.GreaterThanExpression => ">",
        SyntaxKind.GreaterThanOrEqualExpression => ">=",
        _ => null,
    };

    private static string Opposite(string sign) => sign switch
    {
        "==" => "!=",
        "!=" => "==",
        "<" => ">=",
        "<=" => ">",
        ">" => "<=",
        _ => "<",
    };
}

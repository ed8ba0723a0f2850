using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>The statement that changes one row in the database: <c>db.Products.Where(…).ExecuteUpdate(s => s.SetProperty(…))</c>.</summary>
internal sealed class RowUpdate
{
    private readonly Sequence sequence;
    private readonly Row row;
    private readonly RowExpression expression;
    private readonly List<string> setters = [];
    private Condition condition = Condition.True;

    private RowUpdate(Sequence sequence, Row row)
    {
        (this.sequence, this.row) = (sequence, row);
        Parameter = sequence.Names.Parameter([.. ParameterNames()]);
        Builder = Parameter == "s" ? "setters" : "s";
        expression = new RowExpression(sequence.Model, sequence.Rows, row, Parameter, sequence.Database);
        Given = Values();
    }

    private string Parameter { get; }

    private string Builder { get; }

    /// <summary>Values taken from a clock: the statement needs them in a local.</summary>
    public IReadOnlyList<ExpressionSyntax> Clocks => expression.Clocks;

    /// <summary>The update of a row under its guards; null where some part of it cannot be said in SQL.</summary>
    public static RowUpdate? Of(Sequence sequence, Row row, IEnumerable<Guard> guards)
    {
        var update = new RowUpdate(sequence, row);
        return update.Guard(guards) && update.Set() ? update : null;
    }

    private bool Guard(IEnumerable<Guard> guards)
    {
        foreach (var guard in guards)
        {
            if (Condition.And(condition, expression.Condition(guard.Condition, negate: !guard.MustHold)) is not { } both || both == Condition.False)
            {
                return false;
            }

            condition = both;
        }

        return true;
    }

    private bool Set()
    {
        var written = new HashSet<string>();
        foreach (var write in row.Writes)
        {
            // All new values are computed from the old row: one that uses a member written before would change its meaning.
            if (!sequence.Database.IsScalar(row.Entity, write.Member)
                || write.Expression.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(access => written.Contains(access.Name.Identifier.Text) && sequence.Rows.IsRow(access.Expression, row))
                || !written.Add(write.Member.Name)
                || NewValue(write) is not { } value)
            {
                return false;
            }

            setters.Add($".SetProperty({Parameter} => {Parameter}.{write.Member.Name}, {value})");
        }

        return setters.Count > 0;
    }

    private string? NewValue(Write write)
    {
        var current = $"{Parameter}.{write.Member.Name}";
        switch (write.Expression)
        {
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment:
                var value = expression.Value(assignment.Right);
                return value is null ? null
                    : sequence.Rows.Mentions(assignment.Right, row) ? $"{Parameter} => {Narrowed(write.Member, value)}"
                    : assignment.Right.Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.DefaultLiteralExpression ? $"({TypeText(write.Member)}){value}"
                    : value;
            case AssignmentExpressionSyntax assignment when Operator(assignment.Kind()) is { } sign && !sequence.Database.IsConverted(row.Entity, write.Member):
                return expression.Value(assignment.Right) is { } operand
                    ? $"{Parameter} => {Narrowed(write.Member, $"{current} {sign} {(IsTight(assignment.Right) ? operand : $"({operand})")}")}"
                    : null;
            case PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax when !sequence.Database.IsConverted(row.Entity, write.Member):
                var step = write.Expression.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PostIncrementExpression ? "+" : "-";
                return $"{Parameter} => {Narrowed(write.Member, $"{current} {step} 1")}";
            default:
                return null;
        }
    }

    private static string Narrowed(IPropertySymbol member, string value) =>
        member.Type.SpecialType is SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16
            ? $"({member.Type.ToDisplayString()})({value})"
            : value;

    private static string TypeText(IPropertySymbol member) =>
        member.Type.ToDisplayString(NullableFlowState.MaybeNull, SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static bool IsTight(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax or ParenthesizedExpressionSyntax or InvocationExpressionSyntax;

    private static string? Operator(SyntaxKind kind) => kind switch
    {
        SyntaxKind.AddAssignmentExpression => "+",
        SyntaxKind.SubtractAssignmentExpression => "-",
        SyntaxKind.MultiplyAssignmentExpression => "*",
        SyntaxKind.DivideAssignmentExpression => "/",
        SyntaxKind.ModuloAssignmentExpression => "%",
        _ => null,
    };

    /// <summary>The query's own conditions, where they say which row it is and can be said again.</summary>
    public Condition? QueryPin()
    {
        if (!row.Query.IsPlain)
        {
            return null;
        }

        if (row.Query.IsFind)
        {
            return row.Query.Key.All(IsStable) ? FindPin() : null;
        }

        var all = Condition.True;
        foreach (var (body, parameter, _, _) in row.Query.Parts(sequence.Model))
        {
            if (body.ToString().Contains("\n") || body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => sequence.Model.GetSymbolInfo(name).Symbol is ILocalSymbol or IParameterSymbol && !sequence.Rows.IsSetOnce(sequence.Model.GetSymbolInfo(name).Symbol!)))
            {
                return null;
            }

            var renamed = body.ReplaceNodes(
                body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.Text == parameter && sequence.Model.GetSymbolInfo(name).Symbol is IParameterSymbol),
                (name, _) => name.WithIdentifier(SyntaxFactory.Identifier(Parameter)));
            all = Condition.And(all, Condition.Of(renamed.WithoutTrivia().ToString(), renamed.Kind() switch
            {
                SyntaxKind.LogicalOrExpression or SyntaxKind.ConditionalExpression or SyntaxKind.CoalesceExpression => 1,
                _ => 3,
            }))!;
        }

        return all == Condition.True ? null : all;
    }

    /// <summary>The key that <c>Find</c> is given.</summary>
    private Condition? FindPin()
    {
        var key = sequence.Database.Key(row.Entity);
        return key.Count > 0 && key.Count == row.Query.Key.Count
            ? key.Zip(row.Query.Key, (member, value) => Condition.Of($"{Parameter}.{member.Name} == {value}")).Aggregate(Condition.True, (all, part) => Condition.And(all, part)!)
            : null;
    }

    /// <summary>What <c>Find</c> finds, as a condition of a query.</summary>
    public string? ReadPin => row.Query.IsFind && row.Query.Key.All(IsStable) && FindPin() is { } pin ? $"{Parameter} => {pin.Text}" : null;

    /// <summary>The values that the read gives for members of the row.</summary>
    public IReadOnlyDictionary<string, ExpressionSyntax> Given { get; }

    /// <summary>The read is by the whole of a key: no other row meets its conditions.</summary>
    public bool IsByKey => IsByPrimaryKey
        || sequence.Database.Facts(row.Entity).UniqueKeys.Any(key => key.Filter is null && key.Members.All(member => Given.ContainsKey(member) && !MayBeNull(member)));

    private bool IsByPrimaryKey => sequence.Database.Key(row.Entity) is { Count: > 0 } key && key.All(member => Given.ContainsKey(member.Name));

    // A unique index lets many rows have no value.
    private bool MayBeNull(string member) => Database.PropertyOf(row.Entity, member) is not { } property
        || property.NullableAnnotation == NullableAnnotation.Annotated || property.Type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    /// <summary>The read picks the row by what is written: by the time of the update it may have left that state.</summary>
    public bool IsPicked => row.Query.Parts(sequence.Model).SelectMany(part => part.Body.DescendantNodesAndSelf()).OfType<MemberAccessExpressionSyntax>()
        .Any(access => row.Writes.Any(write => SymbolEqualityComparer.Default.Equals(sequence.Model.GetSymbolInfo(access).Symbol, write.Member)));

    /// <summary>The query's condition names the whole key and nothing else.</summary>
    public bool IsOnlyByKey => IsByPrimaryKey && Given.Count == sequence.Database.Key(row.Entity).Count && row.Query.Parts(sequence.Model).All(part => part.Member is not null);

    /// <summary>The key of the row that was read.</summary>
    public Condition? RowPin()
    {
        var key = sequence.Database.Key(row.Entity);
        return key.Count == 0 ? null : key.Aggregate(Condition.True, (all, member) => Condition.And(all, Condition.Of($"{Parameter}.{member.Name} == {row.Receiver}.{member.Name}"))!);
    }

    private Dictionary<string, ExpressionSyntax> Values()
    {
        var key = sequence.Database.Key(row.Entity);
        return row.Query.IsFind
            ? key.Count == row.Query.Key.Count ? key.Zip(row.Query.Key, (member, value) => (member.Name, value)).ToDictionary(pair => pair.Name, pair => pair.value) : []
            : row.Query.Parts(sequence.Model).Where(part => part.Member is not null).GroupBy(part => part.Member!).ToDictionary(same => same.Key, same => same.First().Value!);
    }

    private bool IsStable(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax => true,
        IdentifierNameSyntax name => sequence.Model.GetSymbolInfo(name).Symbol is { } symbol && (symbol is not (ILocalSymbol or IParameterSymbol) || sequence.Rows.IsSetOnce(symbol)),
        MemberAccessExpressionSyntax access => access.Expression is ThisExpressionSyntax || IsStable(access.Expression),
        CastExpressionSyntax cast => IsStable(cast.Expression),
        _ => false,
    };

    /// <summary>The whole call, in lines.</summary>
    public string Call(Condition pin)
    {
        var style = sequence.Style;
        var step = sequence.Layout.Step;
        var where = Condition.And(pin, condition)!;
        var set = setters.Count == 1 ? $"{Builder} => {Builder}{setters[0]}" : $"{Builder} => {Builder}" + string.Concat(setters.Select(setter => $"\n{step}{step}{setter}"));
        var call = style.Call($"{row.Query.Set}\n{step}.Where({Parameter} => {where.Text})\n{step}", "ExecuteUpdate", set);
        return style.Configure.Length == 0 ? call : call.Substring(0, call.Length - style.Configure.Length) + "\n" + step + style.Configure;
    }

    private IEnumerable<string> ParameterNames()
    {
        if (row.Query.Filters.LastOrDefault() is { } filter)
        {
            yield return RowQuery.ParameterOf(filter)!.Identifier.Text;
        }

        yield return char.ToLowerInvariant(row.Entity.Name[0]).ToString();
        yield return "row";
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>Reads that lock the row: in the dialect of the database, or by an update that changes nothing.</summary>
internal sealed class RowLock(Finding finding, Database database, Layout layout, Names names, Style style)
{
    /// <summary>The read with the lock in it: <c>db.Products.FromSql($"SELECT * … FOR UPDATE")</c>; null where a name is not known for sure.</summary>
    public string? Locking(RowQuery query)
    {
        var (conditions, rest) = Conditions(query);
        // A worker that chooses by several conditions would lock all that one of them holds for, those that are done among them.
        if (conditions is null || rest.Count > 0 && finding.Property("for") == "RACE004" && !IsOfOneRow(query) || Select(query.Entity, string.Join(" AND ", conditions)) is not { } sql || !IsSet(query))
        {
            return null;
        }

        var step = layout.Step;
        var operators = query.Operators.Where(call => Style.NameOf(call) != "Where").Select(call => $"\n{step}.{Name(call)}{call.ArgumentList}");
        var arguments = query.Call.ArgumentList.Arguments.Where(argument => finding.Model.GetTypeInfo(argument.Expression).Type is { Name: nameof(CancellationToken) });
        var terminal = query.IsFind ? style.IsAsync ? "SingleOrDefaultAsync" : "SingleOrDefault" : Name(query.Call);
        return $"{query.Source}\n{step}.{FromSql}({sql})"
            + string.Concat(operators) + string.Concat(rest.Select(filter => $"\n{step}.Where({filter})"))
            + $"\n{step}.{terminal}({string.Join(", ", arguments)})";
    }

    /// <summary>A statement that locks two rows of one table in key order, before they are read; null where a name is not known for sure.</summary>
    public string? LockingBoth(RowQuery first, RowQuery second)
    {
        var facts = database.Facts(first.Entity);
        if (KeyValue(first) is not { } one || KeyValue(second) is not { } two || !facts.QueryFilters.IsEmpty
            || facts.Column(facts.KeyMembers[0]) is not { } column || !IsSet(first)
            || Select(first.Entity, $"{Quoted(column)} IN ({{{one}}}, {{{two}}})", $" ORDER BY {Quoted(column)}") is not { } sql)
        {
            return null;
        }

        var step = layout.Step;
        return style.Call($"{first.Source}\n{step}.{FromSql}({sql})\n{step}", "Load") + ";";
    }

    /// <summary>A statement that locks by setting a column to itself: it names no table, and every relational database knows it.</summary>
    public string? Touching(RowQuery query, IPropertySymbol? member)
    {
        member ??= database.Facts(query.Entity).Mapped.Select(name => Database.PropertyOf(query.Entity, name)).FirstOrDefault(property =>
            property is not null && database.IsScalar(query.Entity, property) && !database.Facts(query.Entity).KeyMembers.Contains(property.Name) && !property.Name.EndsWith("Id", StringComparison.Ordinal));
        if (!database.HasBulkUpdates || !database.CanUpdate(query.Entity) || member is null || !database.IsScalar(query.Entity, member) || Filter(query) is not { } filter)
        {
            return null;
        }

        var (parameter, condition) = filter;
        var builder = parameter == "s" ? "setters" : "s";
        var step = layout.Step;
        return style.Call($"{query.Set}\n{step}.Where({parameter} => {condition})\n{step}", "ExecuteUpdate",
            $"{builder} => {builder}.SetProperty({parameter} => {parameter}.{member.Name}, {parameter} => {parameter}.{member.Name})") + ";";
    }

    private (string Parameter, string Condition)? Filter(RowQuery query)
    {
        if (query.IsFind)
        {
            var key = database.Key(query.Entity);
            var parameter = names.Parameter(char.ToLowerInvariant(query.Entity.Name[0]).ToString(), "row");
            return key.Count == query.Key.Count && key.Count > 0
                ? (parameter, string.Join(" && ", key.Zip(query.Key, (member, value) => $"{parameter}.{member.Name} == {value}")))
                : null;
        }

        var filters = query.Filters.Select(filter => (RowQuery.ParameterOf(filter)!.Identifier.Text, filter.ExpressionBody!)).ToArray();
        return filters.Length > 0 && query.IsUnpaged && filters.All(filter => filter.Text == filters[0].Text && !filter.Item2.ToString().Contains("\n"))
            ? (filters[0].Text, filters.Length == 1 ? filters[0].Item2.ToString() : string.Join(" && ", filters.Select(filter => filter.Item2 is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } ? $"({filter.Item2})" : filter.Item2.ToString())))
            : null;
    }

    /// <summary>The value of the whole, single key by which the row is read, where it can be had before.</summary>
    public ExpressionSyntax? KeyValue(RowQuery query)
    {
        var key = database.Key(query.Entity);
        if (key.Count != 1 || !query.IsPlain)
        {
            return null;
        }

        if (query.IsFind)
        {
            return query.Key.Count == 1 ? query.Key[0] : null;
        }

        return query.Filters.Count == 1 && Equal(query.Filters[0], query.Filters[0].ExpressionBody!) is { } equal && equal.Member.Name == key[0].Name ? equal.Value : null;
    }

    /// <summary>The conditions hold for one row at most.</summary>
    public bool IsOfOneRow(RowQuery query) => query.IsFind || query.Filters.SelectMany(filter => Parts(filter.ExpressionBody!).Select(part => Equal(filter, part)?.Member.Name)).OfType<string>().ToArray() is var members
        && (database.Facts(query.Entity).UniqueKeys.Any(key => key is { Filter: null, Members.Length: > 0 } && key.Members.All(members.Contains)) || database.Key(query.Entity) is { Count: > 0 } known && known.All(member => members.Contains(member.Name)));

    private string FromSql => database.HasBulkUpdates ? "FromSql" : "FromSqlInterpolated";

    private static string Name(InvocationExpressionSyntax call) => ((MemberAccessExpressionSyntax)call.Expression).Name.ToString();

    /// <summary>Only a set itself takes SQL of one's own.</summary>
    private bool IsSet(RowQuery query) => query.IsSet && !query.IgnoresFilters && database.Facts(query.Entity) is { HasInheritance: false, IsOwned: false };

    /// <summary>The conditions as SQL, and the filters that stay as they are; no conditions where none can be said.</summary>
    private (List<string>? Sql, List<string> Others) Conditions(RowQuery query)
    {
        var facts = database.Facts(query.Entity);
        var sql = new List<string>();
        var rest = new List<string>();
        if (query.IsFind)
        {
            var key = database.Key(query.Entity);
            if (key.Count == 0 || key.Count != query.Key.Count)
            {
                return (null, rest);
            }

            foreach (var (member, value) in key.Zip(query.Key, (member, value) => (member, value)))
            {
                if (Sql(facts, member, value) is not { } condition)
                {
                    return (null, rest);
                }

                sql.Add(condition);
            }

            return (sql, rest);
        }

        foreach (var filter in query.Filters)
        {
            var kept = new List<ExpressionSyntax>();
            foreach (var part in Parts(filter.ExpressionBody!))
            {
                if (Equal(filter, part) is { } equal && Sql(facts, equal.Member, equal.Value) is { } condition)
                {
                    sql.Add(condition);
                }
                else
                {
                    kept.Add(part);
                }
            }

            if (kept.Count > 0)
            {
                rest.Add($"{RowQuery.ParameterOf(filter)!.Identifier.Text} => {string.Join(" && ", kept)}");
            }
        }

        return (sql.Count > 0 ? sql : null, rest);
    }

    private static IEnumerable<ExpressionSyntax> Parts(ExpressionSyntax condition) => condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both
        ? Parts(both.Left).Concat(Parts(both.Right))
        : [condition];

    private (IPropertySymbol Member, ExpressionSyntax Value)? Equal(LambdaExpressionSyntax filter, ExpressionSyntax part)
    {
        if (part is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } equal)
        {
            return null;
        }

        var parameter = RowQuery.ParameterOf(filter)!.Identifier.Text;
        foreach (var (side, value) in new[] { (equal.Left, equal.Right), (equal.Right, equal.Left) })
        {
            if (side is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } access && name.Identifier.Text == parameter
                && finding.Model.GetSymbolInfo(access).Symbol is IPropertySymbol member
                && !value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(part => part.Identifier.Text == parameter))
            {
                return (member, value);
            }
        }

        return null;
    }

    /// <summary>An equality that means in SQL what it means in LINQ: a plain column, and a value that is never null.</summary>
    private string? Sql(EntityFacts facts, IPropertySymbol member, ExpressionSyntax value)
    {
        var type = finding.Model.GetTypeInfo(value).Type;
        var plain = member.Type.SpecialType is SpecialType.System_String or >= SpecialType.System_Byte and <= SpecialType.System_UInt64 || member.Type.Name == "Guid";
        return plain && !facts.HasValueConverter(member.Name) && facts.Column(member.Name) is { } column
            && type is not null && type.SpecialType != SpecialType.System_Object && !IsNullable(type, value)
            && value is not (LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } or AwaitExpressionSyntax) && !value.ToString().Contains("\n")
            ? $"{Quoted(column)} = {{{(value is ConditionalExpressionSyntax ? $"({value})" : value.ToString())}}}"
            : null;
    }

    private bool IsNullable(ITypeSymbol type, ExpressionSyntax value) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
        || type.IsReferenceType && finding.Model.GetTypeInfo(value).Nullability.FlowState == NullableFlowState.MaybeNull;

    private string? Select(INamedTypeSymbol entity, string condition, string order = "")
    {
        var facts = database.Facts(entity);
        if (facts.Table is not { } name)
        {
            return null;
        }

        var table = facts.Schema is { } schema ? $"{Quoted(schema)}.{Quoted(name)}" : Quoted(name);
        var columns = facts.Tokens.Any(token => token.Kind == TokenKind.Xmin) ? "*, xmin" : "*";
        var sql = database.Dialect switch
        {
            Provider.PostgreSql or Provider.MySql => $"SELECT {columns} FROM {table} WHERE {condition}{order} FOR UPDATE",
            Provider.SqlServer => $"SELECT * FROM {table} WITH (UPDLOCK, ROWLOCK) WHERE {condition}{order}",
            _ => "",
        };
        return sql.Length == 0 ? null : Literal(sql);
    }

    private string Quoted(string name) => database.Dialect switch
    {
        Provider.MySql => $"`{name}`",
        Provider.SqlServer => $"[{name}]",
        _ => $"\"{name}\"",
    };

    /// <summary>An interpolated string: its holes become parameters. Raw where the language has it and quotes ask for it.</summary>
    private string Literal(string sql)
    {
        if (!sql.Contains("\""))
        {
            return $"$\"{sql}\"";
        }

        var raw = finding.Root.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp11 } && !sql.EndsWith("\"", StringComparison.Ordinal);
        return raw ? $"$\"\"\"{sql}\"\"\"" : HasQuotesInHoles(sql) ? "" : $"$\"{sql.Replace("\"", "\\\"")}\"";
    }

    private static bool HasQuotesInHoles(string sql) => sql.Split('{').Skip(1).Any(hole => hole.Split('}')[0].Contains("\""));
}

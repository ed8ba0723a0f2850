using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>A unique index as a migration creates it, by the names that the database knows.</summary>
internal sealed record MigratedIndex(string Name, string Table, ImmutableArray<string> Columns, string? Filter);

/// <summary>
/// Unique indexes that migrations of this compilation create and do not drop again: <c>CreateIndex(… unique: true)</c>,
/// <c>AddUniqueConstraint</c>, and <c>CREATE UNIQUE INDEX</c> in <c>Sql(…)</c>. They protect though the model does not know of them.
/// </summary>
internal sealed class MigrationReader
{
    private static readonly Regex UniqueIndex = new(
        @"CREATE\s+UNIQUE\s+(?:(?:NON)?CLUSTERED\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?<name>\S+)\s+ON\s+(?<table>[^\s(]+)\s*(?:USING\s+\w+\s*)?\((?<columns>[^;]*?)\)\s*(?:INCLUDE\s*\([^)]*\)\s*)?(?:WHERE\s+(?<filter>[^;]+))?\s*(?:;|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        TimeSpan.FromMilliseconds(200));

    private readonly List<MigratedIndex> _indexes = [];
    private readonly MigrationHelpers _helpers;

    private MigrationReader(MigrationHelpers helpers) => _helpers = helpers;

    public static IReadOnlyList<MigratedIndex> Read(Compilation compilation, IEnumerable<INamedTypeSymbol> migrations, CancellationToken cancellation)
    {
        var reader = new MigrationReader(new MigrationHelpers(compilation, cancellation));
        foreach (var migration in migrations.OrderBy(Id, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var up in migration.GetMembers("Up"))
            {
                foreach (var reference in up.DeclaringSyntaxReferences)
                {
                    if (compilation.ContainsSyntaxTree(reference.SyntaxTree))
                    {
                        reader.ReadUp(reference.GetSyntax(cancellation));
                    }
                }
            }
        }

        return reader._indexes;
    }

    /// <summary>Migrations run in the order of their identifiers, which begin with the time.</summary>
    private static string Id(INamedTypeSymbol migration) =>
        migration.Attribute("MigrationAttribute") is { ConstructorArguments: [{ Value: string id }] }
            ? id
            : migration.Locations.FirstOrDefault()?.SourceTree?.FilePath is { Length: > 0 } path ? Path.GetFileName(path) : migration.Name;

    private void ReadUp(SyntaxNode up)
    {
        foreach (var node in up.DescendantNodes())
        {
            if (node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } call)
            {
                ReadCall(name, call);
            }
        }
    }

    private void ReadCall(string name, InvocationExpressionSyntax call)
    {
        switch (name)
        {
            case "CreateIndex" when IsTrue(Argument(call, "unique", 4)):
                Add(Text(call, "name", 0), Text(call, "table", 1), Texts(Argument(call, "column", 2) ?? Argument(call, "columns", 2)), Text(call, "filter", 5));
                break;
            case "AddUniqueConstraint":
                Add(Text(call, "name", 0), Text(call, "table", 1), Texts(Argument(call, "column", 2) ?? Argument(call, "columns", 2)), null);
                break;
            case "UniqueConstraint" when TableOf(call) is { } table:
                Add(Text(call, "name", 0), table, Columns(Argument(call, "columns", 1)), null);
                break;
            case "DropIndex" or "DropUniqueConstraint":
                var dropped = Text(call, "name", 0);
                _indexes.RemoveAll(index => index.Name == dropped);
                break;
            case "DropTable":
                var gone = Text(call, "name", 0);
                _indexes.RemoveAll(index => index.Table == gone);
                break;
            case "Sql" when Argument(call, "sql", 0) is LiteralExpressionSyntax { Token.Value: string sql }:
                ReadSql(sql);
                break;
            default:
                if (_helpers.IndexOf(name, call) is var (created, bound)
                    && (bound.IsTrue(Argument(created, "unique", 4)) || created.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddUniqueConstraint" }))
                    Add(bound.Text(Argument(created, "name", 0)), bound.Text(Argument(created, "table", 1)), bound.Texts(Argument(created, "column", 2) ?? Argument(created, "columns", 2)).ToImmutableArray(), null);
                break;
        }
    }

    private void ReadSql(string sql)
    {
        try
        {
            foreach (Match match in UniqueIndex.Matches(sql))
            {
                var columns = match.Groups["columns"].Value.Split(',').Select(Column).ToImmutableArray();
                var filter = match.Groups["filter"] is { Success: true, Value: var condition } ? condition.Trim() : null;
                Add(Unquoted(match.Groups["name"].Value), Unquoted(match.Groups["table"].Value), columns, filter);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A text that hard to read is taken to say nothing.
        }
    }

    /// <summary>The column of an index element: <c>"Email" DESC</c>, <c>lower(email)</c>.</summary>
    private static string Column(string element)
    {
        var text = element.Trim();
        var open = text.LastIndexOf('(');
        if (open >= 0)
        {
            text = text.Substring(open + 1).TrimEnd(')', ' ');
        }

        return Unquoted(text.Split(' ')[0]);
    }

    /// <summary>The last part of a name, without quotes.</summary>
    private static string Unquoted(string name)
    {
        var last = name.Substring(name.LastIndexOf('.') + 1);
        return last.Trim('"', '[', ']', '`', ')');
    }

    private void Add(string? name, string? table, ImmutableArray<string> columns, string? filter)
    {
        if (table is not null && !columns.IsEmpty)
        {
            _indexes.Add(new MigratedIndex(name ?? "", table, columns, filter));
        }
    }

    /// <summary>The table whose <c>CreateTable</c> holds a constraint.</summary>
    private static string? TableOf(SyntaxNode constraint) =>
        constraint.Ancestors().OfType<InvocationExpressionSyntax>()
            .FirstOrDefault(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CreateTable" }) is { } create
            ? Text(create, "name", 0)
            : null;

    private static ImmutableArray<string> Columns(ExpressionSyntax? lambda) => lambda is LambdaExpressionSyntax { ExpressionBody: { } body }
        ? body.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>().Select(access => access.Name.Identifier.ValueText).ToImmutableArray()
        : ImmutableArray<string>.Empty;

    private static ExpressionSyntax? Argument(InvocationExpressionSyntax call, string name, int position)
    {
        var arguments = call.ArgumentList.Arguments;
        foreach (var argument in arguments)
        {
            if (argument.NameColon?.Name.Identifier.ValueText == name)
            {
                return argument.Expression;
            }
        }

        return position < arguments.Count && arguments[position].NameColon is null ? arguments[position].Expression : null;
    }

    private static string? Text(InvocationExpressionSyntax call, string name, int position) =>
        Argument(call, name, position) is LiteralExpressionSyntax { Token.Value: string text } ? text : null;

    private static ImmutableArray<string> Texts(ExpressionSyntax? expression) => expression is null
        ? ImmutableArray<string>.Empty
        : expression.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.Value).OfType<string>().ToImmutableArray();

    private static bool IsTrue(ExpressionSyntax? expression) => expression is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression };
}

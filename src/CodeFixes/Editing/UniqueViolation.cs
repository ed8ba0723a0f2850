using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>How each database says that a value is taken already: the test for a catch's <c>when</c>.</summary>
internal static class UniqueViolation
{
    /// <summary>The test of a caught <c>DbUpdateException</c>, for every database in sight, and the namespaces that it needs; null where one is not known.</summary>
    public static (string Test, IReadOnlyList<string> Namespaces)? Of(Database database, string caught)
    {
        var patterns = database.Dialects.Where(dialect => dialect != Provider.InMemory).Select(dialect => Pattern(database, dialect)).ToArray();
        return patterns.Length == 0 || patterns.Any(pattern => pattern.Text.Length == 0)
            ? null
            : ($"{caught}.InnerException is {string.Join(" or ", patterns.Select(pattern => pattern.Text))}", [.. patterns.Select(pattern => pattern.Namespace)]);
    }

    private static (string Text, string Namespace) Pattern(Database database, Provider dialect) => dialect switch
    {
        Provider.PostgreSql when database.Has("Npgsql.PostgresException") => ("PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }", "Npgsql"),
        Provider.PostgreSql => ("DbException { SqlState: \"23505\" }", "System.Data.Common"),
        Provider.SqlServer when database.Has("Microsoft.Data.SqlClient.SqlException") => ("SqlException { Number: 2601 or 2627 }", "Microsoft.Data.SqlClient"),
        Provider.Sqlite when database.Has("Microsoft.Data.Sqlite.SqliteException") => ("SqliteException { SqliteExtendedErrorCode: 2067 or 1555 }", "Microsoft.Data.Sqlite"),
        Provider.MySql when database.Has("MySqlConnector.MySqlException") => ("MySqlException { Number: 1062 }", "MySqlConnector"),
        Provider.MySql when database.Has("MySql.Data.MySqlClient.MySqlException") => ("MySqlException { Number: 1062 }", "MySql.Data.MySqlClient"),
        _ => ("", ""),
    };

    /// <summary>Imports what the test and the exception's type need, where the file does not have it.</summary>
    public static void Import(Plan plan, Finding finding, IReadOnlyList<string> namespaces)
    {
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "DbUpdateException");
        foreach (var space in namespaces)
        {
            plan.Import(finding.Document, space, finding.Model, finding.Act.SpanStart, Type(space));
        }
    }

    private static string Type(string @namespace) => @namespace switch
    {
        "Npgsql" => "PostgresException",
        "System.Data.Common" => "DbException",
        "Microsoft.Data.SqlClient" => "SqlException",
        "Microsoft.Data.Sqlite" => "SqliteException",
        _ => "MySqlException",
    };
}

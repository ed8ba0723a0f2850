using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>How each database says that a value is taken already: the test for a catch's <c>when</c>.</summary>
internal static class UniqueViolation
{
    /// <summary>The test of a caught <c>DbUpdateException</c>, and the namespace that it needs; null where the database is not known.</summary>
    public static (string Test, string Namespace)? Of(Database database, string caught)
    {
        var (pattern, space) = database.Dialect switch
        {
            Provider.PostgreSql when database.Has("Npgsql.PostgresException") => ("PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }", "Npgsql"),
            Provider.PostgreSql => ("DbException { SqlState: \"23505\" }", "System.Data.Common"),
            Provider.SqlServer when database.Has("Microsoft.Data.SqlClient.SqlException") => ("SqlException { Number: 2601 or 2627 }", "Microsoft.Data.SqlClient"),
            Provider.Sqlite when database.Has("Microsoft.Data.Sqlite.SqliteException") => ("SqliteException { SqliteExtendedErrorCode: 2067 or 1555 }", "Microsoft.Data.Sqlite"),
            Provider.MySql when database.Has("MySqlConnector.MySqlException") => ("MySqlException { Number: 1062 }", "MySqlConnector"),
            Provider.MySql when database.Has("MySql.Data.MySqlClient.MySqlException") => ("MySqlException { Number: 1062 }", "MySql.Data.MySqlClient"),
            _ => ("", ""),
        };
        return pattern.Length == 0 ? null : ($"{caught}.InnerException is {pattern}", space);
    }

    /// <summary>Imports what the test and the exception's type need, where the file does not have it.</summary>
    public static void Import(Plan plan, Finding finding, string @namespace)
    {
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "DbUpdateException");
        plan.Import(finding.Document, @namespace, finding.Model, finding.Act.SpanStart, Type(@namespace));
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

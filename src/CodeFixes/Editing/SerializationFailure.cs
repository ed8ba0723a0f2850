using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>How each database says that two transactions did not fit together, and that one of them is to run again.</summary>
internal static class SerializationFailure
{
    /// <summary>The pattern of the exception at the bottom, and the namespace that it needs; null where it is not known.</summary>
    public static (string Test, string Namespace)? Of(Database database)
    {
        var (pattern, space) = database.Dialect switch
        {
            Provider.PostgreSql when database.Has("Npgsql.PostgresException") => ("PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }", "Npgsql"),
            Provider.PostgreSql => ("DbException { SqlState: \"40001\" or \"40P01\" }", "System.Data.Common"),
            Provider.SqlServer when database.Has("Microsoft.Data.SqlClient.SqlException") => ("SqlException { Number: 1205 }", "Microsoft.Data.SqlClient"),
            Provider.Sqlite when database.Has("Microsoft.Data.Sqlite.SqliteException") => ("SqliteException { SqliteErrorCode: 5 or 6 }", "Microsoft.Data.Sqlite"),
            Provider.MySql when database.Has("MySqlConnector.MySqlException") => ("MySqlException { Number: 1213 }", "MySqlConnector"),
            _ => ("", ""),
        };
        return pattern.Length == 0 ? null : (pattern, space);
    }
}

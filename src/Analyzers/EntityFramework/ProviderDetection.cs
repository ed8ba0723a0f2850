using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>The database behind the context.</summary>
internal enum Provider
{
    Unknown,
    PostgreSql,
    SqlServer,

    /// <summary>MySQL or MariaDB.</summary>
    MySql,
    Sqlite,
    InMemory,
    Other,
}

/// <summary>Which database the code runs on: as set, as its <c>Use…</c> calls say, as a snapshot shows, or the provider that is referenced.</summary>
internal static class ProviderDetection
{
    /// <summary>The methods that choose a provider, and Aspire's that choose one with retries.</summary>
    public static Provider OfMethod(string name) => name switch
    {
        "UseNpgsql" or "AddNpgsqlDbContext" or "AddNpgsql" or "AddAzureNpgsqlDbContext" => Provider.PostgreSql,
        "UseSqlServer" or "AddSqlServerDbContext" or "AddSqlServer" or "UseAzureSql" or "UseAzureSynapse" => Provider.SqlServer,
        "UseMySql" or "UseMySQL" or "AddMySqlDbContext" => Provider.MySql,
        "UseSqlite" or "AddSqlite" or "AddSqliteDbContext" => Provider.Sqlite,
        "UseInMemoryDatabase" => Provider.InMemory,
        "UseOracle" or "UseCosmos" or "UseMongoDB" or "UseFirebird" or "AddOracleDatabaseDbContext" or "AddCosmosDbContext" => Provider.Other,
        _ => Provider.Unknown,
    };

    public static Provider OfAssembly(string name) => name switch
    {
        "Npgsql.EntityFrameworkCore.PostgreSQL" => Provider.PostgreSql,
        "Microsoft.EntityFrameworkCore.SqlServer" => Provider.SqlServer,
        "Pomelo.EntityFrameworkCore.MySql" or "MySql.EntityFrameworkCore" => Provider.MySql,
        "Microsoft.EntityFrameworkCore.Sqlite" => Provider.Sqlite,
        "Microsoft.EntityFrameworkCore.InMemory" => Provider.InMemory,
        "Oracle.EntityFrameworkCore" or "MongoDB.EntityFrameworkCore" or "Microsoft.EntityFrameworkCore.Cosmos" => Provider.Other,
        _ => Provider.Unknown,
    };

    public static ImmutableArray<Provider> Referenced(Compilation compilation) =>
        compilation.ReferencedAssemblyNames.Select(assembly => OfAssembly(assembly.Name)).Where(p => p != Provider.Unknown).Distinct().ToImmutableArray();

    /// <summary>
    /// Of several, the one whose transactions protect least: MySQL lets both sessions win under RepeatableRead, SQLite's transactions
    /// exclude each other. The in-memory provider stands in for another in tests.
    /// </summary>
    public static Provider Weakest(IEnumerable<Provider> providers)
    {
        Provider[] order = [Provider.MySql, Provider.PostgreSql, Provider.SqlServer, Provider.Other, Provider.Sqlite, Provider.InMemory];
        var present = new HashSet<Provider>(providers);
        return order.FirstOrDefault(present.Contains);
    }
}

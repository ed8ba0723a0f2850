using System.Reflection;
using System.Runtime.Loader;
using Interleaving;

namespace Proof.Databases;

/// <summary>A database that cases are compiled for and, where there is one to run them on, executed on.</summary>
/// <param name="Name">Its name in the table and in the cases.</param>
/// <param name="Provider">The value of race_analyzers.provider.</param>
/// <param name="Assemblies">How the names of its provider's assemblies begin.</param>
public sealed record Target(string Name, string Provider, params string[] Assemblies)
{
    public static Target PostgreSql { get; } = new("PostgreSQL", "postgresql", "Npgsql")
    {
        ServerVariable = "RACE_ANALYZERS_POSTGRES",
        Connect = connection => new PostgreSql(connection!),
    };

    public static Target MariaDb { get; } = new("MariaDB", "mysql", "Pomelo", "MySqlConnector")
    {
        ServerVariable = "RACE_ANALYZERS_MARIADB",
        Connect = connection => PomeloContext.MariaDb(connection!),
        LoadContext = PomeloContext.Instance,
    };

    public static Target Sqlite { get; } = new("SQLite", "sqlite", "Microsoft.EntityFrameworkCore.Sqlite", "Microsoft.Data.Sqlite", "SQLitePCL")
    {
        Connect = _ => new Sqlite(),
    };

    /// <summary>There is no server to run it on: code is compiled for it.</summary>
    public static Target SqlServer { get; } = new("SQL Server", "sqlserver", "Microsoft.EntityFrameworkCore.SqlServer", "Microsoft.Data.SqlClient");

    public static IReadOnlyList<Target> All { get; } = [PostgreSql, MariaDb, Sqlite, SqlServer];

    public static IReadOnlyList<Target> Executed { get; } = [PostgreSql, MariaDb, Sqlite];

    /// <summary>The environment variable with the connection string; null where no server is needed.</summary>
    public string? ServerVariable { get; private init; }

    /// <summary>Where the target's EF Core is loaded.</summary>
    public AssemblyLoadContext LoadContext { get; private init; } = AssemblyLoadContext.Default;

    /// <summary>The preprocessor symbol that cases see.</summary>
    public string Symbol => Provider.ToUpperInvariant();

    private Func<string?, IScenarioSource>? Connect { get; init; }

    private string? ConnectionString => ServerVariable is null ? null : Environment.GetEnvironmentVariable(ServerVariable);

    /// <summary>Why nothing can be executed on it here; null when it can.</summary>
    public string? WhyMissing => Connect is null ? "There is no server for it."
        : ServerVariable is not null && string.IsNullOrEmpty(ConnectionString) ? $"{ServerVariable} is not set."
        : null;

    private IScenarioSource? _database;
    private static int _created;

    /// <summary>Makes a database for the compiled race.</summary>
    public Task<IScenario> OpenAsync(byte[] assembly)
    {
        var database = _database ??= Connect!(ConnectionString);
        var name = $"race_{Environment.ProcessId}_{Interlocked.Increment(ref _created)}";
        return database.OpenAsync(() => Load(assembly), name);
    }

    /// <summary>Loads a fresh copy of a compiled case.</summary>
    public Assembly Load(byte[] assembly) => new CaseContext(LoadContext).LoadFromStream(new MemoryStream(assembly));

    public override string ToString() => Name;

    /// <summary>One copy of a compiled case, beside the EF Core it was compiled for.</summary>
    private sealed class CaseContext(AssemblyLoadContext parent) : AssemblyLoadContext(isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            parent == Default ? null : parent.LoadFromAssemblyName(assemblyName);
    }
}

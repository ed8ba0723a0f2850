using System.Data.Common;
using Interleaving.EntityFramework;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Proof.Databases;

/// <summary>PostgreSQL by Npgsql; the server tells who waits for whom.</summary>
public sealed class PostgreSql(string connectionString) : Database
{
    private readonly Lazy<string> _options = new(() => MayShortenDeadlocks(connectionString)
        ? "-c synchronous_commit=off -c deadlock_timeout=30ms"
        : "-c synchronous_commit=off");

    public override void Use(DbContextOptionsBuilder options, string name, bool retries) =>
        options.UseNpgsql(Named(name), npgsql =>
        {
            if (retries)
                npgsql.EnableRetryOnFailure();
        });

    public override int? Process(DbConnection connection) =>
        connection is NpgsqlConnection { State: System.Data.ConnectionState.Open } npgsql ? npgsql.ProcessID : null;

    public override async Task<DbConnection?> ObserverAsync(string name)
    {
        var connection = new NpgsqlConnection(Named(name));
        await connection.OpenAsync();
        return connection;
    }

    public override async Task<IReadOnlySet<int>> WaitingAsync(DbConnection? observer)
    {
        await using var command = observer!.CreateCommand();
        command.CommandText =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0";
        await using var reader = await command.ExecuteReaderAsync();
        var waiting = new HashSet<int>();
        while (await reader.ReadAsync())
            waiting.Add(reader.GetInt32(0));
        return waiting;
    }

    private string Named(string name) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = name, Options = _options.Value }.ConnectionString;

    /// <summary>A deadlock is looked for after a second, unless the user may set another time.</summary>
    private static bool MayShortenDeadlocks(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand("SET deadlock_timeout = '30ms'", connection);
        try
        {
            command.ExecuteNonQuery();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}

using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Interleaving.EntityFramework;
using Microsoft.EntityFrameworkCore;
using MySqlConnector;

namespace Proof.Pomelo;

/// <summary>MariaDB by Pomelo on EF Core 9.</summary>
public sealed partial class MariaDb(string connectionString) : Database
{
    private readonly Lazy<ServerVersion> _version = new(() => ServerVersion.AutoDetect(connectionString));

    public override void Use(DbContextOptionsBuilder options, string name, bool retries) =>
        options.UseMySql(Named(name), _version.Value, mysql =>
        {
            if (retries)
                mysql.EnableRetryOnFailure();
        });

    public override int? Process(DbConnection connection) =>
        connection is MySqlConnection { State: System.Data.ConnectionState.Open } mysql ? mysql.ServerThread : null;

    public override async Task<DbConnection?> ObserverAsync(string name)
    {
        var connection = new MySqlConnection(Named(name));
        await connection.OpenAsync();
        return connection;
    }

    public override async Task<IReadOnlySet<int>> WaitingAsync(DbConnection? observer)
    {
        // The monitor is asked, because information_schema.innodb_trx is a copy that may be a tenth of a second old.
        await using var command = observer!.CreateCommand();
        command.CommandText = "SHOW ENGINE INNODB STATUS";
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var monitor = reader.GetString(reader.GetOrdinal("Status"));
        return monitor[monitor.IndexOf("LIST OF TRANSACTIONS", StringComparison.Ordinal)..]
            .Split("---TRANSACTION ")
            .Where(transaction => transaction.Contains("LOCK WAIT", StringComparison.Ordinal))
            .Select(transaction => int.Parse(Thread().Match(transaction).Groups[1].Value, CultureInfo.InvariantCulture))
            .ToHashSet();
    }

    [GeneratedRegex(@"thread id (\d+)")]
    private static partial Regex Thread();

    private string Named(string name) =>
        new MySqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
}

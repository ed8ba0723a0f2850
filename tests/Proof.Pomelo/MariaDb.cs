using System.Data.Common;
using Interleaving.EntityFramework;
using Microsoft.EntityFrameworkCore;
using MySqlConnector;

namespace Proof.Pomelo;

/// <summary>MariaDB by Pomelo on EF Core 9.</summary>
public sealed class MariaDb(string connectionString) : Database
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
        // The table is a copy that the server renews when it has not been read for a tenth of a second.
        await Task.Delay(110);
        await using var command = observer!.CreateCommand();
        command.CommandText =
            "SELECT trx_mysql_thread_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
        await using var reader = await command.ExecuteReaderAsync();
        var waiting = new HashSet<int>();
        while (await reader.ReadAsync())
            waiting.Add(reader.GetInt32(0));
        return waiting;
    }

    private string Named(string name) =>
        new MySqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
}

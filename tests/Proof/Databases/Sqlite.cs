using System.Data.Common;
using Interleaving.EntityFramework;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

namespace Proof.Databases;

/// <summary>
/// SQLite in a file, in its write-ahead mode: readers never wait, and one connection at a time may write. A session
/// that waits holds its thread and cannot be asked, so the database is asked before the step.
/// </summary>
public sealed class Sqlite : Database
{
    /// <summary>Transactions begin with BEGIN IMMEDIATE.</summary>
    public override bool BeginLocks => true;

    public override void Use(DbContextOptionsBuilder options, string name, bool retries) =>
        options.UseSqlite(ConnectionString(name));

    public override int? Process(DbConnection connection) => null;

    public override async Task<DbConnection?> ObserverAsync(string name)
    {
        var connection = new SqliteConnection(ConnectionString(name));
        await connection.OpenAsync();
        return connection;
    }

    public override Task<IReadOnlySet<int>> WaitingAsync(DbConnection? observer) =>
        Task.FromResult<IReadOnlySet<int>>(new HashSet<int>());

    public override bool WriteWouldWait(DbConnection? observer)
    {
        var handle = ((SqliteConnection)observer!).Handle!;
        if (raw.sqlite3_exec(handle, "BEGIN IMMEDIATE") == raw.SQLITE_BUSY)
            return true;
        raw.sqlite3_exec(handle, "ROLLBACK");
        return false;
    }

    private static string ConnectionString(string name) =>
        new SqliteConnectionStringBuilder { DataSource = Path.Combine(Path.GetTempPath(), name + ".db"), DefaultTimeout = 2 }.ConnectionString;
}

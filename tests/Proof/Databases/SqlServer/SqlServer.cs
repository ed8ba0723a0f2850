using System.Data.Common;
using Interleaving.EntityFramework;
using Microsoft.EntityFrameworkCore;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Proof.Databases.SqlServer;

/// <summary>SQL Server without a server: operations are rehearsed, and what they would send is read by its own parser.</summary>
public sealed class SqlServer : Database
{
    private readonly List<string> _statements = [];
    private bool _finds;

    /// <summary>Rehearses the sessions of a compiled race and gives what is wrong with their SQL.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(byte[] assembly)
    {
        var database = new SqlServer();
        foreach (var finds in new[] { true, false })
        {
            database._finds = finds;
            await database.RehearseAsync(() => Target.SqlServer.Load(assembly));
        }

        return database._statements.Count == 0 ? ["No SQL was sent."] : [.. database._statements.Distinct().SelectMany(Errors)];
    }

    public override void Use(DbContextOptionsBuilder options, string name, bool retries) =>
        options.UseSqlServer(new DryConnection(_statements, _finds));

    public override int? Process(DbConnection connection) => null;

    public override Task<DbConnection?> ObserverAsync(string name) => Task.FromResult<DbConnection?>(null);

    public override Task<IReadOnlySet<int>> WaitingAsync(DbConnection? observer) =>
        Task.FromResult<IReadOnlySet<int>>(new HashSet<int>());

    private static IEnumerable<string> Errors(string statement)
    {
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(statement), out var errors);
        return errors.Select(e => $"{e.Message} in {statement}");
    }
}

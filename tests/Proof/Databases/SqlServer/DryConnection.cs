using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Proof.Databases.SqlServer;

/// <summary>
/// A connection to no server: it writes down what it is told and answers what was asked for, or that there is nothing.
/// </summary>
/// <param name="statements">Where the commands' texts are written.</param>
/// <param name="finds">Queries find a row; otherwise they find none, and count nothing.</param>
internal sealed class DryConnection(ICollection<string> statements, bool finds) : DbConnection
{
    private ConnectionState _state;

    [AllowNull]
    public override string ConnectionString { get; set; } = "Server=none;Database=none";

    public override string Database => "none";

    public override string DataSource => "none";

    public override string ServerVersion => "16.00.1000";

    public override ConnectionState State => _state;

    public override void Open() => _state = ConnectionState.Open;

    public override void Close() => _state = ConnectionState.Closed;

    public override void ChangeDatabase(string databaseName)
    {
    }

    /// <summary>An ambient transaction is as good as none.</summary>
    public override void EnlistTransaction(System.Transactions.Transaction? transaction)
    {
    }

    public DbDataReader Answer(string text)
    {
        statements.Add(text);
        return new DryReader(finds || !text.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase));
    }

    public int Execute(string text)
    {
        statements.Add(text);
        return finds ? 1 : 0;
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new DryTransaction(this, isolationLevel);

    protected override DbCommand CreateDbCommand() => new DryCommand(this);
}

internal sealed class DryTransaction(DryConnection connection, IsolationLevel level) : DbTransaction
{
    public override IsolationLevel IsolationLevel => level;

    protected override DbConnection DbConnection => connection;

    public override void Commit()
    {
    }

    public override void Rollback()
    {
    }
}

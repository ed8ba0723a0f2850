using System.Data.Common;
using System.Transactions;

namespace Interleaving.EntityFramework;

/// <summary>What a session has done so far in a run, as its interceptors saw it.</summary>
internal sealed class SessionTrace(Database database, IReadOnlyDictionary<string, IReadOnlySet<string>> related)
{
    private readonly HashSet<string> _touched = [];
    private bool _wrote;
    private bool _touchedUnknown;
    private bool _hasSnapshot;

    public IGate Gate { get; private set; } = null!;

    /// <summary>The server's number for this session's connection; null before the first command.</summary>
    public int? Process { get; private set; }

    public bool InTransaction { get; private set; }

    /// <summary>The database refused something: an error, a conflict, an update that met no row.</summary>
    public bool Hindered { get; private set; }

    public void Start(IGate gate)
    {
        Gate = gate;
        Process = null;
        Hindered = false;
        EndTransaction();
    }

    public void Hinder() => Hindered = true;

    public Step Command(DbCommand command)
    {
        Process = database.Process(command.Connection!);
        var step = SqlText.ToStep(command.CommandText, related);
        if (Transaction.Current is not null)
        {
            // An ambient transaction commits out of sight, together with the step before.
            return step with { Writes = true, Tables = null };
        }

        if (command.Transaction is null)
            return step;
        _touched.UnionWith(step.Tables ?? new HashSet<string>());
        _touchedUnknown |= step.Tables is null;
        _wrote |= step.Writes;
        if (_hasSnapshot)
            return step;

        // The first command of a transaction may fix what all later ones see, of every table.
        _hasSnapshot = true;
        return step with { Tables = null };
    }

    public Step Begin(DbConnection connection, string level)
    {
        Process = database.Process(connection);
        return database.BeginLocks
            ? new Step(StepKind.Begin, level) { Writes = true }
            : Step.Inert(StepKind.Begin, level);
    }

    public Step End(StepKind kind, string text) => new(kind, text)
    {
        Writes = _wrote || database.BeginLocks,
        Tables = _touchedUnknown || database.BeginLocks ? null : _touched.ToHashSet(),
    };

    public void BeginTransaction() => InTransaction = true;

    public void EndTransaction()
    {
        InTransaction = false;
        _touched.Clear();
        _wrote = _touchedUnknown = _hasSnapshot = false;
    }
}

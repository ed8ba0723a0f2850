namespace Interleaving;

/// <summary>How one session's operation ended.</summary>
/// <param name="Value">What it returned or threw, in a form that can be compared.</param>
public sealed record Ending(string Value)
{
    /// <summary>The database's refusal (an error, a conflict, a deadlock) left the operation: it did nothing.</summary>
    public bool Failed { get; init; }

    /// <summary>
    /// The database refused something on the way: an error, a concurrency conflict, an update that met no row.
    /// Such an operation may well report to its caller that it did nothing.
    /// </summary>
    public bool Hindered { get; init; }

    public static Ending Refused { get; } = new("refused by the database") { Failed = true, Hindered = true };
}

/// <summary>Everything that can be seen after a run: the rows that are left, and how each session that ran ended.</summary>
public sealed record Outcome(string Rows, IReadOnlyDictionary<int, Ending> Endings)
{
    public override string ToString() =>
        string.Join("; ", Endings.OrderBy(e => e.Key).Select(e => $"session {e.Key + 1}: {e.Value.Value}")) + "; rows: " + Rows;
}

/// <summary>A step in the order in which the sessions took it.</summary>
public sealed record Taken(int Session, Step Step)
{
    /// <summary>The step had to wait for a lock, and others went on meanwhile.</summary>
    public bool Waited { get; set; }

    public override string ToString() => $"{Session + 1} {(Waited ? "(waits) " : "")}{Step.Text}";
}

/// <summary>One run of the sessions: the order of their steps and what came of it.</summary>
public sealed record Run(IReadOnlyList<Taken> Schedule, Outcome Outcome)
{
    public override string ToString() =>
        string.Join(Environment.NewLine, Schedule.Where(t => t.Step.Kind != StepKind.Start)) + Environment.NewLine + Outcome;
}

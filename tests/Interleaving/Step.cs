namespace Interleaving;

/// <summary>What a session is about to do at the database, as far as the order of sessions is concerned.</summary>
public enum StepKind
{
    /// <summary>The session has not begun yet.</summary>
    Start,
    Command,
    Begin,
    Commit,
    Rollback,

    /// <summary>A point that the operation itself names, such as the read of a shared cache.</summary>
    Point,
}

/// <summary>
/// One thing that a session does without being interrupted: a command with the program text that follows it,
/// up to the next command.
/// </summary>
public sealed record Step(StepKind Kind, string Text)
{
    /// <summary>The step changes or locks what it touches.</summary>
    public bool Writes { get; init; }

    /// <summary>The tables it touches; null where nobody knows, which stands for all of them.</summary>
    public IReadOnlySet<string>? Tables { get; init; }

    /// <summary>A step that touches nothing, so that its place among the steps of others means nothing.</summary>
    public static Step Inert(StepKind kind, string text) => new(kind, text) { Tables = new HashSet<string>() };

    /// <summary>
    /// Two neighbouring steps of different sessions that can be swapped without a difference: both only read, or they
    /// touch different tables. Of two orders that differ by such swaps only one needs to be tried.
    /// </summary>
    public static bool Commute(Step one, Step other)
    {
        if (!one.Writes && !other.Writes)
            return true;
        if (one.Tables is { Count: 0 } || other.Tables is { Count: 0 })
            return true;
        return one.Tables is not null && other.Tables is not null && !one.Tables.Overlaps(other.Tables);
    }
}

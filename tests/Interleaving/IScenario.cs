namespace Interleaving;

/// <summary>Where a session reports before each step, and is held until it is its turn.</summary>
public interface IGate
{
    Task ArriveAsync(Step step);

    void Arrive(Step step);
}

/// <summary>Sessions that run their operations on one shared state, again and again from the same beginning.</summary>
public interface IScenario : IAsyncDisposable
{
    int Sessions { get; }

    /// <summary>Brings back the state that every run starts from.</summary>
    Task ResetAsync();

    /// <summary>Runs one session's operation to its end, with a stop at the gate before each step.</summary>
    Task<Ending> RunAsync(int session, IGate gate);

    /// <summary>The shared state after a run, in a form that can be compared.</summary>
    Task<string> ObserveAsync();

    /// <summary>The step, if taken now, would only wait for another session. For databases that cannot be asked while it waits.</summary>
    bool MustWait(int session, Step step);

    /// <summary>The sessions that wait for a lock of another one at this moment.</summary>
    Task<IReadOnlySet<int>> WaitingAsync();

    /// <summary>Steps of different sessions whose order means nothing.</summary>
    bool Commute(Step one, Step other);
}

/// <summary>Decides whose step is next.</summary>
public interface IChooser
{
    int Choose(IReadOnlyDictionary<int, Step> ready);
}

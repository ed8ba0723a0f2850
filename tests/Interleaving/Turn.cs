namespace Interleaving;

/// <summary>What the scheduler knows of a session.</summary>
internal enum TurnState
{
    /// <summary>It runs: between the release of one step and the arrival at the next.</summary>
    Running,

    /// <summary>It stands at the gate before a step.</summary>
    Arrived,

    /// <summary>Its step was released and waits for a lock.</summary>
    Waiting,
    Finished,
}

/// <summary>One session at the gate.</summary>
internal sealed class Turn(int session, SemaphoreSlim changed) : IGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _go = new();

    public int Session => session;

    public TurnState State { get; private set; }

    public Step? Next { get; private set; }

    public Ending? Ending { get; private set; }

    public Task ArriveAsync(Step step)
    {
        lock (_lock)
        {
            Next = step;
            State = TurnState.Arrived;
            // The session goes on away from the scheduler's own thread.
            _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.Release();
        return _go.Task;
    }

    public void Arrive(Step step) => ArriveAsync(step).GetAwaiter().GetResult();

    public void Release()
    {
        lock (_lock)
            State = TurnState.Running;
        _go.SetResult();
    }

    public void Finish(Ending ending)
    {
        lock (_lock)
        {
            Ending = ending;
            State = TurnState.Finished;
        }

        changed.Release();
    }

    /// <summary>The session was seen to wait, unless it has come back in the meantime.</summary>
    public bool Suspend() => Change(TurnState.Running, TurnState.Waiting);

    /// <summary>The session no longer waits and is expected at its next step.</summary>
    public bool Resume() => Change(TurnState.Waiting, TurnState.Running);

    private bool Change(TurnState from, TurnState to)
    {
        lock (_lock)
        {
            if (State != from)
                return false;
            State = to;
            return true;
        }
    }
}

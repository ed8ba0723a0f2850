using System.Collections.Concurrent;
using Interleaving;

namespace Proof;

/// <summary>Sessions that run one operation on a number in memory.</summary>
internal sealed class Counter(int sessions, Func<Counter, IGate, Task<Ending>> operation) : IScenario
{
    public Counter(int sessions, Func<Counter, IGate, Task<string>> operation)
        : this(sessions, async (counter, gate) => new Ending(await operation(counter, gate)))
    {
    }

    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly ConcurrentDictionary<IGate, int> _sessions = new();
    private readonly ConcurrentDictionary<int, bool> _waiting = new();

    public int Value { get; set; }

    public int Sessions => sessions;

    public async Task LockAsync(IGate gate)
    {
        _waiting[_sessions[gate]] = true;
        await _lock.WaitAsync();
        _waiting.Remove(_sessions[gate], out _);
    }

    public void Unlock() => _lock.Release();

    public Task ResetAsync()
    {
        Value = 0;
        return Task.CompletedTask;
    }

    public Task<Ending> RunAsync(int session, IGate gate)
    {
        _sessions[gate] = session;
        return operation(this, gate);
    }

    public Task<string> ObserveAsync() => Task.FromResult(Value.ToString());

    public bool MustWait(int session, Step step) => false;

    public Task<IReadOnlySet<int>> WaitingAsync() => Task.FromResult<IReadOnlySet<int>>(_waiting.Keys.ToHashSet());

    public bool Commute(Step one, Step other) => Step.Commute(one, other);

    public ValueTask DisposeAsync()
    {
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }
}

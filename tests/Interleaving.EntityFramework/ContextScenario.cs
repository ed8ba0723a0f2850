using System.Data.Common;
using System.Reflection;

namespace Interleaving.EntityFramework;

/// <summary>A race on EF Core contexts, in a database of its own.</summary>
internal sealed class ContextScenario : IScenario
{
    private readonly Database _database;
    private readonly string _name;
    private readonly Instance[] _instances;
    private SessionTrace[] _traces = [];
    private Memory _memory = new();
    private Rows _rows = null!;
    private DbConnection? _observer;

    public ContextScenario(Database database, Func<Assembly> load, string name)
    {
        _database = database;
        _name = name;
        var first = Instance.Of(load(), database, name);
        _instances = [.. Enumerable.Range(0, first.Sessions)
            .Select(i => i > 0 && first.SeparateInstances ? Instance.Of(load(), database, name) : first)];
    }

    public int Sessions => _instances.Length;

    public async Task OpenAsync()
    {
        await using (var context = _instances[0].CreateContext())
        {
            await context.Database.EnsureDeletedAsync();
            await context.Database.EnsureCreatedAsync();
            _rows = new Rows(context);
        }

        _traces = [.. _instances.Select(_ => new SessionTrace(_database, _rows.Related))];
        _observer = await _database.ObserverAsync(_name);
    }

    public async Task ResetAsync()
    {
        _memory = new Memory();
        await using var context = _instances[0].CreateContext();
        await _rows.ClearAsync(context);
        await _instances[0].SeedAsync(context);
    }

    public Task<Ending> RunAsync(int session, IGate gate)
    {
        _traces[session].Start(gate);
        return _instances[session].RunAsync(session, _traces[session], _memory);
    }

    public async Task<string> ObserveAsync()
    {
        await using var context = _instances[0].CreateContext();
        return await _rows.ReadAsync(context) + _instances[0].Observe(_memory);
    }

    public bool MustWait(int session, Step step)
    {
        var needsLock = step.Kind == StepKind.Begin ? _database.BeginLocks : step.Kind == StepKind.Command && step.Writes;
        return needsLock && !_traces[session].InTransaction && _database.WriteWouldWait(_observer);
    }

    public async Task<IReadOnlySet<int>> WaitingAsync()
    {
        var processes = await _database.WaitingAsync(_observer);
        return Enumerable.Range(0, Sessions).Where(s => _traces[s].Process is { } p && processes.Contains(p)).ToHashSet();
    }

    public bool Commute(Step one, Step other) => !_instances[0].SharesMemory && Step.Commute(one, other);

    public async ValueTask DisposeAsync()
    {
        if (_observer is not null)
            await _observer.DisposeAsync();
        await using var context = _instances[0].CreateContext();
        await context.Database.EnsureDeletedAsync();
    }
}

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Interleaving.EntityFramework;

/// <summary>What one session has to work with.</summary>
public sealed class Session<TContext> : IDbContextFactory<TContext>, IAsyncDisposable
    where TContext : DbContext
{
    private readonly Func<TContext> _create;
    private readonly SessionTrace _trace;
    private readonly List<TContext> _contexts = [];

    internal Session(Func<TContext> create, SessionTrace trace, Memory memory)
    {
        _create = create;
        _trace = trace;
        Memory = memory;
        Db = CreateDbContext();
    }

    /// <summary>The context of this session's request.</summary>
    public TContext Db { get; }

    /// <summary>Memory that the sessions of one run share.</summary>
    public Memory Memory { get; }

    /// <summary>Another context of this session.</summary>
    public TContext CreateDbContext()
    {
        var context = _create();
        _contexts.Add(context);
        return context;
    }

    /// <summary>A point outside the database at which other sessions may go first.</summary>
    public Task PointAsync(string what) => _trace.Gate.ArriveAsync(new Step(StepKind.Point, what) { Writes = true });

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.DisposeAsync();
    }
}

/// <summary>Objects that the sessions of one run share: a cache, a queue, an outbox.</summary>
public sealed class Memory
{
    private readonly ConcurrentDictionary<Type, object> _objects = new();

    public T Get<T>()
        where T : class, new() => (T)_objects.GetOrAdd(typeof(T), _ => new T());
}

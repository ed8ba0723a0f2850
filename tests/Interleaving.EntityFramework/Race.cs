using Microsoft.EntityFrameworkCore;

namespace Interleaving.EntityFramework;

/// <summary>
/// Operations that race: the rows they start from and what each session calls. Derived classes name their sessions
/// in the constructor.
/// </summary>
public abstract class Race<TContext>
    where TContext : DbContext
{
    private readonly List<Func<Session<TContext>, Task<object?>>> _sessions = [];

    internal IReadOnlyList<Func<Session<TContext>, Task<object?>>> Sessions => _sessions;

    /// <summary>The contexts use the provider's retrying execution strategy.</summary>
    protected internal virtual bool Retries => false;

    /// <summary>
    /// The sessions also share memory (a cache, a queue), so that even steps that commute at the database may not be
    /// swapped.
    /// </summary>
    protected internal virtual bool SharesMemory => false;

    /// <summary>Each session runs in an application instance of its own: static state is not shared.</summary>
    protected internal virtual bool SeparateInstances => false;

    /// <summary>Adds the rows that every run starts from; they are saved afterwards.</summary>
    protected internal abstract void Seed(TContext db);

    /// <summary>What besides the rows is to be compared after a run.</summary>
    protected internal virtual object? Observe(Memory memory) => null;

    protected void Session<TResult>(Func<Session<TContext>, Task<TResult>> operation) =>
        _sessions.Add(async session => await operation(session));

    protected void Session(Func<Session<TContext>, Task> operation) =>
        _sessions.Add(async session =>
        {
            await operation(session);
            return null;
        });

    protected void Session<TResult>(Func<Session<TContext>, TResult> operation) =>
        _sessions.Add(session => Task.FromResult<object?>(operation(session)));

    protected void Session(Action<Session<TContext>> operation) =>
        _sessions.Add(session =>
        {
            operation(session);
            return Task.FromResult<object?>(null);
        });
}

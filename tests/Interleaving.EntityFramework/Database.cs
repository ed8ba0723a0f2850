using System.Data.Common;
using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Interleaving.EntityFramework;

/// <summary>A kind of database: how contexts use it and how it is asked who waits for a lock.</summary>
public abstract class Database : IScenarioSource
{
    /// <summary>A transaction takes the lock for writing when it begins.</summary>
    public virtual bool BeginLocks => false;

    /// <summary>Creates a database of that name for the one race in the assembly. Each load is a fresh copy of it.</summary>
    public async Task<IScenario> OpenAsync(Func<Assembly> load, string name)
    {
        var scenario = new ContextScenario(this, load, name);
        await scenario.OpenAsync();
        return scenario;
    }

    /// <summary>Runs each session's operation once and by itself, on whatever the contexts are configured for.</summary>
    public async Task<IReadOnlyList<Ending>> RehearseAsync(Func<Assembly> load)
    {
        var instance = Instance.Of(load(), this, "rehearsal");
        var endings = new List<Ending>();
        for (var session = 0; session < instance.Sessions; session++)
        {
            var trace = new SessionTrace(this, new Dictionary<string, IReadOnlySet<string>>());
            trace.Start(new OpenGate());
            endings.Add(await instance.RunAsync(session, trace, new Memory()));
        }

        return endings;
    }

    /// <summary>Configures a context for the database of that name on this kind of server.</summary>
    public abstract void Use(DbContextOptionsBuilder options, string name, bool retries);

    /// <summary>The server's number for a connection.</summary>
    public abstract int? Process(DbConnection connection);

    /// <summary>Makes the connection that asks about locks.</summary>
    public abstract Task<DbConnection?> ObserverAsync(string name);

    /// <summary>The numbers of the connections that wait for a lock.</summary>
    public abstract Task<IReadOnlySet<int>> WaitingAsync(DbConnection? observer);

    /// <summary>A step that changes rows would now wait for another session; asked where a session that waits cannot be seen to.</summary>
    public virtual bool WriteWouldWait(DbConnection? observer) => false;

    private sealed class OpenGate : IGate
    {
        public Task ArriveAsync(Step step) => Task.CompletedTask;

        public void Arrive(Step step)
        {
        }
    }
}

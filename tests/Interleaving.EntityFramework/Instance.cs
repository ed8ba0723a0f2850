using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Interleaving.EntityFramework;

/// <summary>One running instance of the application whose operations race.</summary>
internal abstract class Instance
{
    public abstract int Sessions { get; }

    public abstract bool SharesMemory { get; }

    public abstract bool SeparateInstances { get; }

    public static Instance Of(Assembly assembly, Database database, string name)
    {
        var race = assembly.GetExportedTypes().Single(IsRace);
        var context = race.BaseType!.GetGenericArguments()[0];
        return (Instance)Activator.CreateInstance(
            typeof(Instance<>).MakeGenericType(context), Activator.CreateInstance(race), database, name)!;
    }

    /// <summary>A context that the scheduler does not see.</summary>
    public abstract DbContext CreateContext();

    public abstract Task SeedAsync(DbContext context);

    public abstract Task<Ending> RunAsync(int session, SessionTrace trace, Memory memory);

    public abstract string Observe(Memory memory);

    private static bool IsRace(Type type) =>
        !type.IsAbstract && type.BaseType is { IsGenericType: true } b && b.GetGenericTypeDefinition() == typeof(Race<>);
}

internal sealed class Instance<TContext>(Race<TContext> race, Database database, string name) : Instance
    where TContext : DbContext
{
    public override int Sessions => race.Sessions.Count;

    public override bool SharesMemory => race.SharesMemory;

    public override bool SeparateInstances => race.SeparateInstances;

    public override DbContext CreateContext() => Create(null);

    public override Task SeedAsync(DbContext context)
    {
        race.Seed((TContext)context);
        return context.SaveChangesAsync();
    }

    public override async Task<Ending> RunAsync(int session, SessionTrace trace, Memory memory)
    {
        try
        {
            await using var work = new Session<TContext>(() => Create(trace), trace, memory);
            var result = await race.Sessions[session](work);
            return new Ending(Description.Of(result)) { Hindered = trace.Hindered };
        }
        catch (Exception e) when (Refusal.IsIn(e))
        {
            return Ending.Refused;
        }
        catch (Exception e)
        {
            return new Ending($"{e.GetType().Name}: {e.Message}") { Hindered = trace.Hindered };
        }
    }

    public override string Observe(Memory memory) =>
        race.Observe(memory) is { } seen ? " " + Description.Of(seen) : "";

    private TContext Create(SessionTrace? trace)
    {
        var options = new DbContextOptionsBuilder<TContext>();
        database.Use(options, name, trace is not null && race.Retries);
        if (trace is not null)
            options.AddInterceptors(new SteppedCommands(trace), new SteppedTransactions(trace), new SteppedSaves(trace));
        return (TContext)Activator.CreateInstance(typeof(TContext), options.Options)!;
    }
}

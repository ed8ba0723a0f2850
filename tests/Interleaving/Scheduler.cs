using System.Diagnostics;

namespace Interleaving;

/// <summary>
/// Runs the sessions of a scenario so that only one of them works at a time, from one step to its next, in the order
/// that a chooser gives. A session that waits for a lock is recognised and passed over until the lock is free.
/// </summary>
public sealed class Scheduler(IScenario scenario)
{
    /// <summary>A step that takes longer than this makes the scheduler ask whether it waits for a lock.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(15);

    /// <summary>A step that takes longer than this waits for something the database does not know of.</summary>
    public TimeSpan OutOfSight { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Nobody moves for this long: the run is given up.</summary>
    public TimeSpan Stuck { get; init; } = TimeSpan.FromSeconds(30);

    public Task<Run> RunAsync(IChooser chooser) => RunAsync(chooser, Enumerable.Range(0, scenario.Sessions));

    public async Task<Run> RunAsync(IChooser chooser, IEnumerable<int> sessions)
    {
        await scenario.ResetAsync();
        using var changed = new SemaphoreSlim(0);
        var turns = sessions.Select(s => new Turn(s, changed)).ToArray();
        var schedule = new List<Taken>();
        var work = turns.Select(t => Task.Run(() => PlayAsync(t))).ToArray();
        await SettleAsync(turns, schedule, changed);

        while (turns.Any(t => t.State != TurnState.Finished))
        {
            var turn = Pick(turns, chooser);
            if (turn is null)
            {
                // All wait for each other: the database ends a deadlock by itself.
                if (!await changed.WaitAsync(Stuck))
                    throw new InvalidOperationException("No session can go on:" + Environment.NewLine + string.Join(Environment.NewLine, schedule));
            }
            else
            {
                schedule.Add(new Taken(turn.Session, turn.Next!));
                turn.Release();
            }

            await SettleAsync(turns, schedule, changed);
            await ResumeAsync(turns, schedule, changed);
        }

        await Task.WhenAll(work);
        var rows = await scenario.ObserveAsync();
        return new Run(schedule, new Outcome(rows, turns.ToDictionary(t => t.Session, t => t.Ending!)));
    }

    private async Task PlayAsync(Turn turn)
    {
        await turn.ArriveAsync(Step.Inert(StepKind.Start, "start"));
        turn.Finish(await scenario.RunAsync(turn.Session, turn));
    }

    private Turn? Pick(Turn[] turns, IChooser chooser)
    {
        var arrived = turns.Where(t => t.State == TurnState.Arrived).ToArray();
        var free = arrived.Where(t => !scenario.MustWait(t.Session, t.Next!)).ToArray();
        var ready = (free.Length > 0 ? free : arrived).ToDictionary(t => t.Session, t => t.Next!);
        if (ready.Count == 0)
            return null;
        var session = chooser.Choose(ready);
        return turns.Single(t => t.Session == session);
    }

    /// <summary>Waits until no session is at work: each stands at the gate, waits for a lock or has ended.</summary>
    private async Task SettleAsync(Turn[] turns, List<Taken> schedule, SemaphoreSlim changed)
    {
        var watch = Stopwatch.StartNew();
        while (turns.Any(t => t.State == TurnState.Running))
        {
            if (await changed.WaitAsync(Patience))
                continue;
            var waiting = await scenario.WaitingAsync();
            foreach (var turn in turns.Where(t => t.State == TurnState.Running))
            {
                if ((waiting.Contains(turn.Session) || watch.Elapsed > OutOfSight) && turn.Suspend())
                    schedule.FindLast(t => t.Session == turn.Session)?.Waited = true;
            }
        }
    }

    /// <summary>Lets sessions whose lock has become free arrive at their next step before anyone else moves.</summary>
    private async Task ResumeAsync(Turn[] turns, List<Taken> schedule, SemaphoreSlim changed)
    {
        while (turns.Any(t => t.State == TurnState.Waiting))
        {
            var waiting = await scenario.WaitingAsync();
            var resumed = turns.Where(t => !waiting.Contains(t.Session) && t.Resume()).ToArray();
            if (resumed.Length == 0)
                return;
            await SettleAsync(turns, schedule, changed);
            if (Array.TrueForAll(resumed, t => t.State == TurnState.Waiting))
                return;
        }
    }
}

namespace Interleaving;

/// <summary>
/// Knows what can come of the sessions when they run one after the other. An outcome of interleaved sessions that
/// equals none of these is an anomaly: no invariant has to be written down.
/// </summary>
public sealed class Oracle
{
    private readonly List<Outcome> _serial = [];
    private readonly HashSet<(int Session, string Value)> _successes = [];

    private Oracle()
    {
    }

    public IReadOnlyList<Outcome> Serial => _serial;

    /// <summary>Runs the sessions one after the other in every order, and so too every smaller group of them.</summary>
    public static async Task<Oracle> AskAsync(IScenario scenario)
    {
        var oracle = new Oracle();
        var scheduler = new Scheduler(scenario);
        foreach (var order in Orders([], Enumerable.Range(0, scenario.Sessions).ToArray()))
        {
            var outcome = (await scheduler.RunAsync(new OneAfterTheOther(order), order)).Outcome;
            oracle._serial.Add(outcome);
            if (order.Length > 0)
                oracle._successes.Add((order[0], outcome.Endings[order[0]].Value));
        }

        return oracle;
    }

    /// <summary>
    /// Some serial run has the same rows and results. Sessions that the database refused may be absent from it: they
    /// must have done nothing then, and must not have told their caller that they did.
    /// </summary>
    public bool Explains(Outcome outcome) => _serial.Exists(serial =>
        serial.Rows == outcome.Rows
        && outcome.Endings.All(e => serial.Endings.TryGetValue(e.Key, out var ending)
            ? ending.Value == e.Value.Value
            : MayHaveDoneNothing(e.Key, e.Value)));

    /// <summary>An operation failed that fails in no serial run.</summary>
    public bool FailsOnlyInterleaved(Outcome outcome) => outcome.Endings.Any(e => e.Value.Failed
        && !_serial.Exists(serial => serial.Endings.TryGetValue(e.Key, out var ending) && ending.Failed));

    private bool MayHaveDoneNothing(int session, Ending ending) =>
        ending.Failed || (ending.Hindered && !_successes.Contains((session, ending.Value)));

    private static IEnumerable<int[]> Orders(int[] taken, int[] left)
    {
        yield return taken;
        foreach (var next in left)
        {
            foreach (var order in Orders([.. taken, next], left.Where(s => s != next).ToArray()))
                yield return order;
        }
    }

    private sealed class OneAfterTheOther(int[] order) : IChooser
    {
        public int Choose(IReadOnlyDictionary<int, Step> ready) => order.First(ready.ContainsKey);
    }
}

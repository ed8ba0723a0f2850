namespace Interleaving;

/// <summary>What the exploration of a scenario showed.</summary>
/// <param name="Orders">How many orders were run that differ by more than commuting steps.</param>
/// <param name="Exhausted">All orders were tried, up to commuting steps; otherwise the bound was met first.</param>
/// <param name="Anomaly">The first run that no serial order explains.</param>
/// <param name="Refusal">The first run in which an operation failed because the database refused it, as in no serial order.</param>
/// <param name="Serial">What the serial orders come to.</param>
public sealed record Verdict(int Orders, bool Exhausted, Run? Anomaly, Run? Refusal, IReadOnlyList<Outcome> Serial)
{
    public bool Holds => Anomaly is null;

    /// <summary>The longest time that explorations are let run for: the number of orders tried.</summary>
    public const int DefaultBound = 300;

    /// <summary>Tries the orders of the sessions' steps until one is an anomaly, all are tried, or the bound is met.</summary>
    public static async Task<Verdict> OfAsync(IScenario scenario, int bound = DefaultBound)
    {
        var oracle = await Oracle.AskAsync(scenario);
        var scheduler = new Scheduler(scenario);
        var exploration = new Exploration(scenario.Commute);
        Run? refusal = null;
        var orders = 0;
        for (var runs = 1; ; runs++)
        {
            var run = await scheduler.RunAsync(exploration);
            orders += exploration.Known ? 0 : 1;
            if (oracle.FailsOnlyInterleaved(run.Outcome))
                refusal ??= run;
            if (!oracle.Explains(run.Outcome))
                return new Verdict(orders, false, run, refusal, oracle.Serial);
            var more = exploration.Advance();
            if (!more || runs == bound)
                return new Verdict(orders, !more, null, refusal, oracle.Serial);
        }
    }

    public override string ToString() => Anomaly is null
        ? $"No anomaly in {Orders} orders{(Exhausted ? "" : " (bound met)")}."
            + (Refusal is null ? "" : $"{Environment.NewLine}Refused:{Environment.NewLine}{Refusal}")
        : $"Anomaly in order {Orders}:{Environment.NewLine}{Anomaly}{Environment.NewLine}Serial runs end so:{Environment.NewLine}"
            + string.Join(Environment.NewLine, Serial.DistinctBy(o => o.ToString()));
}

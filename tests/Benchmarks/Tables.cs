using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;

namespace RaceAnalyzers.Benchmarks;

/// <summary>Milliseconds and megabytes that an analyzer adds to what the empty one takes, and per 1,000 lines.</summary>
internal static class Tables
{
    public static string Peers(Summary summary)
    {
        var table = new StringBuilder();
        table.AppendLine("| application | lines | compiler alone | RaceAnalyzers | Roslynator | Meziantou | Sonar | RaceAnalyzers : Roslynator |");
        table.AppendLine("| --- | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var (application, costs) in Measured(summary, AgainstPeers.Applications))
        {
            string Cell(string name) => Text(costs[name] - costs["empty"], application);
            double ratio = (costs["RaceAnalyzers"] - costs["empty"]).Milliseconds / (costs["Roslynator"] - costs["empty"]).Milliseconds;
            table.AppendLine(CultureInfo.InvariantCulture,
                $"| {application.Name} | {application.Lines:N0} | {Text(costs["empty"], application)} | {Cell("RaceAnalyzers")} | {Cell("Roslynator")} | {Cell("Meziantou")} | {Cell("Sonar")} | {ratio:0.00} |");
        }

        return table.ToString();
    }

    public static string Growth(Summary summary)
    {
        var table = new StringBuilder();
        table.AppendLine("| application | lines | compiler alone | RaceAnalyzers |");
        table.AppendLine("| --- | --: | --: | --: |");
        foreach (var (application, costs) in Measured(summary, WithGrowth.Applications))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {application.Name} | {application.Lines:N0} | {Whole(costs["empty"])} | {Whole(costs["RaceAnalyzers"] - costs["empty"])} |");
        }

        return table.ToString();
    }

    /// <summary>The least of all runs: caches that others emptied can only have made a run dearer.</summary>
    private static IEnumerable<(Application Application, Dictionary<string, Cost> Costs)> Measured(Summary summary, IEnumerable<Application> order) =>
        order.Select(application => (application, summary.Reports
            .Where(report => ReferenceEquals(report.BenchmarkCase.Parameters[nameof(AgainstPeers.Application)], application))
            .ToDictionary(
                report => report.BenchmarkCase.Parameters[nameof(AgainstPeers.Contender)].ToString()!,
                report => new Cost(
                    (report.ResultStatistics ?? throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} was not measured.")).Min / 1e6 / application.Repetitions,
                    (report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0) / 1e6 / application.Repetitions))));

    private static string Text(Cost cost, Application application) =>
        Whole(new(cost.Milliseconds * 1_000 / application.Lines, cost.Megabytes * 1_000 / application.Lines));

    private static string Whole(Cost cost) =>
        string.Create(CultureInfo.InvariantCulture, $"{cost.Milliseconds:0.0} ms, {cost.Megabytes:0.0} MB");

    private readonly record struct Cost(double Milliseconds, double Megabytes)
    {
        public static Cost operator -(Cost left, Cost right) => new(left.Milliseconds - right.Milliseconds, left.Megabytes - right.Megabytes);
    }
}

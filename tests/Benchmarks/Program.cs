using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace RaceAnalyzers.Benchmarks;

/// <summary>
/// <c>dotnet run -c Release --project tests/Benchmarks</c> measures and writes the tables of <c>docs/performance.md</c>. Sizes in thousands of lines
/// may be given (<c>-- 1 10 100</c>); <c>--show</c> prints the tables without writing them.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        int[] sizes = [.. arguments.Where(argument => !argument.StartsWith('-')).Select(int.Parse)];
        if (sizes.Length > 0) AgainstPeers.Sizes = sizes;

        // One process for all, so that a table's rows are measured alike; an iteration is one analysis, which is long enough to be timed by itself.
        var job = Job.Default
            .WithToolchain(InProcessNoEmitToolchain.Instance)
            .WithStrategy(RunStrategy.Monitoring)
            .WithWarmupCount(1)
            .WithIterationCount(8)
            .WithInvocationCount(1)
            .WithUnrollFactor(1)
            .WithClock(new ProcessorClock());
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddExporter(MarkdownExporter.Console)
            .AddLogger(ConsoleLogger.Default)
            .WithOptions(ConfigOptions.DisableOptimizationsValidator)
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "artifacts"));

        var page = new Page(
            Tables.Peers(BenchmarkRunner.Run<AgainstPeers>(config)),
            Tables.Growth(BenchmarkRunner.Run<WithGrowth>(config)));
        Console.WriteLine(page.Text);
        if (!arguments.Contains("--show")) page.Write();
        return 0;
    }
}

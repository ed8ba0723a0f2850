using BenchmarkDotNet.Attributes;

namespace RaceAnalyzers.Benchmarks;

/// <summary>This package, an empty analyzer and the peers on the same applications.</summary>
public class AgainstPeers
{
    /// <summary>In thousands of lines.</summary>
    public static int[] Sizes { get; set; } = [1, 10];

    public static IEnumerable<Application> Applications =>
        Enum.GetValues<Share>().SelectMany(share => Sizes.Select(size => Cache.GetOrAdd((share, size), key => Application.Of(key.Item1, key.Item2 * 1_000))));

    public static IEnumerable<Contender> Contenders => [Contender.Empty, Contender.Own, .. Contender.Peers];

    [ParamsSource(nameof(Applications))]
    public Application Application { get; set; } = null!;

    [ParamsSource(nameof(Contenders))]
    public Contender Contender { get; set; } = null!;

    [Benchmark]
    public int Analyze() => Contender.Analyze(Application);

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(Share, int), Application> Cache = new();
}

/// <summary>This package and an empty analyzer on applications, each twice as large as the one before.</summary>
public class WithGrowth
{
    private static readonly Application[] All = [.. Growth.Lines, .. Growth.Edits, .. Growth.CallDepth, .. Growth.Implementations, .. Growth.MethodLength];

    public static IEnumerable<Application> Applications => All;

    public static IEnumerable<Contender> Contenders => [Contender.Empty, Contender.Own];

    [ParamsSource(nameof(Applications))]
    public Application Application { get; set; } = null!;

    [ParamsSource(nameof(Contenders))]
    public Contender Contender { get; set; } = null!;

    [Benchmark]
    public int Analyze() => Contender.Analyze(Application);
}

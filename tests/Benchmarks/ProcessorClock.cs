using Perfolizer.Horology;

namespace RaceAnalyzers.Benchmarks;

/// <summary>The processor's time of this process: what else the machine does is not in it.</summary>
internal sealed class ProcessorClock : IClock
{
    public string Title => "processor time";

    public bool IsAvailable => true;

    public Frequency Frequency { get; } = new(TimeSpan.TicksPerSecond);

    public long GetTimestamp() => Environment.CpuUsage.TotalTime.Ticks;
}

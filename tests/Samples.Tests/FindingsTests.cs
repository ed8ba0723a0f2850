namespace RaceAnalyzers.Samples.Tests;

/// <summary>
/// The analyzers on the samples. What must be found was written down by whoever wrote the race
/// (<c>Expected/&lt;sample&gt;.txt</c>); everything else must be silent.
/// </summary>
public class FindingsTests
{
    [Theory]
    [InlineData("Shop")]
    [InlineData("Layered/Application")]
    public void Races_are_found_at_the_act(string sample) =>
        Assert.Equal(Expected(sample), ErrorLog.Races(new Sample(sample)));

    [Theory]
    [InlineData("Shop.Fixed")]
    [InlineData("Layered/Domain")]
    [InlineData("Layered/Infrastructure")]
    [InlineData("Layered/Web")]
    public void Where_there_is_no_race_nothing_is_reported(string sample) =>
        Assert.Empty(ErrorLog.Races(new Sample(sample)));

    private static string[] Expected(string sample) =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Expected", $"{sample.Replace('/', '.')}.txt"));
}

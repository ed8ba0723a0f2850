using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Tests;

/// <summary>The compiler that these tests run in: the oldest supported one, or the one that <c>tests/Compilers.Tests</c> puts in its place.</summary>
public class CompilerTests
{
    [Fact]
    public void TestsRun_InTheCompilerAskedFor()
    {
        var asked = Version.Parse(Environment.GetEnvironmentVariable("RACE_ANALYZERS_COMPILER") ?? "4.8.0");
        var actual = typeof(Compilation).Assembly.GetName().Version!;

        Assert.Equal((asked.Major, asked.Minor), (actual.Major, actual.Minor));
    }
}

using System.Text.Json;

namespace RaceAnalyzers.Samples.Tests;

/// <summary>What the analyzers reported in a project's last compilation, read from the compiler's SARIF log.</summary>
internal static class ErrorLog
{
    /// <summary>One line a finding: <c>file(line): level id: the marked text</c>, ordered by place.</summary>
    public static IReadOnlyList<string> Races(Sample sample)
    {
        using var log = JsonDocument.Parse(File.ReadAllBytes(sample.ErrorLog));
        return [.. log.RootElement.GetProperty("runs").EnumerateArray()
            .SelectMany(run => run.GetProperty("results").EnumerateArray())
            .Where(result => Id(result).StartsWith("RACE", StringComparison.Ordinal))
            .Where(result => !result.TryGetProperty("suppressions", out _))
            .Select(result => Describe(sample, result))
            .Order()
            .Select(finding => finding.Text)];
    }

    private static string Id(JsonElement result) => result.GetProperty("ruleId").GetString()!;

    private static (string File, int Line, int Column, string Text) Describe(Sample sample, JsonElement result)
    {
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        var path = new Uri(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!).LocalPath;
        var file = Path.GetRelativePath(sample.Folder, path).Replace('\\', '/');
        var region = place.GetProperty("region");
        var (line, column) = (region.GetProperty("startLine").GetInt32(), region.GetProperty("startColumn").GetInt32());

        // Only the first line of the marked text: enough to see what is marked.
        var source = File.ReadLines(path).ElementAt(line - 1);
        var end = region.GetProperty("endLine").GetInt32() == line ? region.GetProperty("endColumn").GetInt32() : source.Length + 1;
        var level = result.GetProperty("level").GetString();
        return (file, line, column, $"{file}({line}): {level} {Id(result)}: {source[(column - 1)..(end - 1)]}");
    }
}

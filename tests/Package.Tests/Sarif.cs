using System.Text.Json;

namespace RaceAnalyzers.Package.Tests;

/// <summary>One result of the compiler's error log.</summary>
/// <param name="Level">"error", "warning", or "note" (which is how a suggestion is logged).</param>
public sealed record Finding(string Id, string Level, string File, int Line, bool Suppressed, string Message)
{
    public override string ToString() => $"{File}({Line}): {Level} {Id}{(Suppressed ? " (suppressed)" : "")}: {Message}";
}

/// <summary>The error log (SARIF 2.1) that the compiler writes with <c>ErrorLog</c>.</summary>
public static class Sarif
{
    public static IReadOnlyList<Finding> Read(string file)
    {
        using var log = JsonDocument.Parse(File.ReadAllText(file));
        return log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Select(Read)
            .OrderBy(finding => finding.File, StringComparer.Ordinal)
            .ThenBy(finding => finding.Line)
            .ToList();
    }

    private static Finding Read(JsonElement result)
    {
        var (file, line) = ("", 0);
        if (result.TryGetProperty("locations", out var locations) && locations.GetArrayLength() > 0)
        {
            var place = locations[0].GetProperty("physicalLocation");
            file = Path.GetFileName(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!);
            line = place.TryGetProperty("region", out var region) ? region.GetProperty("startLine").GetInt32() : 0;
        }

        return new Finding(
            result.GetProperty("ruleId").GetString()!,
            result.TryGetProperty("level", out var level) ? level.GetString()! : "warning",
            file,
            line,
            result.TryGetProperty("suppressions", out var suppressions) && suppressions.GetArrayLength() > 0,
            result.GetProperty("message").GetProperty("text").GetString()!);
    }
}

namespace RaceAnalyzers.DocGenerator;

/// <summary>What is written by hand about a rule, and must agree with its descriptor: the page, the help link, the release file.</summary>
internal static class Agreement
{
    public const string Site = "https://github.com/raceanalyzers/RaceAnalyzers/blob/main/";

    public static IEnumerable<string> Problems(RuleSet rules, string root)
    {
        var folder = Path.Combine(root, "docs", "rules");
        var releases = File.ReadAllText(Path.Combine(root, "src", "Analyzers", "AnalyzerReleases.Unshipped.md"))
            + File.ReadAllText(Path.Combine(root, "src", "Analyzers", "AnalyzerReleases.Shipped.md"));

        foreach (var rule in rules.Rules)
        {
            var page = $"docs/rules/{rule.Id}.md";
            if (rule.Descriptor.HelpLinkUri != Site + page)
            {
                yield return $"{rule.Id}: the help link is '{rule.Descriptor.HelpLinkUri}', and the page {Site}{page}.";
            }

            if (!releases.Contains($"\n{rule.Id} | {rule.Category} | ", StringComparison.Ordinal))
            {
                yield return $"{rule.Id}: no release file names it in the category {rule.Category}.";
            }

            if (!File.Exists(Path.Combine(root, page)))
            {
                yield return $"{rule.Id}: {page} is missing.";
                continue;
            }

            var lines = File.ReadAllLines(Path.Combine(root, page));
            var row = $"| {rule.Category} | {rule.Descriptor.DefaultSeverity} | {(rule.Descriptor.IsEnabledByDefault ? "Yes" : "No")} |";
            if (lines[0] != $"# {rule.Id}: {rule.Title}")
            {
                yield return $"{page}: its title is '{lines[0]}', the rule's '{rule.Title}'.";
            }

            if (!lines.Take(10).Contains(row))
            {
                yield return $"{page}: it does not begin with the row '{row}'.";
            }
        }

        var known = rules.Rules.Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var page in Directory.GetFiles(folder, "RACE*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal))
        {
            if (!known.Contains(page))
            {
                yield return $"docs/rules/{page}.md: there is no such rule.";
            }
        }
    }
}

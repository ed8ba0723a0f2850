using System.Text;

namespace RaceAnalyzers.DocGenerator;

/// <summary>The texts that are made from the descriptors.</summary>
internal static class Documents
{
    /// <summary>The part of a hand-written page that this tool owns lies between these two lines.</summary>
    public const string Begin = "<!-- rules: begin (made by src/DocGenerator) -->";
    public const string End = "<!-- rules: end -->";

    private static readonly (string Category, string Meaning)[] Categories =
    [
        ("Rows", "Reads and writes of rows"),
        ("Inserts", "Inserts"),
        ("Protections", "Protections that do not protect"),
        ("Surroundings", "Around the database: hooks, caches, messages"),
        ("Configuration", "The analyzer's own settings"),
    ];

    /// <summary>A table for every category, with links to the pages as seen from <paramref name="folder"/>.</summary>
    public static string Tables(RuleSet rules, string folder)
    {
        var text = new StringBuilder();
        foreach (var category in rules.Rules.GroupBy(rule => rule.Category).OrderBy(group => Order(group.Key)))
        {
            text.Append($"\n**{Meaning(category.Key)}**\n\n| id | title | severity | fix |\n| --- | --- | --- | --- |\n");
            foreach (var rule in category)
            {
                text.Append($"| [{rule.Id}]({folder}{rule.Id}.md) | {rule.Title} | {rule.Severity} | {(rule.HasFix ? "yes" : "")} |\n");
            }
        }

        return text.Append('\n').ToString();
    }

    public static string Index(RuleSet rules) => $"""
        # The rules

        Made from the descriptors by `dotnet run --project src/DocGenerator`; do not edit by hand.
        {Tables(rules, folder: "")}
        """.TrimEnd() + "\n";

    /// <summary>
    /// The rules' own severities. Nothing is set on purpose: a severity set for an id would raise the single findings that a
    /// rule reports as suggestions, and would shut out settings for a whole category.
    /// </summary>
    public static string Recommended(RuleSet rules) => Preset(
        "Recommended: the rules' own severities. Nothing is set here, so that what a rule is less sure of stays a suggestion.",
        rules, rule => $"# {rule.Id} {rule.Title}: {rule.Severity}");

    public static string Strict(RuleSet rules) => Preset(
        "Strict: every rule is an error, those that are off or a suggestion by default too.",
        rules, rule => $"# {rule.Title}\ndotnet_diagnostic.{rule.Id}.severity = error");

    public static string Off(RuleSet rules) => Preset(
        "Off: no rule reports, except those that .editorconfig or .globalconfig turn on.",
        rules, rule => $"# {rule.Title}\ndotnet_diagnostic.{rule.Id}.severity = none");

    private static string Preset(string meaning, RuleSet rules, Func<Rule, string> line)
    {
        var text = new StringBuilder($"# {meaning}\n# Made from the descriptors by src/DocGenerator; do not edit by hand.\n");
        // The level is below every user's file: .globalconfig has 100, other global configs 0, and .editorconfig always wins.
        text.Append("is_global = true\nglobal_level = -50\n\n");
        foreach (var rule in rules.Rules)
        {
            text.Append(line(rule)).Append('\n');
        }

        return text.ToString();
    }

    private static int Order(string category)
    {
        var index = Array.FindIndex(Categories, known => known.Category == category);
        return index >= 0 ? index : throw new InvalidOperationException($"The category '{category}' is not one of the catalogue's.");
    }

    private static string Meaning(string category) => Categories[Order(category)].Meaning;
}

using System.Text.RegularExpressions;

namespace Interleaving.EntityFramework;

/// <summary>Reads from a command's text which tables it touches and whether it changes or locks them.</summary>
internal static partial class SqlText
{
    public static Step ToStep(string sql, IReadOnlyDictionary<string, IReadOnlySet<string>> related)
    {
        var writes = Writing().IsMatch(sql);
        var tables = Table().Matches(sql).Select(m => m.Groups["name"].Value.ToLowerInvariant()).ToHashSet();
        if (writes)
        {
            // A foreign key locks rows of the table it points to.
            foreach (var table in tables.ToArray())
                tables.UnionWith(related.GetValueOrDefault(table) ?? new HashSet<string>());
        }

        // A command that names no table may call anything, an advisory lock for instance.
        return new Step(StepKind.Command, OneLine(sql))
        {
            Writes = writes || tables.Count == 0,
            Tables = tables.Count == 0 ? null : tables,
        };
    }

    public static bool Changes(string sql) => Changing().IsMatch(sql);

    private static string OneLine(string sql) => Space().Replace(sql, " ").Trim();

    [GeneratedRegex(@"\b(insert|update|delete|merge|replace|lock|call|for\s+share|for\s+key\s+share|updlock|xlock|holdlock)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Writing();

    [GeneratedRegex(@"^\s*(update|delete)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Changing();

    [GeneratedRegex("""\b(from|join|update|into)\s+(["`\[]?\w+["`\]]?\.)?["`\[]?(?<name>\w+)["`\]]?""", RegexOptions.IgnoreCase)]
    private static partial Regex Table();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}

using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace RaceAnalyzers.Model;

/// <summary>A raw UPDATE or DELETE, taken apart as far as a race asks: which columns it sets to what, and which conjuncts guard it.</summary>
internal sealed class SqlText
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly Regex Command = new(@"^\s*(?:UPDATE\b.*?\bSET\b(?<set>.*?)|DELETE\s+FROM\b[^?]*?)\bWHERE\b(?<where>.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, Patience);
    private static readonly Regex Placeholder = new(@"^\s*(?:\?|\{\d+\}|@\w+|:\w+)\s*;?\s*$", RegexOptions.CultureInvariant, Patience);
    private static readonly Regex Conjunction = new(@"\bAND\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);

    public bool IsDelete { get; private init; }
    public ImmutableArray<(string Column, string Value)> Sets { get; private init; } = ImmutableArray<(string, string)>.Empty;
    public ImmutableArray<(string Column, string Value)> Guards { get; private init; } = ImmutableArray<(string, string)>.Empty;

    /// <summary>The parts of a command's text; null where it is no UPDATE or DELETE of one table with a WHERE.</summary>
    public static SqlText? Of(string? sql)
    {
        if (sql is null || sql.Length > 4000) return null;
        try
        {
            if (Command.Match(sql) is not { Success: true } match) return null;
            return new SqlText
            {
                IsDelete = !match.Groups["set"].Success,
                Sets = match.Groups["set"].Success ? match.Groups["set"].Value.Split(',').Select(Split).ToImmutableArray() : ImmutableArray<(string, string)>.Empty,
                Guards = Conjunction.Split(match.Groups["where"].Value).Select(Split).ToImmutableArray(),
            };
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>The value is given from outside the statement, not computed by it.</summary>
    public static bool IsGiven(string value) => Placeholder.IsMatch(value);

    public bool IsGuardedBy(string column) => Guards.Any(g => string.Equals(g.Column, column, StringComparison.OrdinalIgnoreCase));

    private static (string Column, string Value) Split(string part)
    {
        var at = part.IndexOfAny(['=', '<', '>', '!']);
        if (at < 0) at = part.IndexOf(" IS ", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return (Name(part), "");
        return (Name(part.Substring(0, at)), part.Substring(at).TrimStart('=', '<', '>', '!'));
    }

    /// <summary>A column's name without its table's alias and its quotes.</summary>
    private static string Name(string text) => text.Substring(text.LastIndexOf('.') + 1).Trim(' ', '\r', '\n', '\t', '"', '`', '[', ']', '(');
}

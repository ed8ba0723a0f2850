using System.Globalization;
using System.Text.RegularExpressions;

namespace RaceAnalyzers.EntityFramework;

/// <summary>
/// The text of a model snapshot, cut into its statements, each of which speaks of one entity. EF Core writes snapshots, always in the same form;
/// a text in another form is not cut.
/// </summary>
internal sealed class SnapshotText
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly Regex Build = new(@"\bBuildModel\s*\(\s*[\w.:]*\bModelBuilder\s+(?<builder>\w+)\s*\)", RegexOptions.CultureInvariant, Patience);

    private static readonly Regex ProviderName = new(
        @"(?<![\w])(?:(?<npgsql>Npgsql)|(?<sqlserver>SqlServer)|(?<mysql>(?i:MySql))|(?<sqlite>Sqlite)|(?<oracle>Oracle)|""Relational:MaxIdentifierLength""\s*,\s*(?<longest>\d+)|HasColumnType\(""(?<storage>INTEGER|TEXT)""\))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        Patience);

    /// <summary>A statement with one of these tells of other entities too.</summary>
    private static readonly string[] Reaching = ["Owns", "Complex", "UsingEntity", "HasPrincipalKey"];

    private readonly string _text;
    private readonly int _start;

    private SnapshotText(string text, int start, string builder, List<Statement> statements)
    {
        _text = text;
        _start = start;
        Builder = builder;
        Statements = statements;
    }

    /// <summary>What the statement of one entity says, in the text.</summary>
    public sealed class Statement(string text, string entity, int start, int end)
    {
        public string Entity => entity;

        public bool ReachesOthers { get; } = Array.Exists(Reaching, word => text.IndexOf(word, start, end - start, StringComparison.Ordinal) >= 0);

        public override string ToString() => text.Substring(start, end - start);
    }

    /// <summary>The name of the parameter that the statements begin with.</summary>
    public string Builder { get; }

    public IReadOnlyList<Statement> Statements { get; }

    /// <summary>The statements of a snapshot; null when it is none, or not in EF Core's own form.</summary>
    public static SnapshotText? Of(string text)
    {
        try
        {
            if (Build.Match(text) is not { Success: true } build)
            {
                return null;
            }

            var builder = build.Groups["builder"].Value;
            return Cut(text, build.Index + build.Length, builder) is { Count: > 0 } statements ? new SnapshotText(text, build.Index, builder, statements) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static List<Statement>? Cut(string text, int from, string builder)
    {
        var head = builder + ".Entity";
        var statements = new List<Statement>();
        var (entity, start) = ("", -1);
        for (var at = text.IndexOf(head, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(head, at + head.Length, StringComparison.Ordinal))
        {
            if (!char.IsWhiteSpace(text[at - 1]) && text[at - 1] is not (';' or '{' or '}'))
            {
                continue;
            }

            var open = at + head.Length;
            var close = string.CompareOrdinal(text, open, "(\"", 0, 2) == 0 ? text.IndexOf('"', open + 2) : -1;
            if (close < 0 || text.IndexOf('\\', open, close - open) >= 0)
            {
                return null;
            }

            if (start >= 0)
            {
                statements.Add(new Statement(text, entity, start, at));
            }

            (entity, start) = (text.Substring(open + 2, close - open - 2), at);
        }

        if (start >= 0)
        {
            statements.Add(new Statement(text, entity, start, text.Length));
        }

        return statements;
    }

    /// <summary>
    /// A snapshot names its provider in the annotations: <c>NpgsqlModelBuilderExtensions…</c>, <c>"SqlServer:Identity"</c>; or tells it by
    /// the length of its identifiers, which is each provider's own.
    /// </summary>
    public Provider Provider => ProviderIn(_text, _start);

    public static Provider ProviderIn(string text, int start)
    {
        try
        {
            var found = ProviderName.Match(text, start);
            return !found.Success ? Provider.Unknown
                : found.Groups["npgsql"].Success ? Provider.PostgreSql
                : found.Groups["sqlserver"].Success ? Provider.SqlServer
                : found.Groups["mysql"].Success ? Provider.MySql
                : found.Groups["sqlite"].Success || found.Groups["storage"].Success ? Provider.Sqlite
                : found.Groups["longest"] is { Success: true } longest ? OfLongest(longest.Value)
                : Provider.Other;
        }
        catch (RegexMatchTimeoutException)
        {
            return Provider.Unknown;
        }
    }

    private static Provider OfLongest(string length) => int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var longest)
        ? longest switch { 63 => Provider.PostgreSql, 64 => Provider.MySql, 128 => Provider.SqlServer, _ => Provider.Other }
        : Provider.Other;
}

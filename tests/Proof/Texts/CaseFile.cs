using Proof.Databases;

namespace Proof.Texts;

/// <summary>
/// A text that holds a model, a method and the sessions that call it. Its first lines are comments: the rule, where
/// it has one, and what it shows; then where it <c>races on</c> (an outcome that no serial
/// order has), <c>fails on</c> (an operation that the database refuses unexpectedly) and <c>holds on</c>, and the text
/// it goes <c>with</c>. Where there is <c>no fix</c>, or one is <c>not offered</c> on some databases, and where the case is
/// <c>not on</c> one of them, a line says why.
/// </summary>
public sealed record CaseFile(string Name, string? Rule, string Title, string Text)
{
    public IReadOnlyList<Target> Races { get; private init; } = [];

    public IReadOnlyList<Target> Fails { get; private init; } = [];

    public IReadOnlyList<Target> Holds { get; private init; } = [];

    /// <summary>Why the case has no fix at all.</summary>
    public string? WhyNoFix { get; private init; }

    /// <summary>Why something is missing on some databases: a fix, or the whole case where none is named.</summary>
    public IReadOnlyList<Hole> Holes { get; private init; } = [];

    /// <summary>Code with a finding: it goes wrong, and every fix that is offered for it holds.</summary>
    public static IReadOnlyList<CaseFile> Cases { get; } = In("Cases");

    /// <summary>Hand-written code of which it is known where it goes wrong and where not: the harness is held to it.</summary>
    public static IReadOnlyList<CaseFile> Known { get; } = In("Known");

    public static CaseFile Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var header = lines.TakeWhile(l => l.StartsWith("//", StringComparison.Ordinal)).Select(l => l[2..].Trim()).ToArray();
        var title = header[0];
        var rule = title.StartsWith("RACE", StringComparison.Ordinal) ? title[..7] : null;
        var text = File.ReadAllText(path);
        if (Value("with:") is { } with)
            text += File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "Models", with.Trim() + ".cs"));
        return new CaseFile(Path.GetFileNameWithoutExtension(path), rule, title, text)
        {
            Races = Targets("races on:"),
            Fails = Targets("fails on:"),
            Holds = Targets("holds on:"),
            WhyNoFix = Value("no fix:")?.Trim(),
            Holes = [.. header.Select(Hole.Read).OfType<Hole>()],
        };

        string? Value(string key) => header.FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

        IReadOnlyList<Target> Targets(string key) => Named(Value(key) ?? "");
    }

    /// <summary>The code means something on the database.</summary>
    public bool Applies(Target target) => Races.Contains(target) || Fails.Contains(target) || Holds.Contains(target) || Fails.Count + Races.Count == 0;

    public override string ToString() => Name;

    internal static IReadOnlyList<Target> Named(string names) => [.. names
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(name => Target.All.Single(t => t.Name == name))];

    private static CaseFile[] In(string folder) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.cs").Order(StringComparer.Ordinal).Select(Read)];
}

/// <summary>Databases on which something is missing, and why: <c>not offered: row lock on MariaDB: …</c>, <c>not on SQLite: …</c>.</summary>
public sealed record Hole(string? Fix, IReadOnlyList<Target> Targets, string Why)
{
    public static Hole? Read(string line)
    {
        const string Fixes = "not offered: ", Cases = "not on ";
        if (line.StartsWith(Cases, StringComparison.Ordinal) && line.Split(": ", 2) is [var where, var reason])
            return new Hole(null, CaseFile.Named(where[Cases.Length..]), reason);
        return line.StartsWith(Fixes, StringComparison.Ordinal) && line[Fixes.Length..].Split(": ", 2) is [var what, var why] && what.Split(" on ") is [var fix, var targets]
            ? new Hole(fix, CaseFile.Named(targets), why)
            : null;
    }
}

using Proof.Databases;

namespace Proof.Texts;

/// <summary>
/// A text that holds a model, a method and the sessions that call it. Its first lines are comments: the rule, where
/// it has one, and what it shows; then where it <c>races on</c> (an outcome that no serial
/// order has), <c>fails on</c> (an operation that the database refuses unexpectedly) and <c>holds on</c>, and the text
/// it goes <c>with</c>.
/// </summary>
public sealed record CaseFile(string Name, string? Rule, string Title, string Text)
{
    public IReadOnlyList<Target> Races { get; private init; } = [];

    public IReadOnlyList<Target> Fails { get; private init; } = [];

    public IReadOnlyList<Target> Holds { get; private init; } = [];

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
        };

        string? Value(string key) => header.FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

        IReadOnlyList<Target> Targets(string key) => [.. (Value(key) ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => Target.All.Single(t => t.Name == name))];
    }

    /// <summary>The code means something on the database.</summary>
    public bool Applies(Target target) => Races.Contains(target) || Fails.Contains(target) || Holds.Contains(target) || Fails.Count + Races.Count == 0;

    public override string ToString() => Name;

    private static CaseFile[] In(string folder) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.cs").Order(StringComparer.Ordinal).Select(Read)];
}

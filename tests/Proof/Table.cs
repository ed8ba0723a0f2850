using System.Text;
using Proof.Databases;
using Proof.Texts;

namespace Proof;

/// <summary>What was shown, as a document: for every rule its racing code and each fix, on every database.</summary>
public static class Table
{
    private const string Introduction = """
        # What was executed

        <!-- Made by `dotnet run --project tests/Proof -- table docs/proof.md`; a test holds it to what is shown. -->

        A finding is a claim about what a database does, and a fix is a promise. Both are executed: the cases in
        `tests/Proof/Cases` run in two or three sessions, each with a `DbContext` of its own, and a command interceptor decides who runs
        next. All orders of the sessions' commands are tried. An order whose rows and results equal those of no serial order
        is an anomaly. Every fix that is offered for a case is applied, and the text that it leaves is executed in the same way.

        | word | meaning |
        | --- | --- |
        | goes wrong | the code as it was found has an anomaly |
        | fails | the database refuses the second session, and the code as it was found does not expect that |
        | found | the finding is there; its effect is no matter of the order of sessions |
        | sound | there is no finding, and no order is an anomaly |
        | held | the fix leaves no finding, compiles, and no order is an anomaly |
        | held, may be refused | the same; in some orders the database refuses one session, which then has done nothing |
        | held in all orders tried | the same, of more orders than were tried |
        | checked | the fix leaves no finding and compiles, and SQL Server's own parser accepts the SQL that EF Core makes of it; there is no server to execute it on |
        | not offered | the fix is not right for this code or this database |
        | – | the case does not apply to this database, or goes right there |

        The last column says why a fix is not offered, or why something does not apply.

        PostgreSQL and SQLite run on EF Core 10, MariaDB on EF Core 9 (Pomelo). For SQL Server there is none: the text is compiled and its SQL is parsed.

        """;

    public static async Task<string> MakeAsync()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var rule in CaseFile.Cases.GroupBy(c => c.Rule).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var title = rule.First().Title;
            text.Append("\n## ").Append(title[..title.IndexOf(':')]).Append("\n\n| case | code or fix | ")
                .AppendJoin(" | ", Target.All).Append(" | why not |\n| --- | --- | ").AppendJoin(" | ", Target.All.Select(_ => "---")).Append(" | --- |\n");
            foreach (var @case in rule)
                await AppendAsync(text, @case);
        }

        return text.ToString();
    }

    private static async Task AppendAsync(StringBuilder text, CaseFile @case)
    {
        var shown = await Task.WhenAll(Target.All.Select(target => Demonstration.OfAsync(@case, target)));
        var title = @case.Title[(@case.Title.IndexOf(':') + 2)..];
        var found = shown.Select(Describe).ToArray();
        var fixes = shown.SelectMany(s => s.Fixes.Select(f => f.Name)).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (fixes.Length == 0 != @case.WhyNoFix is not null)
            throw new InvalidOperationException($"{@case.Name} has no fix and does not say why, or says so and has one.");
        Row($"**{@case.Name}**: {title}", "as found", found, [.. Why(null, found), .. @case.WhyNoFix is { } why ? ["no fix: " + why] : Array.Empty<string>()]);
        foreach (var fix in fixes)
        {
            var cells = shown.Select(s => Describe(s, fix)).ToArray();
            Row("", fix, cells, Why(fix, cells));
        }

        if (@case.Holes.FirstOrDefault(hole => hole.Fix is not null && !fixes.Contains(hole.Fix)) is { } idle)
            throw new InvalidOperationException($"{@case.Name} says why '{idle.Fix}' is not offered, which is not offered anywhere.");

        // Each hole is explained, and nothing is explained that is none.
        IEnumerable<string> Why(string? fix, string[] cells)
        {
            var open = Target.All.Where((target, i) => cells[i] == "not offered" || cells[i] == "–" && (fix is null || found[i] == "–")).ToList();
            foreach (var hole in @case.Holes.Where(hole => hole.Fix == fix || hole.Fix is null && open.Any(target => hole.Targets.Contains(target))))
            {
                if (hole.Targets.FirstOrDefault(target => !open.Remove(target)) is { } filled)
                    throw new InvalidOperationException($"{@case.Name} explains a hole that is none: {fix ?? "the case"} on {filled}.");
                yield return $"{string.Join(", ", hole.Targets)}: {hole.Why}";
            }

            if (open.Count > 0)
                throw new InvalidOperationException($"{@case.Name} does not say why there is no {fix ?? "finding"} on {string.Join(", ", open)}.");
        }

        void Row(string first, string second, IEnumerable<string> cells, IEnumerable<string> why) =>
            text.Append("| ").AppendJoin(" | ", [first, second, .. cells, string.Join("; ", why)]).Append(" |\n");
    }

    /// <summary>Code that the database refuses whatever the order (another dialect's lock) shows nothing there.</summary>
    private static bool SaysNothing(Demonstration shown) => shown.Racing is not null && !shown.Case.Applies(shown.Target);

    private static string Describe(Demonstration shown) => SaysNothing(shown) ? "–" : (shown.Findings.Count > 0, shown.Racing) switch
    {
        (_, { Holds: false }) => "goes wrong",
        (true, { Refusal: not null }) => "fails",
        (true, _) => "found",
        (false, { Holds: true }) => "sound",
        _ => "–",
    };

    private static string Describe(Demonstration shown, string fix) => SaysNothing(shown) ? "–" : shown.Fixes.FirstOrDefault(f => f.Name == fix) switch
    {
        null => shown.Findings.Count > 0 ? "not offered" : "–",
        { Holds: false } => "**does not hold**",
        { Verdict: null } => "checked",
        { Verdict.Exhausted: false } => "held in all orders tried",
        { Verdict.Refusal: not null } => "held, may be refused",
        _ => "held",
    };
}

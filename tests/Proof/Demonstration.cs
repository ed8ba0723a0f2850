using System.Collections.Concurrent;
using Interleaving;
using Microsoft.CodeAnalysis;
using Proof.Databases;
using Proof.Databases.SqlServer;
using Proof.Texts;

namespace Proof;

/// <summary>What was shown of a case on one database: the finding, what the code does, and what each offered fix makes of it.</summary>
/// <param name="Racing">What the execution of the code showed; null where it cannot be executed.</param>
public sealed record Demonstration(
    CaseFile Case, Target Target, IReadOnlyList<Diagnostic> Findings, Verdict? Racing, IReadOnlyList<FixDemonstration> Fixes)
{
    private static readonly ConcurrentDictionary<(string, Target), Lazy<Task<Demonstration>>> All = new();

    /// <summary>Shown once, however often it is asked for.</summary>
    public static Task<Demonstration> OfAsync(CaseFile @case, Target target) =>
        All.GetOrAdd((@case.Name, target), _ => new Lazy<Task<Demonstration>>(() => ShowAsync(@case, target))).Value;

    private static async Task<Demonstration> ShowAsync(CaseFile @case, Target target)
    {
        var document = Compiler.Document(@case.Text, target);
        var findings = await Inspection.FindingsAsync(document);
        var racing = target.WhyMissing is null ? await Execution.OfAsync(document, target) : null;
        var fixes = new List<FixDemonstration>();
        if (findings.Count > 0)
        {
            foreach (var offer in await Inspection.OffersAsync(document, findings[0]))
                fixes.Add(await FixDemonstration.OfAsync(@case, document, findings, offer, target));
        }

        return new Demonstration(@case, target, findings, racing, fixes);
    }
}

/// <summary>What a fix made of a case.</summary>
/// <param name="Case">The case that was fixed.</param>
/// <param name="Left">
/// What the analyzers still say of it. A warning may have become an information: with a unique index the second request
/// fails and nothing is lost.
/// </param>
/// <param name="Errors">Why it does not compile, or what SQL Server's parser says of its SQL.</param>
/// <param name="Verdict">What its execution showed; null where it cannot be executed.</param>
public sealed record FixDemonstration(
    CaseFile Case, string Name, string Text, IReadOnlyList<string> Left, IReadOnlyList<string> Errors, Verdict? Verdict)
{
    /// <summary>No finding is left, the text compiles, and no order goes wrong; where operations failed, none does now.</summary>
    public bool Holds => Left.Count == 0 && Errors.Count == 0 && Verdict is not { Holds: false }
        && (Case.Fails.Count == 0 || Verdict is not { Refusal: not null });

    public static async Task<FixDemonstration> OfAsync(
        CaseFile @case, Document document, IReadOnlyList<Diagnostic> findings, Offer offer, Target target)
    {
        var name = offer.Name;
        document = await offer.ApplyAsync(document);
        var left = await Inspection.FindingsAsync(document);

        // The same fix for the findings after the first; after a unique index, what its violation then needs.
        for (var round = 0; left.Count > 0 && round < 3; round++)
        {
            var offers = await Inspection.OffersAsync(document, left[0]);
            var next = left.Count < findings.Count ? offers.FirstOrDefault(o => o.Name == offer.Name)
                : left[0].Id is "RACE101" or "RACE103" ? offers.FirstOrDefault(o => o.Name != offer.Name)
                : null;
            if (next is null)
                break;
            if (next.Name != offer.Name)
                name += ", then " + next.Name;
            document = await next.ApplyAsync(document);
            left = await Inspection.FindingsAsync(document);
        }

        var text = (await document.GetTextAsync()).ToString();
        var compiled = await Compiler.CompileAsync(document);
        var errors = compiled.Errors.Count == 0 && target == Target.SqlServer ? await SqlServer.CheckAsync(compiled.Assembly) : compiled.Errors;
        var verdict = errors.Count == 0 && target.WhyMissing is null ? await Execution.OfAsync(document, target) : null;
        var worst = findings.Max(f => f.Severity);
        var asBad = left.Where(d => d.Severity >= worst).Select(d => d.ToString()).ToArray();
        return new FixDemonstration(@case, name, text, asBad, errors, verdict);
    }

    public override string ToString() => string.Join(
        Environment.NewLine, [$"{Name}:", .. Left.Select(l => "left: " + l), .. Errors, Verdict?.ToString() ?? "not executed", Text]);
}

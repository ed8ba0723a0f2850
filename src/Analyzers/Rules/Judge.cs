using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>Asks the rules of each sequence, the most specific first, and weighs what protects it.</summary>
internal static class Judge
{
    public static IEnumerable<Finding> Findings(RaceModel model)
    {
        var spoken = new HashSet<RowSequence>();
        var acts = new HashSet<SyntaxNode>();
        foreach (var sequence in model.Rows)
        {
            if (spoken.Contains(sequence)) continue;
            foreach (var rule in Catalogue.Rows)
            {
                if (rule.Find(sequence) is not { } race) continue;
                foreach (var other in race.Others) spoken.Add(other);
                var isProtected = Tokens.Protect(sequence, race) && !KeptConflicts.AreKeptFrom(model, sequence);
                var undone = isProtected ? Conflicts.Undone(model, sequence) : null;
                if ((!isProtected || undone is not null) && !Uniqueness.Protects(sequence) && Weigh(model, race, sequence.Facts) is { } finding && acts.Add(finding.Race.Act.Node))
                    yield return Of(finding, undone);
                break;
            }
        }
        acts.Clear();
        // Several inserts that one read decides are one sequence; what a skew has decided is told at its first act.
        var decided = new HashSet<(Rule, Read, ISymbol?)>();
        foreach (var sequence in model.Rows)
            if (RaceOf(sequence) is { Needs.IsSkew: true, Read: { } counted }) decided.Add((Catalogue.SkewOnInsert, counted.Database, null));
        foreach (var sequence in model.Inserts)
            foreach (var rule in Catalogue.Inserts)
            {
                if (rule.Find(sequence) is not { } race) continue;
                var isProtected = Tokens.ProtectParent(sequence);
                var undone = isProtected ? sequence.Absences.Concat(sequence.Quotas).Select(c => Conflicts.Undone(model, sequence, c)).FirstOrDefault(h => h is not null) : null;
                if ((!isProtected || undone is not null) && Weigh(model, race, sequence.Facts) is { } finding && acts.Add(finding.Race.Act.Node) && (race.Read is not { } read || decided.Add((race.Rule, read.Database, race.Rule == Catalogue.SkewOnInsert ? null : sequence.Entity))))
                {
                    // What follows the insert that a count limits is decided by the same count.
                    if (race.Read is { IsScalar: true } limit) decided.Add((Catalogue.SkewOnInsert, limit.Database, null));
                    yield return Of(finding, undone);
                }
                break;
            }
        foreach (var finding in OfCommands(model))
            if (acts.Add(finding.Race.Act.Node)) yield return finding;
    }

    /// <summary>The command of a sequence that a count decides, and no condition of its own.</summary>
    private static IEnumerable<Finding> OfCommands(RaceModel model)
    {
        foreach (var command in model.Of(EventKind.Bulk))
            if (Catalogue.Commands.Find(model, command) is { } race && Weigh(model, race, model.Engine.Model.Facts(race.Entity)) is { } finding) yield return finding;
    }

    /// <summary>The race of a sequence, whatever protects it; the most specific rule names it.</summary>
    public static Race? RaceOf(RowSequence sequence) => Catalogue.Rows.Select(rule => rule.Find(sequence)).FirstOrDefault(race => race is not null);

    private static Finding Of(Finding finding, CatchRegion? undone) =>
        undone is null ? finding : finding with { Rule = Explanations.ConflictRetriedOnStaleData, Failed = undone.Clause, Place = undone.Keyword };

    public static IEnumerable<Notice> Notices(RaceModel model) => Catalogue.Events.SelectMany(rule => rule.Find(model));

    private static Finding? Weigh(RaceModel model, Race race, EntityFacts facts)
    {
        var verdict = model.Protections.Of(race.Read, race.Act, race.Save.Event, race.Needs);
        if (verdict.IsSafe || race.Rule is RowRule && race.Read is { } own && new AskedByCallers(model, race.Act).AreOwn(own)) return null;
        // With a unique index nothing is lost: the violation that nobody handles is the better word.
        var rule = race.IsCovered ? race.Rule : Explanations.Of(verdict.Failure) ?? Explanations.Of(model, race) ?? race.Rule;
        var isInfo = race.IsAssumed || !race.Save.IsSeen || facts.Sight == Sight.Unknown || race.Act.ByShape && race.Rule is RowRule;
        return new Finding(rule, race, isInfo ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, rule == race.Rule ? null : verdict.Failed) { Place = verdict.Failure == Failure.LockNeverExecuted && rule != race.Rule ? verdict.Failed!.GetLocation() : null };
    }
}

/// <summary>A race that nothing protects, as it is reported.</summary>
internal sealed record Finding(Rule Rule, Race Race, DiagnosticSeverity Severity, SyntaxNode? Failed)
{
    /// <summary>Where the finding stands, when not on the act: on the query that locks nothing, on the catch that undoes a token.</summary>
    public Location? Place { get; init; }
}

using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>What was cached some time ago decides what is written now. Takes the place of the rule whose check, or value, comes from a cache.</summary>
internal sealed class CachedValueDecides : RowRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE302",
        title: "Cached value decides a write",
        messageFormat: "A cached value decides this write of '{0}': it is older than any read, and concurrent executions that find the same entry all act on it",
        description: "A cached value is older than any read: every execution that finds the entry acts on it. Check the row itself, in the same guarded statement or under a lock.",
        category: Category.Surroundings,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE302.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    /// <summary>A row whose state is asked of the cache alone.</summary>
    public override Race? Find(RowSequence sequence)
    {
        foreach (var write in sequence.Writes)
            if (CacheEntries.HoldsState(sequence.Entity, write.Member) && !sequence.ChecksOf(write).Any() && write.Checks.FirstOrDefault(c => IsFromCache(c) && CacheEntries.IsAbout(sequence.Model, c, sequence.Row)) is { } check)
                return new Race(this, write, sequence.Row, check, sequence.Save, sequence.Entity, write.Member, sequence.Needs(isSkew: false)) { Writes = sequence.Writes };
        return null;
    }

    /// <summary>Whether the check, or the value that is written, of a race that another rule found comes from a cache.</summary>
    public static bool Explains(RaceModel model, Race race)
    {
        if (race.Act.Value.Origins.Any(o => o.Subject is Cached)) return true;
        var row = race.Rule is RowRule ? race.Read : null;
        return CacheEntries.Deciding(model, race.Act, row, race.Read?.Entity ?? race.Entity) is { } check && (race.Check is null || race.Check == check || IsFromCache(race.Check));
    }

    public static bool IsFromCache(Check check) => check.Condition.AllOrigins().Any(o => o.Subject is Cached);
}

/// <summary>As <see cref="CachedValueDecides"/>, where an entry that is not there lets a row be inserted, and is then put there.</summary>
internal sealed class CachedMarkDecides(CachedValueDecides rule) : InsertRule
{
    public override DiagnosticDescriptor Descriptor => rule.Descriptor;

    public override Race? Find(InsertSequence sequence) =>
        sequence.Insert.Checks.FirstOrDefault(c => CachedValueDecides.IsFromCache(c) && !(c.Site is not null && c.Site == sequence.Insert.Site) && CacheEntries.IsMarkedBy(sequence.Model, c, sequence.Insert)) is { } check && !Handlers.AreThere(sequence.Model, sequence.Save, sequence.Insert)
            ? new Race(this, sequence.Insert, null, check, sequence.Save, sequence.Entity, null, sequence.Needs(isSet: false))
            : null;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A check of a row's mutable state decides a write to that row.</summary>
internal sealed class CheckThenAct : RowRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE002",
        title: "Check-then-act",
        messageFormat: "A check of '{0}' decides this write: two concurrent executions both pass the check before either saves, and both act",
        description: "Both executions pass the check before either has saved, and both act on it. Put the check into the update's own condition and look at the row count, lock the row before it is read, or give the entity a concurrency token.",
        category: Category.Rows,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE002.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(RowSequence sequence)
    {
        foreach (var write in sequence.Writes)
        {
            // A state transition of an entity whose code is out of sight: its guard is assumed.
            if (write is { Kind: EventKind.Write, Member: null, ByShape: true })
                return new Race(this, write, sequence.Row, null, sequence.Save, sequence.Entity, write.Name, sequence.Needs(isSkew: false)) { Writes = sequence.Writes, IsAssumed = true };
            var checks = sequence.ChecksOf(write).ToImmutableArray();
            var picked = sequence.PickedBy.FirstOrDefault();
            if (checks.IsEmpty && (picked is null || !sequence.IsPinned && !sequence.IsWorkDone && !sequence.IsGivenTo(picked))) continue;
            if (write.Kind == EventKind.Remove && checks.IsEmpty) continue;
            if (checks.IsEmpty ? sequence.Idempotence.IsOfPick(picked!) : sequence.Idempotence.IsOf(write, checks)) continue;
            var member = checks.IsEmpty ? picked!.Members[0] : checks[0].Member;
            return new Race(this, write, sequence.Row, checks.IsEmpty ? null : checks[0].Check, sequence.Save, sequence.Entity, member, sequence.Needs(isSkew: false)) { Writes = sequence.Writes };
        }
        return null;
    }
}

using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A row is picked by its state and moved out of that state, and work is done for it.</summary>
internal sealed class WorkItemClaimedTwice : RowRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE004",
        title: "Work item claimed twice",
        messageFormat: "A row is picked by '{0}' and then moved out of that state: two workers pick the same row before either saves, and its work is done twice",
        description: "Every worker that asks before the first one saves is given the same row. Claim it with one guarded update and go on only if that changed a row, or lock it with SKIP LOCKED or READPAST.",
        category: Category.Rows,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE004.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(RowSequence sequence)
    {
        if (sequence.IsPinned || sequence.PickedBy.FirstOrDefault() is not { } picked || !sequence.IsWorkDone) return null;
        var member = picked.Members.First(sequence.Members.Contains);
        var write = sequence.Writes.First(w => w.Member == member);
        return sequence.IsRelative(write) || sequence.Idempotence.IsFilledInAmongOthers(member) ? null : new Race(this, write, sequence.Row, null, sequence.Save, sequence.Entity, member, sequence.Needs(isSkew: false)) { Writes = sequence.Writes };
    }
}

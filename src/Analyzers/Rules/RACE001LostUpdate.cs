using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A member of a row is written with a value computed from its earlier read (lost update, P4 of Berenson et al., 1995).</summary>
internal sealed class LostUpdate : RowRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE001",
        title: "Lost update",
        messageFormat: "'{0}' is written with a value computed from its earlier read: two concurrent executions read the same value, and the second save overwrites the first",
        description: "Both executions compute from the same old value, and the second save replaces what the first one wrote. Let the database compute the value (ExecuteUpdate), lock the row before it is read, or give the entity a concurrency token.",
        category: Category.Rows,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE001.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(RowSequence sequence)
    {
        if (sequence.RelativeWrites.FirstOrDefault() is not { } write) return null;
        var check = sequence.ChecksOf(write).FirstOrDefault().Check;
        return new Race(this, write, sequence.Row, check, sequence.Save, sequence.Entity, write.Member, sequence.Needs(isSkew: false)) { Writes = sequence.Writes, IsAssumed = sequence.IsToggle(write) };
    }
}

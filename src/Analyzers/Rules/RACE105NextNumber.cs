using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>An inserted value is computed from the largest, the last or the number of the rows.</summary>
internal sealed class NextNumber : InsertRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE105",
        title: "Next number computed from the table",
        messageFormat: "'{0}' is computed from the rows that are there: two concurrent executions compute the same number",
        description: "Both executions see the same rows and compute the same number. Let a sequence or an identity column give it, or let a unique index refuse the second and try again.",
        category: Category.Inserts,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE105.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(InsertSequence sequence)
    {
        foreach (var number in sequence.Numbers)
        {
            var covered = Uniqueness.Covers(sequence, number);
            if (covered && Handlers.AreThere(sequence.Model, sequence.Save, sequence.Insert)) continue;
            return new Race(this, sequence.Insert, number.Read, number.Check, sequence.Save, sequence.Entity, number.Members[0], sequence.Needs(isSet: true)) { IsAssumed = covered };
        }
        return null;
    }
}

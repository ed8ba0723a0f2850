using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A check that no row has a value decides the insert of a row with that value, and the unique violation is not handled.</summary>
internal sealed class CheckThenInsert : InsertRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE101",
        title: "Check-then-insert",
        messageFormat: "A check that no other '{0}' exists decides this insert: two concurrent executions both find none, and the second save fails with an unhandled unique violation or inserts a duplicate",
        description: "An absent row cannot be locked: both executions see that the value is free. The unique index decides who was first; handle its violation where the row is saved.",
        category: Category.Inserts,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE101.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(InsertSequence sequence) => sequence.RefusedBy(this, covered: null);
}

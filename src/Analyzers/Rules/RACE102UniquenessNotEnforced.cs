using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>As RACE101, where the model was seen and holds no unique index over the checked columns.</summary>
internal sealed class UniquenessNotEnforced : InsertRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE102",
        title: "Uniqueness checked, not enforced",
        messageFormat: "That '{0}' is unique is checked before this insert and enforced by no unique index: two concurrent executions both find none, and both insert",
        description: "An absent row cannot be locked: both executions see that the value is free, and no index refuses the second row. Add a unique index, and handle its violation where the row is saved.",
        category: Category.Inserts,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE102.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(InsertSequence sequence) => sequence.Facts.Sight == EntityFramework.Sight.Seen ? sequence.RefusedBy(this, covered: false) : null;
}

using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A count, a sum or a range condition over a set decides an insert into that set (phantom, P3 of Berenson et al., 1995).</summary>
internal sealed class QuotaOrOverlap : InsertRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE104",
        title: "Quota or overlap check, then insert",
        messageFormat: "A count, sum or overlap over '{0}' decides this insert: two concurrent executions see the same rows, both pass, and the limit is exceeded",
        description: "The set grows between the count and the insert, by a row that neither execution can see. Lock the parent row before counting, keep the count in the parent under a guarded update, or use a Serializable transaction that is retried.",
        category: Category.Inserts,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE104.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(InsertSequence sequence) =>
        sequence.Quotas.FirstOrDefault() is { } quota ? new Race(this, sequence.Insert, quota.Read, quota.Check, sequence.Save, sequence.Entity, null, sequence.Needs(isSet: true)) : null;
}

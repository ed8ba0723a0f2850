using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A row is read, added where it is missing, and used where it is found.</summary>
internal sealed class GetOrCreate : InsertRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE103",
        title: "Get-or-create",
        messageFormat: "'{0}' is looked up and added when missing: two concurrent executions both find none, and both add",
        description: "Both executions find no row, and both add one. Let a unique index refuse the second, and read again when it does.",
        category: Category.Inserts,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE103.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(InsertSequence sequence)
    {
        foreach (var check in sequence.ByCover())
            if (sequence.UsesFound(check)) return sequence.RaceOf(this, check);
        return null;
    }
}

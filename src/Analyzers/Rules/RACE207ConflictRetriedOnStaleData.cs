using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A conflict of concurrency tokens is answered by saving the values that lost once more, or by nothing at all.</summary>
internal sealed class ConflictRetriedOnStaleData : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE207",
        title: "Conflict retried on stale data",
        messageFormat: "The conflict over '{0}' is lost here: the values that were computed before it are saved again, or the caller is told that it won",
        description: "The concurrency token has refused the save because another execution was first; saving the same values again, or going on as though they had been saved, loses one of the two. Clear the change tracker, read again, check again.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE207.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

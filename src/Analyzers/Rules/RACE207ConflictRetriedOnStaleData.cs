using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A conflict of concurrency tokens is answered by saving the values that lost once more, or by nothing at all.</summary>
internal sealed class ConflictRetriedOnStaleData : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE207",
        title: "Conflict retried on stale data",
        messageFormat: "The conflict over '{0}' is lost here: the values that were computed before it are saved again, or the caller is told that it won",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE207.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A model snapshot among the additional files that tells nothing.</summary>
internal sealed class UnreadableSnapshot : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE901",
        title: "Model snapshot not readable",
        messageFormat: "The model snapshot '{0}' is not used: {1}",
        description: "In a layered solution the snapshot tells this project what the model protects; without it findings are suggestions.",
        category: Category.Configuration,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE901.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public override DiagnosticDescriptor Descriptor => Definition;
}

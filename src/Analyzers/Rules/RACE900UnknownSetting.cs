using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A value of a race_analyzers option that means nothing.</summary>
internal sealed class UnknownSetting : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE900",
        title: "Setting not understood",
        messageFormat: "The value '{1}' of '{0}' is not understood: expected {2}",
        description: "A setting that is misspelt and silently dropped would hide races, or leave the wrong ones reported.",
        category: Category.Configuration,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE900.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public override DiagnosticDescriptor Descriptor => Definition;
}

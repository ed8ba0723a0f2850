using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A version of Entity Framework Core that the race model does not know.</summary>
internal sealed class UnsupportedVersion : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE902",
        title: "EF Core version not supported",
        messageFormat: "Entity Framework Core {0} is not supported: versions 6 to 10 are known, and no race is looked for",
        category: Category.Configuration,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE902.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public override DiagnosticDescriptor Descriptor => Definition;
}

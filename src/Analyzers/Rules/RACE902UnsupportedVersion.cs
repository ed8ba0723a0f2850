using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A version of Entity Framework Core that is older than those the rules and the fixes are made for.</summary>
internal sealed class UnsupportedVersion : Rule
{
    /// <summary>The oldest version that is held by tests; what the fixes write (<c>ExecuteUpdate</c>) does not exist before 7.</summary>
    public const int Oldest = 8;

    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE902",
        title: "EF Core version not supported",
        messageFormat: "Entity Framework Core {0} is not supported: the rules and fixes are made for version {1} and later",
        description: "What is reported, and what the fixes write, is true of the supported versions. Update Entity Framework Core, or turn the package off for this project.",
        category: Category.Configuration,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE902.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public override DiagnosticDescriptor Descriptor => Definition;
}

using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A sequence of reads and writes of other rows in code that every save runs.</summary>
internal sealed class SaveHook : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE301",
        title: "Save hook that reads and writes other rows",
        messageFormat: "This save hook reads and then writes '{0}': every save takes part in the race, and two concurrent saves read the same state",
        description: "Every save of the context takes part in the race, wherever it stands in the application. Let the database compute the value, or protect the sequence inside the hook.",
        category: Category.Surroundings,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE301.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

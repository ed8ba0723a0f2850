using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>The context already tracks the row, so the locking query returns the stale instance.</summary>
internal sealed class RowLockAfterRead : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE203",
        title: "Row lock after the row was read",
        messageFormat: "'{0}' was read before its row lock: the context keeps the values of the first read, and a concurrent update is overwritten",
        description: "The change tracker keeps the instance of the first read, and the locking query returns that. Lock before the first read, or reload the entity after the lock.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE203.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

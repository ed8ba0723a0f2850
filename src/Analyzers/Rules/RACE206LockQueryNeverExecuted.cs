using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A locking query is built and never enumerated: nothing is sent, and nothing is locked.</summary>
internal sealed class LockQueryNeverExecuted : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE206",
        title: "Lock query never executed",
        messageFormat: "This query would lock the row for '{0}', but nothing enumerates it: no lock is taken, and a concurrent execution reads the same state",
        description: "A query is sent when it is enumerated. Read the row through the locking query, and not beside it.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE206.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A sequence in a transaction whose isolation level does not protect it, or that begins after the read.</summary>
internal sealed class TransactionDoesNotProtect : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE201",
        title: "Transaction does not protect",
        messageFormat: "The transaction does not protect '{0}': at its isolation level, or begun after the read, two concurrent executions still read the same state and both act",
        description: "At the default level both transactions read before either commits, and so does every transaction that begins after the read. Lock the row in it, raise its level, or let one guarded update decide.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE201.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

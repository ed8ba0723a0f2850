using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A locking query with no transaction open: the lock ends with the statement.</summary>
internal sealed class RowLockOutsideTransaction : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE202",
        title: "Row lock outside a transaction",
        messageFormat: "The row lock for '{0}' is taken with no transaction open: it ends with its statement, and a concurrent execution reads the same state",
        description: "Without a transaction every statement is one of its own, and its lock ends with it. Begin a transaction before the lock and commit it after the save.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE202.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

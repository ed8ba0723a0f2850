using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A second context or connection, a suppressed scope, or a scope without async flow, inside a transaction that the sequence relies on.</summary>
internal sealed class WriteEscapesTransaction : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE210",
        title: "Write escapes the transaction",
        messageFormat: "The transaction that '{0}' relies on does not hold it: the scope does not flow with await, is suppressed, or belongs to another connection",
        description: "What is read and saved on another context or connection, in a suppressed scope, or behind an await in a scope without async flow, is not in the transaction. Use the context of the transaction, and TransactionScopeAsyncFlowOption.Enabled.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE210.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

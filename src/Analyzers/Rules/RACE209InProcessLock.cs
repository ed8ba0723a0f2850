using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>A lock or a semaphore is the only protection: it ends at the process.</summary>
internal sealed class InProcessLock : Rule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE209",
        title: "In-process lock around a database check",
        messageFormat: "Only an in-process lock protects '{0}': a second instance of the application is not held by it",
        description: "A lock of the process does not hold the application's other instances. Let the database decide (a guarded update, a row lock, a unique index), or say race_analyzers.single_instance = true.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE209.md");

    public override DiagnosticDescriptor Descriptor => Definition;
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>
/// Lets the database check and change the row in one statement: <c>ExecuteUpdate</c> with the whole check in its
/// <c>Where</c> and the new value relative to the row's own. Its row count takes the place of the check.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AtomicUpdateFix)), Shared]
public sealed class AtomicUpdateFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create("RACE001", "RACE002", "RACE003", "RACE004", "RACE201", "RACE209");

    protected override string Title => "Check and change the row in one statement (ExecuteUpdate)";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation) =>
        Sequence.Of(finding) is { } sequence && sequence.Database.HasBulkUpdates && AtomicUpdate.Of(sequence) is { } update ? update.Plan() : null;
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>A row lock lasts as long as its transaction: one is put around the lock and the save.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LockTransactionFix)), Shared]
public sealed class LockTransactionFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE202");

    protected override string Title => "Hold the lock in a transaction until the save";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        var database = new Database(finding);
        if (finding.All("lock").Concat(finding.All("read")).ToArray() is not { Length: > 0 } locks || Region.Of(finding, locks) is not { Open: null } region)
        {
            return null;
        }

        var plan = new Plan();
        Transactions.Import(plan, finding);
        return region.Write(plan, "") && (!database.Retries || Repetition.Of(region, region.From)?.InStrategy(plan) == true) ? plan : null;
    }
}

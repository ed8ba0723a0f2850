using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>All rules, and the order in which they are asked: the most specific one speaks.</summary>
internal static class Catalogue
{
    private static readonly TransferOrWriteSkew Skew = new();

    /// <summary>An amount that decides an insert elsewhere.</summary>
    public static readonly InsertRule SkewOnInsert = new WriteSkewOnInsert(Skew);

    public static readonly ImmutableArray<RowRule> Rows = ImmutableArray.Create<RowRule>(new WorkItemClaimedTwice(), Skew, new LostUpdate(), new CheckThenAct(), Explanations.CachedValueDecides);

    public static readonly ImmutableArray<InsertRule> Inserts = ImmutableArray.Create<InsertRule>(
        new NextNumber(), new QuotaOrOverlap(), new GetOrCreate(), new UniquenessNotEnforced(), new CheckThenInsert(), SkewOnInsert, new CachedMarkDecides(Explanations.CachedValueDecides));

    public static readonly WriteSkewByCommand Commands = new(Skew);

    public static readonly ImmutableArray<Rule> Protections = ImmutableArray.Create(
        Explanations.TransactionDoesNotProtect, Explanations.RowLockOutsideTransaction, Explanations.RowLockAfterRead, Explanations.InProcessLock, Explanations.WriteEscapesTransaction,
        Explanations.LockQueryNeverExecuted, Explanations.SaveHook);

    public static readonly ImmutableArray<EventRule> Events = ImmutableArray.Create<EventRule>(new StaleBulkUpdate(), new RowCountIgnored(), Explanations.ConflictRetriedOnStaleData, new FailedInsertLeft(), new AnyFailureIsDuplicate(),
        new CacheEntryRewritten(), new InvalidatedBeforeCommit(), new SentBeforeCommit(), new BlindOverwrite());

    public static readonly ImmutableArray<DiagnosticDescriptor> Descriptors = Rows.Cast<Rule>().Concat(Inserts).Concat(Protections).Concat(Events).Concat(ConfigurationRules.All)
        .Select(r => r.Descriptor).GroupBy(d => d.Id).Select(g => g.First()).OrderBy(d => d.Id, StringComparer.Ordinal).ToImmutableArray();
}

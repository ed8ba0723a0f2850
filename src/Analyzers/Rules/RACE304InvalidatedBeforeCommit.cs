using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A cache entry is dropped or set before the change of its source is committed: a reader in between puts the old value back.</summary>
internal sealed class InvalidatedBeforeCommit : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE304",
        title: "Cache invalidated before the commit",
        messageFormat: "The cache entry is renewed before the change of '{0}' is committed: a concurrent reader in between reads the old row and caches it again",
        description: "A reader between the removal and the commit loads the old row and caches it until it expires. Renew the entry after the save or the commit.",
        category: Category.Surroundings,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE304.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach (var entry in model.Body.Events)
        {
            if (entry.Kind is not (EventKind.CacheRemove or EventKind.CacheSet) || Announcements.TooEarly(model, entry, c => IsSource(model, entry, c)) is not (var change, var commit)) continue;
            if (IsRenewedAfter(model, entry, commit) || !told.Add(entry.Node)) continue;
            var entity = EntityOf(change);
            yield return new Notice(this, entry.Node.GetLocation(), entity?.Name ?? "row", ImmutableArray.Create(("write", change.Node), ("save", commit.Node)))
            {
                Entity = entity as INamedTypeSymbol,
                Member = change.Member,
                IsThroughCalls = entry.Site is not null || change.Site is not null || commit.IsThroughCalls,
            };
        }
    }

    private static ITypeSymbol? EntityOf(Event change) => change.Entity ?? change.Target.Origins.Select(o => o.Read?.Entity).FirstOrDefault(e => e is not null);

    /// <summary>The entry holds what is changed. A value that is set must be the changed one: on a miss, what was read is set.</summary>
    private static bool IsSource(RaceModel model, Event entry, Event change)
    {
        if (EntityOf(change) is not { } entity) return false;
        // A callee that fills an entry, and drops it when that failed, keeps it for itself.
        if (entry.Site is not null && model.Body.Events.Any(e => e.Site == entry.Site && e != entry && e.Kind is EventKind.CacheGet or EventKind.CacheSet)) return false;
        if (entry.Kind == EventKind.CacheSet) return model.Body.Dominates(change, entry) && Announcements.SpeaksOf(model.Engine, entry.Value, change);
        return Announcements.Names(entry, entity) || entry.Arguments.Length > 0 && Announcements.SpeaksOf(model.Engine, entry.Arguments[0], change);
    }

    private static bool IsRenewedAfter(RaceModel model, Event entry, Commit commit) =>
        commit.Here is { } here
            ? IsRenewedAfter(model.Body, entry, here)
            : model.Engine.CallersOf(model.Body, 20, model.Cancellation).ToArray() is { Length: > 0 } callers && callers.All(c => IsRenewedBy(c.Caller, entry));

    private static bool IsRenewedAfter(Body body, Event entry, Event save) =>
        body.Events.Any(e => e != entry && e.Kind is EventKind.CacheRemove or EventKind.CacheSet && body.Before(save, e) && CacheEntries.IsSameEntry(entry, e));

    private static bool IsRenewedBy(Body caller, Event entry) =>
        caller.Events.FirstOrDefault(e => e.Kind == entry.Kind && e.Origin == entry.Origin) is { } here
        && caller.Events.FirstOrDefault(e => e.Kind == EventKind.Save && caller.Before(here, e)) is { } save && IsRenewedAfter(caller, here, save);
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>Get, compute, set of the same cache entry: the lost update of a store without transactions.</summary>
internal sealed class CacheEntryRewritten : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE303",
        title: "Read-modify-write of a cache entry",
        messageFormat: "The cache entry '{0}' is set to a value computed from the one that was got: two concurrent executions get the same value, and the second set overwrites the first",
        description: "A cache has no transaction: the second set overwrites what the first one added. Use an atomic operation of the store, such as an increment, or a lock around get and set.",
        category: Category.Surroundings,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE303.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach (var set in model.Of(EventKind.CacheSet))
            if (CacheEntries.ReadBefore(model, set) is { } get && !CacheEntries.GoesIntoRows(model, get) && told.Add(set.Node))
                yield return new Notice(this, set.Node.GetLocation(), set.Name ?? "", ImmutableArray.Create(("read", get.Node))) { IsThroughCalls = set.Site is not null || get.Site is not null };
    }
}

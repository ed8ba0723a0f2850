using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A conflict of concurrency tokens is answered by saving the values that lost once more, or by nothing at all.</summary>
internal sealed class ConflictRetriedOnStaleData : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE207",
        title: "Conflict retried on stale data",
        messageFormat: "The conflict over '{0}' is lost here: the values that were computed before it are saved again, or the caller is told that it won",
        description: "The concurrency token has refused the save because another execution was first; saving the same values again, or going on as though they had been saved, loses one of the two. Clear the change tracker, read again, check again.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE207.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    /// <summary>The clauses of a helper; those of the body that reads and writes itself stand for the rule that they explain.</summary>
    public override IEnumerable<Notice> Find(RaceModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach (var (handler, lost) in KeptConflicts.Of(model))
            if (told.Add(handler.Clause))
                yield return new Notice(this, handler.Keyword, lost.Subject, ImmutableArray.Create<(string, SyntaxNode)>(("catch", handler.Clause), ("write", lost.Act.Node))) { Entity = lost.Entity, Member = lost.Member, IsThroughCalls = true };
    }
}

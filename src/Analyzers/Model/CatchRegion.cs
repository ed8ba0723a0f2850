using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace RaceAnalyzers.Model;

/// <summary>A catch clause around a save, as a part of the control flow: where a failed save goes on.</summary>
/// <param name="First">The first block of the clause, its filter's where it has one.</param>
/// <param name="Last">The last block of the clause.</param>
internal sealed record CatchRegion(Body Body, CatchClauseSyntax Clause, ITypeSymbol? Type, int First, int Last)
{
    public bool IsFiltered => Clause.Filter is not null;

    public Location Keyword => Clause.CatchKeyword.GetLocation();

    public bool Holds(Event e) => e.Position.Block >= First && e.Position.Block <= Last;

    /// <summary>The event can follow the failure: in the clause, or behind it.</summary>
    public bool IsFollowedBy(Event e) => IsFollowedBy(e.Position.Block);

    public bool IsFollowedBy(int block) => block >= First && block <= Last || Body.Flow!.Reaches(First, block);

    /// <summary>Something is asked in the clause before it goes on.</summary>
    public bool HasBranch
    {
        get
        {
            for (var block = First; block <= Last; block++)
                if (Body.Flow!.Graph.Blocks[block].ConditionalSuccessor is not null) return true;
            return false;
        }
    }

    /// <summary>The catch clauses around an event of this very body, from the innermost outwards.</summary>
    public static IEnumerable<CatchRegion> Around(Body body, Event e)
    {
        if (e.Site is not null || body.Flow is not { } flow) yield break;
        var attempts = e.Node.Ancestors().TakeWhile(n => n != body.Syntax).OfType<TryStatementSyntax>().Where(t => t.Catches.Count > 0 && t.Block.Span.Contains(e.Node.Span)).GetEnumerator();
        for (var region = flow.Graph.Blocks[e.Position.Block].EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region is not { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndCatch } whole } || !attempts.MoveNext()) continue;
            var clause = 0;
            foreach (var handler in whole.NestedRegions)
                if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler && clause < attempts.Current.Catches.Count)
                    yield return new CatchRegion(body, attempts.Current.Catches[clause++], handler.ExceptionType, handler.FirstBlockOrdinal, handler.LastBlockOrdinal);
        }
    }
}

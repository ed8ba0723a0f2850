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

    /// <summary>The event follows the failure on a way that does not pass another event: what comes of it when that is not tried again.</summary>
    public bool LeadsTo(Event e, Event without)
    {
        var seen = new HashSet<int> { without.Position.Block };
        var pending = new Stack<int>();
        pending.Push(First);
        while (pending.Count > 0)
        {
            var block = pending.Pop();
            if (!seen.Add(block)) continue;
            if (block == e.Position.Block) return true;
            foreach (var next in Body.Flow!.Successors(block)) pending.Push(next);
        }
        return false;
    }

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

    /// <summary>The catch clauses of this very body around an event, or around the call that brought it here, from the innermost outwards.</summary>
    public static IEnumerable<CatchRegion> Around(Body body, Event e)
    {
        if (body.Flow is not { } flow) yield break;
        var node = e.Site ?? e.Node;
        var attempts = node.Ancestors().TakeWhile(n => n != body.Syntax).OfType<TryStatementSyntax>().Where(t => t.Catches.Count > 0 && t.Block.Span.Contains(node.Span)).GetEnumerator();
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

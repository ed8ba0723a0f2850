using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace RaceAnalyzers.Flow;

/// <summary>
/// Order and decision in one control flow graph: what comes before what, what dominates what, and which branches decide whether a block is
/// reached (control dependence, after Ferrante, Ottenstein and Warren, 1987; dominators after Cooper, Harvey and Kennedy, 2001).
/// </summary>
internal sealed class ControlFlow
{
    private readonly int[][] _successors;
    private readonly int[][] _predecessors;
    private readonly int[][] _handlers;
    private readonly int[] _dominator;
    /// <summary>The branches that decide each block directly; made when first asked, as most bodies never ask.</summary>
    private List<int>[]? _decidedBy;
    /// <summary>What each block reaches, once it was asked for; bodies are shared, and what is found twice is equal.</summary>
    private readonly bool[]?[] _reach;
    private readonly int[]?[] _deciders;

    public ControlFlowGraph Graph { get; }
    public bool HasLoop { get; }
    public bool HasBranch { get; }
    /// <summary>Whoever visits the blocks in their order has visited all that leads to a block before it.</summary>
    public bool IsInOrder { get; }
    public int Count => _successors.Length;

    public ControlFlow(ControlFlowGraph graph)
    {
        Graph = graph;
        var count = graph.Blocks.Length;
        var exit = count - 1;
        _successors = new int[count][];
        _handlers = new int[count][];
        _reach = new bool[]?[count];
        _deciders = new int[]?[count];
        var predecessors = new List<int>[count];
        for (var i = 0; i < count; i++) predecessors[i] = [];
        foreach (var block in graph.Blocks)
        {
            var next = new List<int>(2);
            if (block.IsReachable)
            {
                Add(block.FallThroughSuccessor, next, exit);
                Add(block.ConditionalSuccessor, next, exit);
                // What no arm of a switch expression matches is an error of the code, and no check that its author made.
                if (next.Count == 2) next.RemoveAll(to => IsUnmatched(graph.Blocks[to]));
            }
            _successors[block.Ordinal] = [.. next];
            HasBranch |= next.Count == 2;
            foreach (var s in next)
            {
                predecessors[s].Add(block.Ordinal);
                HasLoop |= s <= block.Ordinal;
            }
            _handlers[block.Ordinal] = HandlersOf(block);
        }
        IsInOrder = !HasLoop && Array.TrueForAll(graph.Blocks.ToArray(), b => Array.TrueForAll(_handlers[b.Ordinal], h => h > b.Ordinal));
        // A handler is entered from its try: without such an edge the code in it would belong to no path.
        var entered = new HashSet<(int, int)>();
        var withHandlers = new int[count][];
        for (var i = 0; i < count; i++)
        {
            withHandlers[i] = _handlers[i].Length == 0 ? _successors[i] : [.. _successors[i].Concat(_handlers[i]).Distinct()];
            foreach (var h in _handlers[i])
                if (entered.Add((i, h))) predecessors[h].Add(i);
        }
        _predecessors = [.. predecessors.Select(p => p.ToArray())];
        _dominator = Dominators(count, 0, withHandlers, _predecessors);
    }

    public int[] Successors(int block) => _successors[block];
    /// <summary>The first blocks of the handlers (catch, filter, finally) around a block, innermost first.</summary>
    public int[] Handlers(int block) => _handlers[block];

    public bool Dominates(int a, int b)
    {
        for (var steps = 0; a != b; steps++)
        {
            if (steps > Count || _dominator[b] < 0 || _dominator[b] == b) return false;
            b = _dominator[b];
        }
        return true;
    }

    /// <summary>Whether control may come from the end of <paramref name="a"/> to <paramref name="b"/>.</summary>
    public bool Reaches(int a, int b)
    {
        if (!HasLoop && _handlers[a].Length == 0 && b <= a) return false;
        return (Volatile.Read(ref _reach[a]) ?? ReachedFrom(a))[b];
    }

    private bool[] ReachedFrom(int a)
    {
        var reached = new bool[Count];
        var pending = new Stack<int>();
        pending.Push(a);
        while (pending.Count > 0)
        {
            var block = pending.Pop();
            Enter(_successors[block]);
            Enter(_handlers[block]);
        }
        Volatile.Write(ref _reach[a], reached);
        return reached;

        void Enter(int[] next)
        {
            foreach (var n in next)
            {
                if (reached[n]) continue;
                reached[n] = true;
                pending.Push(n);
            }
        }
    }

    /// <summary>As above, through none of the blocks named.</summary>
    public bool Reaches(int a, int b, HashSet<int> without)
    {
        if (without.Count == 0) return Reaches(a, b);
        var reached = new HashSet<int>(without);
        var pending = new Stack<int>();
        pending.Push(a);
        while (pending.Count > 0)
            foreach (var next in _successors[pending.Peek()].Concat(_handlers[pending.Pop()]))
            {
                if (next == b) return true;
                if (reached.Add(next)) pending.Push(next);
            }
        return false;
    }

    public bool IsInLoop(int block) => HasLoop && Reaches(block, block);

    /// <summary>The blocks whose branch decides whether <paramref name="block"/> is reached, directly or through others.</summary>
    public int[] Deciders(int block) => HasBranch ? Volatile.Read(ref _deciders[block]) ?? FindDeciders(block) : [];

    private int[] FindDeciders(int block)
    {
        var decidedBy = Volatile.Read(ref _decidedBy);
        if (decidedBy is null) Volatile.Write(ref _decidedBy, decidedBy = ControlDependence(Count - 1));
        var seen = new HashSet<int>();
        var pending = new Queue<int>();
        pending.Enqueue(block);
        while (pending.Count > 0)
            foreach (var d in decidedBy[pending.Dequeue()])
                if (seen.Add(d)) pending.Enqueue(d);
        // A branch that leaves for good decides all that follows it: the exit of a loop, for one.
        for (int b = block, steps = 0; steps < Count && _dominator[b] >= 0 && _dominator[b] != b; steps++)
        {
            var above = _dominator[b];
            if (_successors[above].Length == 2 && _predecessors[b].Length == 1 && _predecessors[b][0] == above) seen.Add(above);
            b = above;
        }
        int[] deciders = [.. seen.OrderBy(b => b)];
        Volatile.Write(ref _deciders[block], deciders);
        return deciders;
    }

    /// <summary>Whether the branch at <paramref name="decider"/> takes its conditional edge towards <paramref name="block"/>; null when both lead there.</summary>
    public bool? Taken(int decider, int block)
    {
        var b = Graph.Blocks[decider];
        if (b.ConditionalSuccessor?.Destination is not { } conditional || b.FallThroughSuccessor?.Destination is not { } fall) return null;
        var viaConditional = conditional.Ordinal == block || Reaches(conditional.Ordinal, block);
        var viaFall = fall.Ordinal == block || Reaches(fall.Ordinal, block);
        return viaConditional == viaFall ? null : viaConditional;
    }

    private static void Add(ControlFlowBranch? branch, List<int> next, int exit)
    {
        if (branch is null) return;
        var to = branch.Destination?.Ordinal ?? (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow or ControlFlowBranchSemantics.Return ? exit : -1);
        if (to >= 0 && !next.Contains(to)) next.Add(to);
    }

    private static bool IsUnmatched(BasicBlock block) =>
        block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Throw && block.BranchValue is { IsImplicit: true, Syntax: SwitchExpressionSyntax };

    private static int[] HandlersOf(BasicBlock block)
    {
        List<int>? handlers = null;
        for (var region = block.EnclosingRegion; region is not null and not { Kind: ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region.Kind != ControlFlowRegionKind.Try || region.EnclosingRegion is not { } whole) continue;
            foreach (var sibling in whole.NestedRegions)
                if (sibling.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler or ControlFlowRegionKind.Finally) (handlers ??= []).Add(sibling.FirstBlockOrdinal);
        }
        return handlers is null ? [] : [.. handlers];
    }

    private static int[] Dominators(int count, int root, int[][] successors, int[][] predecessors)
    {
        var order = new int[count];
        var postorder = new List<int>(count);
        var state = new byte[count];
        var stack = new Stack<(int Block, int Next)>();
        stack.Push((root, 0));
        state[root] = 1;
        while (stack.Count > 0)
        {
            var (block, next) = stack.Pop();
            if (next < successors[block].Length)
            {
                stack.Push((block, next + 1));
                var s = successors[block][next];
                if (state[s] == 0)
                {
                    state[s] = 1;
                    stack.Push((s, 0));
                }
            }
            else
            {
                order[block] = postorder.Count;
                postorder.Add(block);
            }
        }
        var dominator = new int[count];
        for (var i = 0; i < count; i++) dominator[i] = -1;
        dominator[root] = root;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = postorder.Count - 2; i >= 0; i--)
            {
                var block = postorder[i];
                var found = -1;
                foreach (var p in predecessors[block])
                {
                    if (dominator[p] < 0) continue;
                    found = found < 0 ? p : Common(found, p);
                }
                if (found < 0 || dominator[block] == found) continue;
                dominator[block] = found;
                changed = true;
            }
        }
        return dominator;

        int Common(int a, int b)
        {
            while (a != b)
            {
                while (order[a] < order[b]) a = dominator[a];
                while (order[b] < order[a]) b = dominator[b];
            }
            return a;
        }
    }

    private List<int>[] ControlDependence(int exit)
    {
        // Post-dominators are the dominators of the reversed graph; a block that never leaves is given the exit as a way out.
        var successors = new List<int>[Count];
        for (var i = 0; i < Count; i++) successors[i] = [.. _successors[i]];
        var backwards = new List<int>[Count];
        for (var i = 0; i < Count; i++) backwards[i] = [];
        for (var i = 0; i < Count; i++)
        {
            if (i != exit && successors[i].Count == 0) successors[i].Add(exit);
            foreach (var s in successors[i]) backwards[s].Add(i);
        }
        var post = Dominators(Count, exit, [.. backwards.Select(b => b.ToArray())], [.. successors.Select(s => s.ToArray())]);
        var result = new List<int>[Count];
        for (var i = 0; i < Count; i++) result[i] = [];
        for (var a = 0; a < Count; a++)
        {
            if (_successors[a].Length < 2) continue;
            foreach (var s in _successors[a])
                for (int b = s, steps = 0; b >= 0 && b != post[a] && steps <= Count; b = post[b], steps++)
                {
                    if (!result[b].Contains(a)) result[b].Add(a);
                    if (post[b] == b) break;
                }
        }
        return InheritInHandlers(result);
    }

    /// <summary>What decides a try decides its handlers too: no branch leads into them.</summary>
    private List<int>[] InheritInHandlers(List<int>[] decidedBy)
    {
        for (var i = 0; i < Count; i++)
            foreach (var handler in _handlers[i])
                foreach (var decider in decidedBy[i])
                    if (Graph.Blocks[decider].EnclosingRegion is { } region && !IsWithinTryOf(region, handler) && !decidedBy[handler].Contains(decider)) decidedBy[handler].Add(decider);
        return decidedBy;
    }

    private bool IsWithinTryOf(ControlFlowRegion region, int handler)
    {
        for (var r = region; r is not null and not { Kind: ControlFlowRegionKind.Root }; r = r.EnclosingRegion)
            if (r.Kind == ControlFlowRegionKind.Try && r.EnclosingRegion!.NestedRegions.Any(n => n != r && n.FirstBlockOrdinal == handler)) return true;
        return false;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>
/// Runs one body abstractly: a forward dataflow over its control flow graph in which values carry where they come from, and in which
/// calls of Entity Framework Core, of this compilation's methods and of wrappers known by their shape become events.
/// </summary>
internal sealed partial class Interpreter
{
    /// <summary>A body that does more than this is not a unit of work that anyone reads as one.</summary>
    private const int MostEvents = 300;
    private const int MostVisits = 8;
    private const int MostChecks = 60;
    private const int DeepestExpression = 150;

    private readonly Engine _engine;
    private readonly ISymbol _symbol;
    private readonly SyntaxNode _syntax;
    private readonly ControlFlowGraph _graph;
    private readonly ControlFlow _flow;
    private readonly int _depth;
    private readonly CancellationToken _cancellation;

    private readonly Dictionary<(SyntaxNode, object?, SyntaxNode?), Read> _reads = [];
    private readonly Dictionary<(object, string), Read> _navigations = [];
    private readonly Dictionary<SyntaxNode, Nested> _nested = [];
    private readonly Dictionary<CaptureId, IOperation> _captured = [];
    private readonly Value?[] _branches;
    private readonly List<Event> _events = [];
    private readonly List<(Value Value, int Block)> _returns = [];
    private ImmutableHashSet<Read>.Builder? _used;
    /// <summary>What decides the block that is visited: asked for at each assignment.</summary>
    private (int Block, ImmutableArray<Origin> Origins) _deciders = (-1, ImmutableArray<Origin>.Empty);

    private State _state = State.Begin();
    private bool _recording;
    private int _block;
    private int _order;
    private int _expression;
    private bool _complete = true;
    private int _height;

    private Interpreter(Engine engine, ISymbol symbol, SyntaxNode syntax, ControlFlow flow, int depth, CancellationToken cancellation)
    {
        _engine = engine;
        _symbol = symbol;
        _syntax = syntax;
        _graph = flow.Graph;
        _flow = flow;
        _depth = depth;
        _cancellation = cancellation;
        _branches = new Value?[_flow.Count];
    }

    public static Body Run(Engine engine, ISymbol symbol, SyntaxNode syntax, ControlFlow flow, int depth, CancellationToken cancellation) =>
        new Interpreter(engine, symbol, syntax, flow, depth, cancellation).Run();

    private Body Run()
    {
        var entries = new State?[_flow.Count];
        entries[0] = _state;
        // Where no block is visited twice, what is found on the way is final.
        _recording = _flow.IsInOrder;
        Solve(entries);
        if (!_recording) Record(entries);
        _recording = false;
        DecideEvents();
        var returns = Returned();
        var guards = Guards();
        var outs = Outs(entries);
        return new Body
        {
            Exported = Exported(returns, guards, outs),
            Symbol = _symbol,
            Syntax = _syntax,
            Flow = _flow,
            Events = _events.ToImmutableArray(),
            Returns = returns,
            Guards = guards,
            Outs = outs,
            Nested = _nested.Values.OrderBy(n => n.Syntax.SpanStart).ToImmutableArray(),
            UsedRows = _used?.ToImmutable() ?? ImmutableHashSet<Read>.Empty,
            IsActive = _events.Any(e => e.Kind is not (EventKind.Return or EventKind.Throw or EventKind.Effect or EventKind.Guard)),
            IsComplete = _complete,
            Height = _height,
        };
    }

    private void Solve(State?[] entries)
    {
        var pending = new SortedSet<int> { 0 };
        var visits = new int[_flow.Count];
        var last = new State?[_flow.Count];
        while (pending.Count > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            var block = pending.Min;
            pending.Remove(block);
            if (++visits[block] > MostVisits) continue;
            var before = entries[block]!;
            Visit(block, before);
            foreach (var next in _flow.Successors(block)) Flow(next, _state);
            foreach (var handler in _flow.Handlers(block))
            {
                Flow(handler, before);
                Flow(handler, _state);
            }
        }

        void Flow(int to, State state)
        {
            // The blocks of a try give their handlers the same state again and again.
            if (ReferenceEquals(last[to], state)) return;
            last[to] = state;
            var joined = State.Join(entries[to], state);
            if (ReferenceEquals(joined, entries[to])) return;
            entries[to] = joined;
            pending.Add(to);
        }
    }

    private void Visit(int block, State before)
    {
        _block = block;
        _state = before;
        _deciders.Block = -1;
        var b = _graph.Blocks[block];
        foreach (var operation in b.Operations) Evaluate(operation);
        if (b.BranchValue is { } branch)
        {
            var value = Evaluate(branch);
            if (b.ConditionKind != ControlFlowConditionKind.None)
            {
                _branches[block] = value;
                _deciders.Block = -1;
            }
            if (_recording && b.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return) _returns.Add((value, block));
        }
        if (!_recording) return;
        switch (b.FallThroughSuccessor?.Semantics)
        {
            case ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow:
                Add(new Event { Kind = EventKind.Throw, Node = b.BranchValue?.Syntax ?? _syntax });
                break;
            case ControlFlowBranchSemantics.Return when b.BranchValue is { } value:
                Add(new Event { Kind = EventKind.Return, Node = value.Syntax, Value = _returns[_returns.Count - 1].Value });
                break;
            case ControlFlowBranchSemantics.Regular when b.FallThroughSuccessor.Destination?.Kind == BasicBlockKind.Exit && b.Ordinal > 0:
                Add(new Event { Kind = EventKind.Return, Node = _syntax });
                break;
        }
    }

    private void Record(State?[] entries)
    {
        _recording = true;
        for (var block = 0; block < entries.Length; block++)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (entries[block] is { } before) Visit(block, before);
        }
    }

    private void Add(Event e)
    {
        if (!_recording || _events.Count >= MostEvents) return;
        e.Position = new Position(_block, _order++, 0);
        _events.Add(e);
    }

    /// <summary>Gives each event the checks that decide it: the branches before it, and the guards that it had to pass.</summary>
    private void DecideEvents()
    {
        var byBlock = new Dictionary<int, ImmutableArray<Check>>();
        var guards = _events.Where(e => e.Kind == EventKind.Guard).Select(e => (Event: e, Checks: Passing(e.Checks.Where(c => c.Site is not null).ToImmutableArray()))).ToArray();
        foreach (var e in _events)
        {
            if (!byBlock.TryGetValue(e.Position.Block, out var checks)) byBlock[e.Position.Block] = checks = ChecksOf(e.Position.Block);
            var all = e.Checks.AddRange(checks);
            foreach (var guard in guards)
                if (guard.Event != e && all.Length < MostChecks && Passed(guard.Event, e)) all = all.AddRange(guard.Checks);
            e.Checks = all;
        }

        // One condition that throws did not hold for who got past it; of several, one of them.
        static ImmutableArray<Check> Passing(ImmutableArray<Check> checks) => checks.Select(c => c with { Holds = checks.Length == 1 ? !c.Holds : null }).ToImmutableArray();

        bool Passed(Event guard, Event e) => guard.Position.Block == e.Position.Block
            ? guard.Position.Operation < e.Position.Operation
            : _flow.Dominates(guard.Position.Block, e.Position.Block);
    }

    private ImmutableArray<Check> ChecksOf(int block)
    {
        var checks = ImmutableArray.CreateBuilder<Check>();
        foreach (var decider in _flow.Deciders(block))
            if (_branches[decider] is { } condition && condition.HasOrigins)
            {
                var b = _graph.Blocks[decider];
                bool? holds = _flow.Taken(decider, block) is { } taken ? taken == (b.ConditionKind == ControlFlowConditionKind.WhenTrue) : null;
                checks.Add(new Check(condition, b.BranchValue!.Syntax, null, holds, _flow.IsInLoop(decider)));
            }
        return checks.ToImmutable();
    }

    /// <summary>What the branches that lead to the current block tell: it decides a constant or a new object that is assigned or returned there.</summary>
    private ImmutableArray<Origin> DecidersOf(int block)
    {
        if (_deciders.Block == block) return _deciders.Origins;
        var origins = ImmutableArray.CreateBuilder<Origin>();
        foreach (var decider in _flow.Deciders(block))
            if (_branches[decider] is { } condition && !StandsIn(decider))
                foreach (var origin in condition.AllOrigins())
                    if (origin.Kind is not OriginKind.Delegate and not OriginKind.Query && origins.Count < 12 && !origins.Contains(origin)) origins.Add(origin);
        _deciders = (block, origins.ToImmutable());
        return _deciders.Origins;
    }

    /// <summary><c>Max(…) ?? 0</c>: a number for no rows is no choice.</summary>
    private bool StandsIn(int decider) => _graph.Blocks[decider].BranchValue is IIsNullOperation && _branches[decider]!.Comparison is { Left.Origins: { IsEmpty: false } counted } && counted.All(o => o is { Kind: OriginKind.Result, Read.Kind: ReadKind.Aggregate });

    /// <summary>A constant or a new object tells nothing by itself, but which one it is tells what the checks before it gave.</summary>
    private Value DecidedHere(Value value, int block)
    {
        if (_graph.Blocks[block].Kind != BasicBlockKind.Block) return value;
        if (value.Origins.All(o => o.Kind == OriginKind.Is && o.Subject is Fresh)) return value.DecidedBy(DecidersOf(block));
        // A value that a loop tries until a read is content with it was chosen by that read.
        return !value.Origins.Any(o => o.IsRow) && _flow.IsInLoop(block) ? value.DecidedBy(DecidersOf(block).Where(o => o.Kind == OriginKind.Result).ToImmutableArray()) : value;
    }

    private void Use(Value value)
    {
        if (!_recording) return;
        foreach (var origin in value.Origins)
            if (origin.IsRow) (_used ??= ImmutableHashSet.CreateBuilder<Read>()).Add(origin.Read!);
    }

    private Read ReadAt(SyntaxNode node, object? inner, SyntaxNode? site, ReadKind kind, Query query)
    {
        if (!_reads.TryGetValue((node, inner, site), out var read)) _reads[(node, inner, site)] = read = new Read(node, inner, site) { Kind = kind, Query = query };
        else if (!read.Query.Equals(query)) read.Query = read.Query.Where(query.Conditions);
        return read;
    }
}

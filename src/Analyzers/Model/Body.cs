using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>
/// What one body (a method, accessor, constructor, lambda or local function) does to rows: its events in order, what it gives back, and what it
/// refuses to go on without. In terms of its parameters, so that it can be put in the place of a call.
/// </summary>
internal sealed class Body
{
    public static readonly Body Empty = new() { IsComplete = true };

    public ISymbol? Symbol { get; init; }
    public SyntaxNode? Syntax { get; init; }
    public ControlFlow? Flow { get; init; }
    public ImmutableArray<Event> Events { get; init; } = ImmutableArray<Event>.Empty;
    /// <summary>The events that a caller needs: what stays within this body (a row read and written here) is its own business.</summary>
    public ImmutableArray<Event> Exported { get; init; } = ImmutableArray<Event>.Empty;
    public Value Returns { get; init; } = Value.Unknown;
    /// <summary>Checks that throw: whoever gets past the call has passed them.</summary>
    public ImmutableArray<Check> Guards { get; init; } = ImmutableArray<Check>.Empty;
    /// <summary>The last values of <c>out</c> and <c>ref</c> parameters, and of members of objects passed in.</summary>
    public ImmutableDictionary<ISymbol, Value> Outs { get; init; } = ImmutableDictionary<ISymbol, Value>.Empty;
    /// <summary>Lambdas and local functions of this body, which are bodies of their own, and where each stands.</summary>
    public ImmutableArray<Nested> Nested { get; init; } = ImmutableArray<Nested>.Empty;
    /// <summary>Rows that are used other than by asking whether they are there.</summary>
    public ImmutableHashSet<Read> UsedRows { get; init; } = ImmutableHashSet<Read>.Empty;
    /// <summary>It does something to rows, though nothing of it may concern a caller.</summary>
    public bool IsActive { get; init; }
    /// <summary>No call was cut off for depth.</summary>
    public bool IsComplete { get; init; }
    /// <summary>How many calls deep this body was looked into.</summary>
    public int Height { get; init; }

    /// <summary>Nothing in it touches rows: calls of it need not be looked at again.</summary>
    public bool IsIrrelevant => Events.IsEmpty && Exported.IsEmpty && Guards.IsEmpty && Returns.IsUnknown && Outs.IsEmpty;

    /// <summary>The bodies that stand in this one: a local function can call itself and its neighbours, but it holds only what is written in it.</summary>
    public IEnumerable<Nested> Within()
    {
        foreach (var nested in Nested)
            if (nested.Syntax != Syntax && Syntax!.Span.Contains(nested.Syntax.Span)) yield return nested;
    }

    /// <summary>What callers need of it, without what only its own judgement needs.</summary>
    public Body Summarized() => new()
    {
        Symbol = Symbol,
        Syntax = Syntax,
        Exported = Exported,
        Returns = Returns,
        Guards = Guards,
        Outs = Outs,
        UsedRows = UsedRows,
        IsActive = IsActive,
        IsComplete = IsComplete,
        Height = Height,
    };

    public bool Before(Event a, Event b)
    {
        if (a.Position.Block != b.Position.Block) return Flow!.Reaches(a.Position.Block, b.Position.Block);
        var order = a.Position.Operation.CompareTo(b.Position.Operation);
        if (order == 0) order = a.Position.Inner.CompareTo(b.Position.Inner);
        return order < 0 || (order > 0 && Flow!.IsInLoop(a.Position.Block));
    }

    /// <summary>Whether there is a way from the one to the other that passes none of the stops.</summary>
    public bool ReachesWithout(Event a, Event b, IEnumerable<Event> stops)
    {
        var passed = new HashSet<int>();
        foreach (var stop in stops)
        {
            var (block, here) = (stop.Position.Block, stop.Position.Operation);
            if (block == b.Position.Block && here > b.Position.Operation || block == a.Position.Block && here < a.Position.Operation) continue;
            // On the way out of the first block, or into the last one.
            if (block == a.Position.Block || block == b.Position.Block) return false;
            passed.Add(block);
        }
        return a.Position.Block == b.Position.Block ? Before(a, b) : Flow!.Reaches(a.Position.Block, b.Position.Block, passed);
    }

    public bool Dominates(Event a, Event b)
    {
        if (a.Position.Block != b.Position.Block) return Flow!.Dominates(a.Position.Block, b.Position.Block);
        var order = a.Position.Operation.CompareTo(b.Position.Operation);
        return order < 0 || (order == 0 && a.Position.Inner < b.Position.Inner);
    }
}

/// <summary>A lambda or a local function: a body within a body.</summary>
internal sealed class Nested(IMethodSymbol symbol, SyntaxNode syntax, Func<Microsoft.CodeAnalysis.FlowAnalysis.ControlFlowGraph?> graph)
{
    public IMethodSymbol Symbol { get; } = symbol;
    public SyntaxNode Syntax { get; } = syntax;
    public Microsoft.CodeAnalysis.FlowAnalysis.ControlFlowGraph? Graph() => graph();
    /// <summary>The body in which it stands.</summary>
    public ISymbol? Outer { get; init; }

    public override bool Equals(object? obj) => obj is Nested other && other.Syntax == Syntax;
    public override int GetHashCode() => Syntax.GetHashCode();
}

using System.Collections.Immutable;
using System.Data;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal enum EventKind
{
    Read, Write, Insert, Remove, Update, Save, Begin, Commit, Rollback, Bulk, RawCommand, LockRow, ProcessLock, ProcessUnlock, DistributedLock,
    Clear, Reload, CacheGet, CacheSet, CacheRemove, Send, Effect, Invoke, Return, Throw, Guard, Detach, Call, LockBuilt, Rebase, DatabaseValues,
}

/// <summary>A branch whose condition tells something of what was read.</summary>
/// <param name="Condition">What the condition was computed from.</param>
/// <param name="Node">The condition, in the body that is analyzed.</param>
/// <param name="Site">The call through which the check came, or null when it stands in this body.</param>
/// <param name="Holds">Whether the condition held on the way to what it decides; null when not known.</param>
internal sealed record Check(Value Condition, SyntaxNode Node, SyntaxNode? Site, bool? Holds = null, bool IsLoop = false);

/// <summary>Where an event stands in the order of its body.</summary>
internal readonly record struct Position(int Block, int Operation, int Inner);

/// <summary>Something a body does to rows, contexts, transactions or locks.</summary>
internal sealed class Event
{
    public EventKind Kind { get; init; }
    /// <summary>The expression in the body that is analyzed: the act itself, or the call that leads to it.</summary>
    public SyntaxNode Node { get; init; } = null!;
    /// <summary>The call through which the event came, or null when it stands in this body.</summary>
    public SyntaxNode? Site { get; init; }
    /// <summary>The same event in the callee.</summary>
    public Event? Inner { get; init; }
    public Position Position { get; set; }
    public ImmutableArray<Check> Checks { get; set; } = ImmutableArray<Check>.Empty;
    /// <summary>The checks that go up to callers: the nearest few.</summary>
    public ImmutableArray<Check> ExportedChecks { get; set; }

    public Value Target { get; init; } = Value.Unknown;
    public string? Member { get; init; }
    /// <summary>What is written, inserted, returned, sent or stored.</summary>
    public Value Value { get; init; } = Value.Unknown;
    public Value Context { get; init; } = Value.Unknown;
    public ITypeSymbol? Entity { get; init; }
    public Read? Read { get; init; }
    public Query? Query { get; init; }
    public IsolationLevel Level { get; init; } = IsolationLevel.Unspecified;
    /// <summary>A transaction scope rather than a transaction of one context; its options are in <see cref="Level"/> and the flags below.</summary>
    public bool IsScope { get; init; }
    public bool IsSuppressed { get; init; }
    public bool FlowsAsync { get; init; } = true;
    /// <summary>The result of a bulk command (its affected rows) is looked at.</summary>
    public bool ResultUsed { get; init; }
    public bool ByShape { get; init; }
    /// <summary>The write, the insert or the update is saved by the call itself.</summary>
    public bool SavesItself { get; init; }
    public string? Name { get; init; }
    public ImmutableArray<Value> Arguments { get; init; } = ImmutableArray<Value>.Empty;
    public ImmutableArray<(string Member, Value Value, SyntaxNode Node)> Setters { get; init; } = ImmutableArray<(string Member, Value Value, SyntaxNode Node)>.Empty;

    public SyntaxNode Origin => Inner?.Origin ?? Node;

    /// <summary>Where one of the checks truly stands: those that came with the event are the first.</summary>
    public SyntaxNode OriginOf(int check) => Inner is { } inner && check < inner.HandedOn.Length ? inner.OriginOf(check) : Checks[check].Node;

    private ImmutableArray<Check> HandedOn => ExportedChecks.IsDefault ? Checks : ExportedChecks;

    public Event Map(SyntaxNode node, SyntaxNode site, ITerms terms) => new()
    {
        // What is attached is new when it was made on the way.
        Kind = Kind == EventKind.Update && Name is "Attach" or "AttachRange" && terms.Map(Value).Origins.Any(o => o.Subject is Fresh) ? EventKind.Insert : Kind,
        Node = node,
        Site = site,
        Inner = this,
        Checks = ImmutableArray.CreateRange(HandedOn, static (c, to) => to.terms.Map(c, to.node), (terms, node)),
        Target = terms.Map(Target),
        Member = Member,
        Value = terms.Map(Value),
        Context = terms.Map(Context),
        Entity = terms.Map(Entity),
        Read = Read is null ? null : terms.Map(Read),
        Query = Query is null ? null : terms.Map(Query),
        Level = Level,
        IsScope = IsScope,
        IsSuppressed = IsSuppressed,
        FlowsAsync = FlowsAsync,
        ResultUsed = ResultUsed,
        ByShape = ByShape,
        SavesItself = SavesItself,
        Name = Name,
        Arguments = Arguments.IsEmpty ? Arguments : ImmutableArray.CreateRange(Arguments, terms.Map),
        Setters = Setters.IsEmpty ? Setters : ImmutableArray.CreateRange(Setters, static (s, terms) => (s.Member, terms.Map(s.Value), s.Node), terms),
    };
}

/// <summary>The terms of a caller: what a callee's values, reads and checks are there.</summary>
internal interface ITerms
{
    Value Map(Value value);
    Read Map(Read read);
    Query Map(Query query);
    ITypeSymbol? Map(ITypeSymbol? type);
    /// <summary>The check as seen from <paramref name="node"/>.</summary>
    Check Map(Check check, SyntaxNode node);
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace RaceAnalyzers.Flow;

/// <summary>What locals, parameters, flow captures and written members hold at a point of the body.</summary>
internal sealed class State
{
    public static readonly State Empty = new(ImmutableDictionary.Create<ISymbol, Value>(SymbolEqualityComparer.Default), ImmutableDictionary<CaptureId, Value>.Empty, ImmutableDictionary<(Thing, string), Value>.Empty);

    public ImmutableDictionary<ISymbol, Value> Locals { get; }
    public ImmutableDictionary<CaptureId, Value> Captures { get; }
    /// <summary>What was written to a member of a row or of an object from outside, on every way to this point: whoever asks for it now is given that.</summary>
    public ImmutableDictionary<(Thing Thing, string Member), Value> Written { get; }

    private State(ImmutableDictionary<ISymbol, Value> locals, ImmutableDictionary<CaptureId, Value> captures, ImmutableDictionary<(Thing, string), Value> written)
    {
        Locals = locals;
        Captures = captures;
        Written = written;
    }

    public State With(ISymbol symbol, Value value) => new(Locals.SetItem(symbol, value), Captures, Written);
    public State With(CaptureId capture, Value value) => new(Locals, Captures.SetItem(capture, value), Written);
    public State With(Thing thing, string member, Value value) => new(Locals, Captures, Written.SetItem((thing, member), value));

    /// <summary>What was written is no longer what the members hold: they were read anew.</summary>
    public State WithoutWritten() => Written.IsEmpty ? this : new(Locals, Captures, Written.Clear());

    /// <summary>The state where two paths meet; the same instance when nothing is new.</summary>
    public static State Join(State? a, State b)
    {
        if (a is null || ReferenceEquals(a, b)) return a ?? b;
        var locals = Join(a.Locals, b.Locals);
        var captures = Join(a.Captures, b.Captures);
        var written = Meet(a.Written, b.Written);
        return ReferenceEquals(locals, a.Locals) && ReferenceEquals(captures, a.Captures) && ReferenceEquals(written, a.Written) ? a : new State(locals, captures, written);
    }

    /// <summary>A member that one of the two paths did not write may hold what was read.</summary>
    private static ImmutableDictionary<(Thing, string), Value> Meet(ImmutableDictionary<(Thing, string), Value> a, ImmutableDictionary<(Thing, string), Value> b)
    {
        if (ReferenceEquals(a, b) || a.IsEmpty) return a;
        ImmutableDictionary<(Thing, string), Value>.Builder? met = null;
        foreach (var pair in a)
            if (!b.TryGetValue(pair.Key, out var other)) (met ??= a.ToBuilder()).Remove(pair.Key);
            else if (Value.Join(pair.Value, other) is var both && !ReferenceEquals(both, pair.Value) && !both.Equals(pair.Value)) (met ??= a.ToBuilder())[pair.Key] = both;
        return met?.ToImmutable() ?? a;
    }

    private static ImmutableDictionary<TKey, Value> Join<TKey>(ImmutableDictionary<TKey, Value> a, ImmutableDictionary<TKey, Value> b) where TKey : notnull
    {
        if (ReferenceEquals(a, b)) return a;
        ImmutableDictionary<TKey, Value>.Builder? joined = null;
        foreach (var pair in b)
        {
            if (!a.TryGetValue(pair.Key, out var mine))
            {
                (joined ??= a.ToBuilder())[pair.Key] = pair.Value;
                continue;
            }
            if (ReferenceEquals(mine, pair.Value)) continue;
            var both = Value.Join(mine, pair.Value);
            if (!ReferenceEquals(both, mine) && !both.Equals(mine)) (joined ??= a.ToBuilder())[pair.Key] = both;
        }
        return joined?.ToImmutable() ?? a;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace RaceAnalyzers.Flow;

/// <summary>What locals, parameters and flow captures hold at a point of the body.</summary>
internal sealed class State(ImmutableDictionary<ISymbol, Value> locals, ImmutableDictionary<CaptureId, Value> captures)
{
    public static readonly State Empty = new(ImmutableDictionary.Create<ISymbol, Value>(SymbolEqualityComparer.Default), ImmutableDictionary<CaptureId, Value>.Empty);

    public ImmutableDictionary<ISymbol, Value> Locals { get; } = locals;
    public ImmutableDictionary<CaptureId, Value> Captures { get; } = captures;

    public State With(ISymbol symbol, Value value) => new(Locals.SetItem(symbol, value), Captures);
    public State With(CaptureId capture, Value value) => new(Locals, Captures.SetItem(capture, value));

    /// <summary>The state where two paths meet; the same instance when nothing is new.</summary>
    public static State Join(State? a, State b)
    {
        if (a is null || ReferenceEquals(a, b)) return a ?? b;
        var locals = Join(a.Locals, b.Locals);
        var captures = Join(a.Captures, b.Captures);
        return ReferenceEquals(locals, a.Locals) && ReferenceEquals(captures, a.Captures) ? a : new State(locals, captures);
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

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace RaceAnalyzers.Flow;

/// <summary>What locals, parameters, flow captures and written members hold at a point of the body. Immutable.</summary>
internal sealed class State
{
    private static readonly ImmutableDictionary<(Thing Thing, string Member), Value> NothingWritten = ImmutableDictionary<(Thing, string), Value>.Empty;

    private readonly Slots _slots;
    private readonly Value?[] _values;
    /// <summary>What was written to a member of a row or of an object from outside, on every way to this point: whoever asks for it now is given that.</summary>
    private readonly ImmutableDictionary<(Thing Thing, string Member), Value> _written;

    private State(Slots slots, Value?[] values, ImmutableDictionary<(Thing, string), Value> written)
    {
        _slots = slots;
        _values = values;
        _written = written;
    }

    /// <summary>The state at the begin of a body.</summary>
    public static State Begin() => new(new Slots(), [], NothingWritten);

    public Value? Of(ISymbol symbol) => At(_slots.Find(symbol));
    public Value? Of(CaptureId capture) => At(_slots.Find(capture));
    public Value? Of(Thing thing, string member) => !_written.IsEmpty && _written.TryGetValue((thing, member), out var value) ? value : null;

    public State With(ISymbol symbol, Value value) => With(_slots.Of(symbol), value);
    public State With(CaptureId capture, Value value) => With(_slots.Of(capture), value);
    public State With(Thing thing, string member, Value value) => new(_slots, _values, _written.SetItem((thing, member), value));

    /// <summary>What was written is no longer what the members hold: they were read anew.</summary>
    public State WithoutWritten() => _written.IsEmpty ? this : new(_slots, _values, NothingWritten);

    private Value? At(int slot) => slot >= 0 && slot < _values.Length ? _values[slot] : null;

    private State With(int slot, Value value)
    {
        var values = new Value?[Math.Max(_values.Length, slot + 1)];
        Array.Copy(_values, values, _values.Length);
        values[slot] = value;
        return new(_slots, values, _written);
    }

    /// <summary>The state where two paths meet; the same instance when nothing is new.</summary>
    public static State Join(State? a, State b)
    {
        if (a is null || ReferenceEquals(a, b)) return a ?? b;
        var values = Join(a._values, b._values);
        var written = Meet(a._written, b._written);
        return ReferenceEquals(values, a._values) && ReferenceEquals(written, a._written) ? a : new State(a._slots, values, written);
    }

    /// <summary>A member that one of the two paths did not write may hold what was read.</summary>
    private static ImmutableDictionary<(Thing, string), Value> Meet(ImmutableDictionary<(Thing, string), Value> a, ImmutableDictionary<(Thing, string), Value> b)
    {
        if (ReferenceEquals(a, b) || a.IsEmpty) return a;
        ImmutableDictionary<(Thing, string), Value>.Builder? met = null;
        foreach (var pair in a)
            if (!b.TryGetValue(pair.Key, out var other)) (met ??= a.ToBuilder()).Remove(pair.Key);
            else if (Joined(pair.Value, other) is var both && !ReferenceEquals(both, pair.Value)) (met ??= a.ToBuilder())[pair.Key] = both;
        return met?.ToImmutable() ?? a;
    }

    private static Value?[] Join(Value?[] a, Value?[] b)
    {
        if (ReferenceEquals(a, b)) return a;
        Value?[]? joined = null;
        for (var i = 0; i < b.Length; i++)
        {
            if (b[i] is not { } other) continue;
            var mine = i < a.Length ? a[i] : null;
            var both = mine is null ? other : Joined(mine, other);
            if (ReferenceEquals(both, mine)) continue;
            if (joined is null) Array.Copy(a, joined = new Value?[Math.Max(a.Length, b.Length)], a.Length);
            joined[i] = both;
        }
        return joined ?? a;
    }

    /// <summary>The first of the two where the other one adds nothing.</summary>
    private static Value Joined(Value a, Value b) => Value.Join(a, b) is var both && both.Equals(a) ? a : both;

    /// <summary>The places that the locals, parameters and captures of one body have in its states, in the order in which they were first set.</summary>
    private sealed class Slots
    {
        private readonly Dictionary<ISymbol, int> _symbols = new(SymbolEqualityComparer.Default);
        private readonly Dictionary<CaptureId, int> _captures = [];

        public int Find(ISymbol symbol) => _symbols.TryGetValue(symbol, out var slot) ? slot : -1;
        public int Find(CaptureId capture) => _captures.TryGetValue(capture, out var slot) ? slot : -1;

        public int Of(ISymbol symbol) => Find(symbol) is >= 0 and var slot ? slot : _symbols[symbol] = _symbols.Count + _captures.Count;
        public int Of(CaptureId capture) => Find(capture) is >= 0 and var slot ? slot : _captures[capture] = _symbols.Count + _captures.Count;
    }
}

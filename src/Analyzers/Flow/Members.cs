using System.Collections;

namespace RaceAnalyzers.Flow;

/// <summary>The members of an object by name, in the order of their names; most objects have a few. Immutable.</summary>
internal sealed class Members : IEnumerable<KeyValuePair<string, Value>>, IEquatable<Members>
{
    public static readonly Members Empty = new([]);

    private readonly KeyValuePair<string, Value>[] _all;

    public int Count => _all.Length;
    /// <summary>How many members there are, those of members included.</summary>
    public int Parts { get; }
    /// <summary>How deep they go.</summary>
    public int Depth { get; }

    private Members(KeyValuePair<string, Value>[] all)
    {
        _all = all;
        Parts = all.Length;
        foreach (var member in all)
            if (member.Value.Members is { } inner)
            {
                Parts += inner.Parts;
                Depth = Math.Max(Depth, inner.Depth);
            }
        if (all.Length > 0) Depth++;
    }

    public IEnumerable<Value> Values => _all.Select(m => m.Value);

    public bool ContainsKey(string name) => IndexOf(name) >= 0;

    public bool TryGetValue(string name, out Value value)
    {
        var index = IndexOf(name);
        value = index >= 0 ? _all[index].Value : Value.Unknown;
        return index >= 0;
    }

    public Members With(string name, Value value)
    {
        var index = IndexOf(name);
        var all = new KeyValuePair<string, Value>[index >= 0 ? _all.Length : _all.Length + 1];
        var at = index >= 0 ? index : ~index;
        Array.Copy(_all, all, at);
        all[at] = new(name, value);
        Array.Copy(_all, index >= 0 ? at + 1 : at, all, at + 1, all.Length - at - 1);
        return new(all);
    }

    /// <summary>These members and the others; <paramref name="both"/> says what a name holds that both have. The same instance when nothing is new.</summary>
    public Members With(Members others, Func<Value, Value, Value> both)
    {
        if (_all.Length == 0) return others;
        // Made when the first new one is found: up to there these are the members.
        KeyValuePair<string, Value>[]? all = null;
        int i = 0, j = 0, count = 0;
        for (; i < _all.Length || j < others._all.Length; count++)
        {
            var order = i == _all.Length ? 1 : j == others._all.Length ? -1 : string.CompareOrdinal(_all[i].Key, others._all[j].Key);
            var next = order < 0 ? _all[i] : order > 0 ? others._all[j] : new(_all[i].Key, both(_all[i].Value, others._all[j].Value));
            if (all is null && (order > 0 || !ReferenceEquals(next.Value, _all[i].Value))) Array.Copy(_all, all = new KeyValuePair<string, Value>[_all.Length + others._all.Length - j], i);
            if (all is not null) all[count] = next;
            if (order <= 0) i++;
            if (order >= 0) j++;
        }
        if (all is null) return this;
        Array.Resize(ref all, count);
        return new(all);
    }

    public Members Select(Func<Value, Value> change)
    {
        KeyValuePair<string, Value>[]? all = null;
        for (var i = 0; i < _all.Length; i++)
        {
            var changed = change(_all[i].Value);
            if (all is null && !ReferenceEquals(changed, _all[i].Value)) Array.Copy(_all, all = new KeyValuePair<string, Value>[_all.Length], i);
            if (all is not null) all[i] = new(_all[i].Key, changed);
        }
        return all is null ? this : new(all);
    }

    private int IndexOf(string name)
    {
        int low = 0, high = _all.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_all[middle].Key, name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    public bool Equals(Members? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || _all.Length != other._all.Length) return false;
        for (var i = 0; i < _all.Length; i++)
            if (_all[i].Key != other._all[i].Key || !_all[i].Value.Equals(other._all[i].Value)) return false;
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Members);
    public override int GetHashCode() => _all.Length;

    public Enumerator GetEnumerator() => new(_all);
    IEnumerator<KeyValuePair<string, Value>> IEnumerable<KeyValuePair<string, Value>>.GetEnumerator() => ((IEnumerable<KeyValuePair<string, Value>>)_all).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => _all.GetEnumerator();

    public struct Enumerator(KeyValuePair<string, Value>[] all)
    {
        private int _next;

        public KeyValuePair<string, Value> Current { get; private set; }

        public bool MoveNext()
        {
            if (_next == all.Length) return false;
            Current = all[_next++];
            return true;
        }
    }
}

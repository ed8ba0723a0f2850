using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;

namespace RaceAnalyzers.Flow;

internal enum OriginKind
{
    /// <summary>The value is the thing itself (or a collection of such things).</summary>
    Is,
    /// <summary>The value was computed from a member of the thing; <c>*</c> where which one is not known.</summary>
    Of,
    /// <summary>The value tells what a read gave: that a row exists, how many, their sum.</summary>
    Result,
    /// <summary>The value is a query that is not executed yet.</summary>
    Query,
    /// <summary>The value is a delegate whose body is known.</summary>
    Delegate,
}

/// <summary>One source of a value.</summary>
/// <param name="IsComputed">The value was computed from the source, and is not a copy of it.</param>
internal readonly record struct Origin(OriginKind Kind, object Subject, string? Member = null, bool IsComputed = false)
{
    public const string Whole = "*";
    /// <summary>A value that was made up here: nobody else has it.</summary>
    public const string Generated = "~";

    public static Origin Is(Thing thing) => new(OriginKind.Is, thing);
    public static Origin Of(Thing thing, string member) => new(OriginKind.Of, thing, member);
    public static Origin Result(Model.Read read) => new(OriginKind.Result, read);
    public static Origin Query(Model.Query query) => new(OriginKind.Query, query);
    public static Origin Delegate(object body) => new(OriginKind.Delegate, body);

    public Thing? Thing => Subject as Thing;
    public Model.Read? Read => Subject as Model.Read;
    public bool IsRow => Kind == OriginKind.Is && Subject is Model.Read;

    // What is cheap to tell apart comes first: no comparison is made more often.
    public bool Equals(Origin other) => Kind == other.Kind && IsComputed == other.IsComputed && Member == other.Member && (ReferenceEquals(Subject, other.Subject) || Subject.Equals(other.Subject));
    public override int GetHashCode() => Subject.GetHashCode() * 31 + (int)Kind;
}

/// <summary>
/// What is known of a value at a point: where it comes from, what decided it (an implicit flow: a flag set under a check), and the
/// members of an object that was put together here. Immutable; joined where paths meet.
/// </summary>
internal sealed class Value : IEquatable<Value>
{
    /// <summary>Beyond this many origins a value says too little to speak of.</summary>
    private const int MostOrigins = 24;
    private const int DeepestMembers = 3;
    /// <summary>Beyond this many members of members an object is known by its own members only.</summary>
    private const int MostParts = 100;

    public static readonly Value Unknown = new(ImmutableArray<Origin>.Empty, ImmutableArray<Origin>.Empty);

    public ImmutableArray<Origin> Origins { get; }
    public ImmutableArray<Origin> Decided { get; }
    public Members? Members { get; }
    public Microsoft.CodeAnalysis.Optional<object?> Constant { get; }
    /// <summary>The two sides of the comparison that gave this truth value.</summary>
    public Comparison? Comparison { get; }
    private Value? _derived;

    private Value(ImmutableArray<Origin> origins, ImmutableArray<Origin> decided, Members? members = null,
        Microsoft.CodeAnalysis.Optional<object?> constant = default, Comparison? comparison = null)
    {
        Origins = origins;
        Decided = decided;
        Members = members;
        Constant = constant;
        Comparison = comparison;
    }

    public static Value From(Origin origin) => new(ImmutableArray.Create(origin), ImmutableArray<Origin>.Empty);
    public static Value From(IEnumerable<Origin> origins) => From(origins, ImmutableArray<Origin>.Empty);
    public static Value From(IEnumerable<Origin> origins, ImmutableArray<Origin> decided) => new(Distinct(origins), decided);
    public static Value From(ImmutableArray<Origin> origins, ImmutableArray<Origin> decided) => new(Distinct(origins), decided);
    public static Value OfConstant(object? constant) => new(ImmutableArray<Origin>.Empty, ImmutableArray<Origin>.Empty, null, constant);

    public bool IsUnknown => Origins.IsEmpty && Decided.IsEmpty && Members is null && !Constant.HasValue;

    public Value With(string member, Value value) =>
        new(Origins, Decided, Bounded((Members ?? Members.Empty).With(member, value.Trim(DeepestMembers))), Constant, null);

    public Value With(Members members) =>
        new(Origins, Decided, Bounded((Members ?? Members.Empty).With(members.Select(m => m.Trim(DeepestMembers)), (_, added) => added)), Constant, null);

    /// <summary>The members, without members of their own where these are too many. All of them: which one came last must not matter.</summary>
    private static Members Bounded(Members members) => members.Parts - members.Count <= MostParts ? members : members.Select(m => m.Trim(0));

    public Value WithMembers(Members? members) => new(Origins, Decided, members, Constant, Comparison);
    public Value WithComparison(Comparison comparison) => new(Origins, Decided, Members, Constant, comparison);
    public Value DecidedBy(ImmutableArray<Origin> checks) => checks.IsEmpty ? this : new(Origins, Union(Decided, Distinct(checks)), Members, Constant, Comparison);

    /// <summary>Whether it tells about anything at all.</summary>
    public bool HasOrigins => !Origins.IsEmpty || !Decided.IsEmpty || Members is not null && Members.Values.Any(m => m.HasOrigins);

    /// <summary>All that the value tells about, explicitly or by what decided it, members of a built object included.</summary>
    public IEnumerable<Origin> AllOrigins()
    {
        foreach (var origin in Origins) yield return origin;
        foreach (var origin in Decided) yield return origin;
        if (Members is null) yield break;
        foreach (var member in Members)
            foreach (var origin in member.Value.AllOrigins()) yield return origin;
    }

    /// <summary>What the value, or a part of it, was made from; what decided it left out.</summary>
    public IEnumerable<Origin> Sources()
    {
        foreach (var origin in Origins) yield return origin;
        if (Members is null) yield break;
        foreach (var member in Members)
            foreach (var origin in member.Value.Sources()) yield return origin;
    }

    /// <summary>A value computed from this one: no longer the thing itself.</summary>
    public Value Derived() => _derived ??= MakeDerived();

    private Value MakeDerived()
    {
        if (Members is null && Comparison is null && !Constant.HasValue && Origins.All(IsDerived)) return this;
        var derived = ImmutableArray.CreateBuilder<Origin>(Origins.Length);
        foreach (var origin in Origins)
            if (origin.Kind != OriginKind.Delegate) Add(derived, IsDerived(origin) ? origin : origin.Kind == OriginKind.Is ? Origin.Of(origin.Thing!, Origin.Whole) with { IsComputed = true } : origin with { IsComputed = true });
        if (Members is { } members)
            foreach (var member in members)
                foreach (var origin in member.Value.Derived().Origins) Add(derived, origin);
        return derived.Count == 0 && Decided.IsEmpty ? Unknown : new(derived.Built(), Decided);
    }

    private static bool IsDerived(Origin origin) => origin.Kind is OriginKind.Result or OriginKind.Query || origin is { Kind: OriginKind.Of, IsComputed: true };

    private Value With(Func<Origin, Origin> change)
    {
        var changed = ImmutableArray.CreateBuilder<Origin>(Origins.Length);
        foreach (var origin in Origins) Add(changed, change(origin));
        return new(changed.Built(), Decided, Members, default, Comparison);
    }

    /// <summary>A part of the value, whichever: no longer the thing itself, and yet not computed from it.</summary>
    public Value Part()
    {
        var parts = ImmutableArray.CreateBuilder<Origin>(Origins.Length);
        foreach (var origin in Origins)
            if (origin.Kind != OriginKind.Delegate) Add(parts, origin.Kind == OriginKind.Is ? Origin.Of(origin.Thing!, Origin.Whole) : origin);
        return new(parts.Built(), Decided);
    }

    /// <summary>Which member it was computed from no longer tells what it is: the origins stay, their members do not.</summary>
    public Value Blurred() => Origins.IsEmpty ? this : new(With(o => o.Kind == OriginKind.Of && o.Subject is Model.Read ? Origin.Of(o.Thing!, Origin.Whole) : o).Origins, Decided);

    /// <summary>The same value turned over: not a copy any more, and yet the same question.</summary>
    public Value Negated()
    {
        var negated = With(o => o.Kind == OriginKind.Of ? o with { IsComputed = true } : o);
        return Comparison is null ? negated : negated.WithComparison(Comparison.Negated());
    }

    /// <summary>What is known where two paths meet; <paramref name="a"/> itself when the other one adds nothing.</summary>
    public static Value Join(Value a, Value b)
    {
        if (ReferenceEquals(a, b)) return a;
        var members = a.Members;
        if (b.Members is { } others)
        {
            members = members is null ? others : members.With(others, Join);
            if (!ReferenceEquals(members, a.Members)) members = Bounded(members);
        }
        var constant = a.Constant.HasValue && b.Constant.HasValue && Equals(a.Constant.Value, b.Constant.Value) ? a.Constant : default;
        var origins = Union(a.Origins, b.Origins);
        var decided = Union(a.Decided, b.Decided);
        return origins == a.Origins && decided == a.Decided && ReferenceEquals(members, a.Members) && constant.HasValue == a.Constant.HasValue
            ? a
            : new(origins, decided, members, constant, ReferenceEquals(a.Comparison, b.Comparison) ? a.Comparison : null);
    }

    /// <summary>A value computed from several.</summary>
    public static Value Computed(params Value[] parts)
    {
        var result = Unknown;
        foreach (var part in parts) result = Join(result, part.Derived());
        return result;
    }

    private Value Trim(int depth) =>
        (Members?.Depth ?? 0) <= depth ? this : depth == 0 ? Derived() : new(Origins, Decided, Members!.Select(m => m.Trim(depth - 1)), Constant, Comparison);

    private static ImmutableArray<Origin> Union(ImmutableArray<Origin> a, ImmutableArray<Origin> b)
    {
        if (b.IsEmpty || a == b) return a;
        if (a.IsEmpty) return b;
        // Those that are new, a bit for each: no more than MostOrigins count.
        var added = 0u;
        var count = a.Length;
        for (var i = 0; i < b.Length && i < MostOrigins && count < MostOrigins; i++)
        {
            // The same origins, found twice, stand in the same order.
            if (i < a.Length && a[i].Equals(b[i]) || a.Contains(b[i])) continue;
            added |= 1u << i;
            count++;
        }
        if (added == 0) return a;
        var union = ImmutableArray.CreateBuilder<Origin>(count);
        union.AddRange(a);
        for (var i = 0; added >> i != 0; i++)
            if ((added >> i & 1) != 0) union.Add(b[i]);
        return union.MoveToImmutable();
    }

    public static ImmutableArray<Origin> Distinct(IEnumerable<Origin> origins)
    {
        // Most values have one origin.
        var first = default(Origin);
        var count = 0;
        ImmutableArray<Origin>.Builder? distinct = null;
        foreach (var origin in origins)
        {
            if (count++ == 0)
            {
                first = origin;
                continue;
            }
            if (distinct is null) (distinct = ImmutableArray.CreateBuilder<Origin>(4)).Add(first);
            Add(distinct, origin);
        }
        return distinct?.ToImmutable() ?? (count == 0 ? ImmutableArray<Origin>.Empty : ImmutableArray.Create(first));
    }

    public static ImmutableArray<Origin> Distinct(ImmutableArray<Origin> origins)
    {
        for (var i = 1; i < origins.Length; i++)
            if (i >= MostOrigins || origins.IndexOf(origins[i], 0, i) >= 0) return Distinct((IEnumerable<Origin>)origins);
        return origins;
    }

    private static void Add(ImmutableArray<Origin>.Builder origins, Origin origin)
    {
        if (origins.Count < MostOrigins && !origins.Contains(origin)) origins.Add(origin);
    }

    public bool Equals(Value? other) =>
        ReferenceEquals(this, other) || other is not null && Same(Origins, other.Origins) && Same(Decided, other.Decided) && Equals(Constant, other.Constant) && Equals(Members, other.Members);

    private static bool Same(ImmutableArray<Origin> a, ImmutableArray<Origin> b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
            if (!a[i].Equals(b[i]) && !b.Contains(a[i])) return false;
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Value);
    public override int GetHashCode() => Origins.Length * 31 + Decided.Length;
}

internal static class OriginBuilder
{
    /// <summary>What was built, without a copy where it filled its place; the builder is empty afterwards.</summary>
    public static ImmutableArray<Origin> Built(this ImmutableArray<Origin>.Builder origins) => origins.Count == origins.Capacity ? origins.MoveToImmutable() : origins.ToImmutable();
}

/// <summary>The two sides of a comparison, and whether it asks for equality.</summary>
internal sealed record Comparison(Value Left, Value Right, BinaryOperatorKind Operator)
{
    public Comparison Negated() => this with
    {
        Operator = Operator switch
        {
            BinaryOperatorKind.Equals => BinaryOperatorKind.NotEquals,
            BinaryOperatorKind.NotEquals => BinaryOperatorKind.Equals,
            BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThanOrEqual,
            BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThan,
            BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThanOrEqual,
            BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThan,
            var other => other,
        },
    };

    /// <summary>Which one is more is asked, not whether they are equal.</summary>
    public bool IsOfOrder => Operator is not BinaryOperatorKind.Equals and not BinaryOperatorKind.NotEquals;
}

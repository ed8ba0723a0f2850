using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Questions on two values.</summary>
internal static class Values
{
    /// <summary>Both come from the same source: the same input, the same member of the same row, the same constant.</summary>
    public static bool AreSame(Value a, Value b)
    {
        if (a.Constant is { HasValue: true, Value: { } x } && b.Constant is { HasValue: true, Value: { } y }) return x.Equals(y);
        foreach (var origin in Pinned(a))
            foreach (var other in Pinned(b))
            {
                if (origin.Subject is Outside p && other.Subject is Outside q && IsPrefix(p, q)) return true;
                if (origin.Subject is Fresh f && other.Subject is Fresh g && f.Equals(g)) return true;
                if (origin.Subject is Read r && other.Subject is Read s && r == s) return true;
                if (origin.Subject is Read row && other.Subject is Read key && origin.Kind == OriginKind.Is && key == row) return true;
            }
        return false;
    }

    /// <summary>A member of a row that was asked for by that member is what it was asked for by.</summary>
    private static IEnumerable<Origin> Pinned(Value value)
    {
        foreach (var origin in value.Origins)
        {
            if (origin.Member == Origin.Generated) continue;
            yield return origin;
            if (origin is not { Kind: OriginKind.Of, Member: { } member } || origin.Read is not { } read) continue;
            foreach (var condition in read.AllConditions)
                if (condition.Kind == ConditionKind.Equal && (condition.IsMemberUnknown || condition.Members.Contains(member)))
                    foreach (var pin in condition.Operand.Origins) yield return pin;
        }
    }

    private static bool IsPrefix(Outside a, Outside b)
    {
        if (!SymbolEqualityComparer.Default.Equals(a.Root, b.Root)) return false;
        for (var i = 0; i < Math.Min(a.Path.Length, b.Path.Length); i++)
            if (!SymbolEqualityComparer.Default.Equals(a.Path[i], b.Path[i])) return false;
        return true;
    }
}

using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Model;

/// <summary>Questions on which rows two reads give.</summary>
internal static class Rows
{
    public static bool AreSame(Read a, Read b)
    {
        if (a == b) return true;
        if (a.Database == b.Database && (a == a.Database || b == b.Database)) return true;
        return a.Kind == ReadKind.Row && b.Kind == ReadKind.Row && SymbolEqualityComparer.Default.Equals(a.Entity, b.Entity) && PinSame(a, b);
    }

    /// <summary>Both ask for the same values of the same members.</summary>
    public static bool PinSame(Read a, Read b)
    {
        var pins = a.AllConditions.Where(c => c.Kind == ConditionKind.Equal && !c.Operand.Constant.HasValue).ToArray();
        if (pins.Length == 0) return false;
        foreach (var pin in pins)
            if (!b.AllConditions.Any(c => c.Kind == ConditionKind.Equal && c.Members.SequenceEqual(pin.Members) && !c.Operand.Origins.IsEmpty && c.Operand.Equals(pin.Operand))) return false;
        return true;
    }
}

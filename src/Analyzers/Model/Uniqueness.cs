using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>Whether a unique index, a key or a one-to-one foreign key covers what was checked before an insert.</summary>
internal static class Uniqueness
{
    public static bool Covers(InsertSequence sequence, InsertCheck check)
    {
        foreach (var key in sequence.Facts.UniqueKeys)
            if (!key.Members.IsEmpty && key.Members.All(m => IsChecked(sequence, check, m)) && IsInFilter(sequence, key)) return true;
        return MayCover(sequence, check);
    }

    /// <summary>
    /// Whether the same save inserts a row whose unique key the changed row determines: the second session's save then fails as a whole.
    /// </summary>
    public static bool Protects(RowSequence sequence)
    {
        foreach (var insert in sequence.Model.Inserts)
        {
            if (insert.Save.Event is null || insert.Save.Event != sequence.Save.Event || !IsMadeWith(insert.Insert, sequence)) continue;
            foreach (var key in insert.Facts.UniqueKeys)
                if (!key.Members.IsEmpty && !(key.Source == UniqueKeySource.PrimaryKey && insert.Facts.GeneratedKey) && key.Members.All(m => insert.Inserted(m) is { } value && IsDetermined(sequence, value))) return true;
        }
        return false;
    }

    /// <summary>Whether the insert is made whenever the row is changed: one that stands in for a row that was not there is made when it is not.</summary>
    private static bool IsMadeWith(Event insert, RowSequence sequence)
    {
        if (sequence.Writes.Any(w => w.Target.Origins.Any(o => o.Subject is Flow.Fresh && insert.Value.Origins.Contains(o)))) return false;
        // Through a call only the check is seen, and not its branch.
        if (insert.Site is not null && SymbolEqualityComparer.Default.Equals(insert.Entity, sequence.Entity) && insert.Checks.Any(c => c.Site == insert.Site && c.Condition.AllOrigins().Any(o => o is { Kind: Flow.OriginKind.Result, Read: { Kind: ReadKind.Row } asked } && sequence.IsSameRow(asked)))) return false;
        if (sequence.Model.Body.Flow is not { } flow) return true;
        var decided = new HashSet<int>(flow.Deciders(sequence.Save.Event!.Position.Block).Concat(flow.Deciders(sequence.Writes[0].Position.Block)));
        return flow.Deciders(insert.Position.Block).All(decided.Contains);
    }

    private static bool IsDetermined(RowSequence sequence, Flow.Value value) =>
        value.Constant.HasValue || value.Origins.Any(o => o.Read is { } row && sequence.IsSameRow(row))
        || sequence.Row.AllConditions.Any(c => c.Kind == ConditionKind.Equal && Values.AreSame(c.Operand, value));

    /// <summary>Whether all columns that were checked are known: a constructor out of sight may set one under another name.</summary>
    public static bool IsKnown(InsertSequence sequence, InsertCheck check) =>
        check.Members.All(m => sequence.Entity.FindMember(m.Split('.')[0]) is not null) || sequence.Facts.UniqueKeys.All(k => k.Source == UniqueKeySource.PrimaryKey);

    /// <summary>
    /// A row of a link is known by its whole composite key. Where a part of that key is what was asked about, what pins the others may be out of sight: a row
    /// that was read before, a key of two values.
    /// </summary>
    private static bool MayCover(InsertSequence sequence, InsertCheck check) =>
        !sequence.Facts.GeneratedKey && sequence.Facts.KeyMembers.Length > 1 && check.Members.Any(sequence.Facts.KeyMembers.Contains) && check.Members.All(sequence.Facts.KeyMembers.Contains);

    private static bool IsChecked(InsertSequence sequence, InsertCheck check, string member)
    {
        if (check.Members.Contains(member)) return true;
        // ASP.NET Core Identity's managers write the normalized name beside the name.
        if (member is "NormalizedUserName" or "NormalizedName" && sequence.Entity.FindMember(member)?.ContainingNamespace.ToDisplayString() == "Microsoft.AspNetCore.Identity") return IsChecked(sequence, check, member.Substring("Normalized".Length));
        if (IsMadeFromChecked(sequence, check, member)) return true;
        foreach (var foreign in sequence.Facts.ForeignKeys)
            if (foreign.Members.Contains(member) && foreign.Navigation is { } navigation && check.Members.Any(m => m == navigation || m.StartsWith(navigation + ".", StringComparison.Ordinal))) return true;
        return false;
    }

    /// <summary>The insert computes the column from what the check compares: who finds no row with the one collides in the other.</summary>
    private static bool IsMadeFromChecked(InsertSequence sequence, InsertCheck check, string member) =>
        !check.Members.IsEmpty && sequence.Inserted(member) is { } value && !value.Constant.HasValue
        && check.Read.AllConditions.Any(c => c.Kind is ConditionKind.Equal or ConditionKind.In && !c.Operand.Constant.HasValue && c.Members.Any(check.Members.Contains) && Values.AreSame(c.Operand, value));

    private static bool IsLeftFalse(InsertSequence sequence, string member) =>
        sequence.Insert.Value.Origins.Any(o => o.Subject is Flow.Fresh) && sequence.Entity.FindMember(member) is IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean };

    /// <summary>A filtered index protects only rows in its filter; one that asks for a value the insert does not give protects nothing.</summary>
    private static bool IsInFilter(InsertSequence sequence, UniqueKey key)
    {
        if (key.Filter is not { } filter) return true;
        foreach (var member in sequence.Facts.Mapped)
        {
            var column = sequence.Facts.Column(member) ?? member;
            var at = filter.IndexOf(column, StringComparison.OrdinalIgnoreCase);
            if (at < 0) continue;
            var rest = filter.Substring(at + column.Length).TrimStart('"', ']', '`', ' ');
            if (rest.StartsWith("IS NOT NULL", StringComparison.OrdinalIgnoreCase)) continue;
            if (!rest.StartsWith("=", StringComparison.Ordinal)) continue;
            if (!MayBe(sequence, member, rest.Substring(1).Trim().Split(' ', ')')[0].Trim('\'', '"'))) return false;
        }
        return true;
    }

    /// <summary>Whether the inserted row has the value that the filter wants; what another part of the application gives is taken to be it.</summary>
    private static bool MayBe(InsertSequence sequence, string member, string wanted)
    {
        object? given = sequence.Inserted(member) is { } set ? set.Constant is { HasValue: true, Value: { } constant } ? constant : null : IsLeftFalse(sequence, member) ? false : null;
        if (given is null) return !(sequence.Insert.Value.Members?.ContainsKey(member) ?? false);
        if (given is bool flag) return wanted.ToUpperInvariant() is not ("0" or "1" or "TRUE" or "FALSE") || flag == wanted.ToUpperInvariant() is "1" or "TRUE";
        var name = sequence.Entity.FindMember(member).MemberType() is INamedTypeSymbol { TypeKind: TypeKind.Enum } type ? type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, given))?.Name : null;
        return wanted.Equals(name ?? given.ToString(), StringComparison.OrdinalIgnoreCase) || wanted == given.ToString();
    }
}

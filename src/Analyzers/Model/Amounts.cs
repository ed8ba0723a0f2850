using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Questions on amounts that are used up: transfers and write skew.</summary>
internal static class Amounts
{
    /// <summary>Two relative writes move a common amount: the same input, or both a constant.</summary>
    public static bool AreCommon(Event a, Event b)
    {
        var first = Others(a).ToArray();
        var second = Others(b).ToArray();
        if (first.Length == 0 && second.Length == 0) return true;
        return first.Any(o => second.Contains(o));

        static IEnumerable<Origin> Others(Event e) => e.Value.Origins.Where(o => !(o.Kind == OriginKind.Of && o.Member == e.Member && o.Subject is Read)).Select(o => o.Kind == OriginKind.Is ? Origin.Of(o.Thing!, Origin.Whole) : o with { IsComputed = false });
    }

    /// <summary>The check of an amount or a count, held by rows that the sequence does not write, that decides the act.</summary>
    public static (Check? Check, Read? Read) DecidedElsewhere(RaceModel model, Event act, Read? row, ITypeSymbol entity)
    {
        foreach (var check in act.Checks)
        {
            if (check.IsLoop || check.Condition.Comparison is not { } comparison || !AsksHowMany(comparison)) continue;
            if (check.Site is not null && (check.Site == act.Site || model.Body.Events.Any(e => e.Site == check.Site && e.Kind is EventKind.Write or EventKind.Insert or EventKind.Remove or EventKind.Bulk))) continue;
            foreach (var side in new[] { comparison.Left, comparison.Right })
            {
                var other = side == comparison.Left ? comparison.Right : comparison.Left;
                foreach (var origin in side.Origins)
                {
                    if (origin.Read is not { } read || origin.Kind == OriginKind.Is || !comparison.IsOfOrder && (origin.Kind != OriginKind.Result || row is null) || row is not null && Rows.AreSame(read, row) || IsWritten(model, read) || RaceModel.IsElsewhere(read, act)) continue;
                    // The price that a balance is compared with is no amount that is used up; nor is what is ordered, compared with the stock that is written.
                    if (other.Origins.Any(o => o.Read is { } r && (row is not null && Rows.AreSame(r, row) || IsWritten(model, r)))) continue;
                    // Is it positive, is it set: a price or a rate is looked at in this way, too.
                    if (origin.Kind == OriginKind.Of && other.Constant.HasValue && !model.Engine.Writes.IsUsedUp(origin.Member!)) continue;
                    if (origin.Kind == OriginKind.Of && IsLookedUpBy(model, origin)) continue;
                    if (origin.Kind == OriginKind.Of && !IsUsedUpAmount(model.Engine, read, origin.Member!, IsMoved(act, other))) continue;
                    if (origin.Kind == OriginKind.Result && (read.Kind is not (ReadKind.Count or ReadKind.Aggregate) || read.Query.Source is not null && row is null || AsksForAny(comparison) || row is null && SymbolEqualityComparer.Default.Equals(read.Entity, entity) || !IsAbout(read, entity, row) || row is not null && !IsChangedBy(read, act))) continue;
                    return (check, read);
                }
            }
        }
        return row is null ? Clamped(model, act) : default;
    }

    /// <summary>The count over its own set that decides a command, which itself asks nothing of other rows: the last owner, the last administrator.</summary>
    public static (Check? Check, Read? Read) CountedBefore(RaceModel model, Event command)
    {
        if (command.Query is not { } query || query.Conditions.Any(c => c.Kind == ConditionKind.Other || c.Operand.AllOrigins().Any(o => o.Kind is OriginKind.Result or OriginKind.Query))) return default;
        foreach (var check in command.Checks)
        {
            if (check.IsLoop || check.Site is not null && check.Site == command.Site || check.Condition.Comparison is not { } comparison || !AsksHowMany(comparison) || AsksForAny(comparison)) continue;
            foreach (var origin in comparison.Left.Origins.Concat(comparison.Right.Origins))
                if (origin is { Kind: OriginKind.Result, Read: { Kind: ReadKind.Count } read } && SymbolEqualityComparer.Default.Equals(read.Entity, command.Entity) && !RaceModel.IsElsewhere(read, command)) return (check, read);
        }
        return default;
    }

    /// <summary>An inserted value that was clamped to an amount of a row: <c>Math.Min(amount, wallet.Balance)</c>.</summary>
    private static (Check? Check, Read? Read) Clamped(RaceModel model, Event act)
    {
        foreach (var member in act.Value.Members ?? Members.Empty)
        {
            if (!IsNumber(act.Entity?.FindMember(member.Key).MemberType())) continue;
            foreach (var origin in member.Value.Decided)
                if (origin is { Kind: OriginKind.Of, Member: { } amount, Read: { } read } && member.Value.Origins.Any(o => o.Subject == origin.Subject && o.Member == amount) && member.Value.Origins.Any(o => o.Read?.Database != read.Database)
                    && !IsWritten(model, read) && !RaceModel.IsElsewhere(read, act) && IsUsedUpAmount(model.Engine, read, amount, true) && (!model.Engine.Writes.IsUsedUp(amount) || model.Engine.Writes.IsTakenFrom(amount))) return (null, read);
        }
        return default;
    }

    /// <summary>A number by which another row is asked for is its identifier, and no amount.</summary>
    private static bool IsLookedUpBy(RaceModel model, Origin number) =>
        model.Of(EventKind.Read).Any(e => e.Read!.AllConditions.Any(c => c.Kind == ConditionKind.Equal && c.Operand.Origins.Any(o => o.Kind == OriginKind.Of && o.Member == number.Member && o.Read?.Database == number.Read!.Database)));

    /// <summary>The amount that is compared is what the new row takes.</summary>
    private static bool IsMoved(Event act, Value compared) =>
        act.Value.Members is { } members && members.Values.Any(m => m.Origins.Any(o => compared.Origins.Any(c => Equals(c.Subject, o.Subject))));

    /// <summary>A count over the set whose rows the act changes: the last owner, the last administrator.</summary>
    private static bool IsAbout(Read count, ITypeSymbol entity, Read? row) => row is null || SymbolEqualityComparer.Default.Equals(count.Entity, entity);

    /// <summary>The act changes what was counted: a removal, or a write of a member that the count asks about or the sum is over.</summary>
    private static bool IsChangedBy(Read counted, Event act) =>
        act is not { Kind: EventKind.Write, Member: { } member } || member == Origin.Whole || counted.Kind == ReadKind.Aggregate && (counted.Selector is null || counted.Selector == member)
        || counted.AllConditions.Any(c => c.Members.IsEmpty || c.Members.Contains(member));

    /// <summary><c>Count(…) == 0</c>, <c>Count(…) &gt; 0</c> and <c>Count(…) &lt; 1</c> ask whether there is one.</summary>
    public static bool AsksForAny(Comparison comparison) =>
        Is(comparison.Right, 0) || Is(comparison.Left, 0)
        || Is(comparison.Right, 1) && comparison.Operator is BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThanOrEqual
        || Is(comparison.Left, 1) && comparison.Operator is BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThanOrEqual;

    /// <summary>More or less than a number, or whether only one is left: <c>count == 1</c>.</summary>
    private static bool AsksHowMany(Comparison comparison) => comparison.IsOfOrder || Is(comparison.Right, 1) || Is(comparison.Left, 1);

    /// <summary>On the way to what the check decides, the number was none: <c>updated == 0</c>, or not <c>updated &gt; 0</c>.</summary>
    public static bool FoundNone(Check check) =>
        check is { Holds: { } holds, Condition.Comparison: { } comparison } && AsksForAny(comparison) && holds == (comparison.Right.Constant.HasValue
            ? comparison.Operator is BinaryOperatorKind.Equals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
            : comparison.Operator is BinaryOperatorKind.Equals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual);

    /// <summary>On the way to what the check decides, the read had found some: <c>row != null</c>, <c>count &gt; 0</c>.</summary>
    public static bool FoundSome(Check check, Read read) =>
        check is { Holds: { } holds, Condition.Comparison: { Left.Origins: { IsEmpty: false } asked } comparison } && asked.All(o => o.Read?.Database == read.Database) && (comparison.Right.Constant is { HasValue: true, Value: null } ? holds == (comparison.Operator == BinaryOperatorKind.NotEquals) : AsksForAny(comparison) && !FoundNone(check));

    private static bool Is(Value value, int number) => value.Constant is { HasValue: true, Value: { } constant } && (constant is int i && i == number || constant is long l && l == number);

    private static bool IsUsedUpAmount(Engine engine, Read read, string member, bool isMoved)
    {
        var symbol = read.Entity.FindMember(member.Split('.')[0]);
        if (read.Entity is INamedTypeSymbol entity && engine.Model.Facts(entity) is var facts && (facts.KeyMembers.Contains(member) || facts.IsForeign(member))) return false;
        return IsNumber(symbol.MemberType()) && (engine.Writes.IsUsedUp(member) || isMoved && (IsSettable(symbol!) || !engine.HasSource(symbol!)));
    }

    private static bool IsNumber(ITypeSymbol? type) =>
        type?.WithoutNullable()?.SpecialType is SpecialType.System_Decimal or SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Int16;

    // An amount that nothing in sight changes may be used up by the other half of the application.
    private static bool IsSettable(ISymbol symbol) => symbol is IPropertySymbol { SetMethod: { IsInitOnly: false } };

    private static bool IsWritten(RaceModel model, Read read) =>
        model.Body.Events.Any(e => e.Kind is EventKind.Write or EventKind.Remove && e.Target.Origins.Any(o => o.IsRow && Rows.AreSame(o.Read!, read)));
}

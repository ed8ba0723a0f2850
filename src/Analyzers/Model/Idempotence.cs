using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Questions on what happens when a sequence runs twice and both executions have passed its check: whether twice is once.</summary>
internal sealed class Idempotence(RowSequence sequence)
{
    private ImmutableHashSet<string>? _filledIn;

    /// <summary>A pick by a flag that only sets the flag: twice is once.</summary>
    public bool IsOfPick(Condition picked) =>
        picked.Members.All(m => HasTwoStates(m) || IsCleared(m)) && !sequence.IsWorkDone && !sequence.Model.Of(EventKind.Throw).Any() && sequence.Model.Of(EventKind.Return).Select(Outcome).Distinct().Count() <= 1;

    /// <summary>What the caller is told: nothing, how many rows there were, or what stands there.</summary>
    private string Outcome(Event result) =>
        result.Node == sequence.Model.Body.Syntax ? "" : HowMany(result.Value) ? "0" : result.Node.ToString();

    /// <summary>How many rows there were, or none.</summary>
    private bool HowMany(Value value) => value.Origins.IsEmpty ? value.Constant is { HasValue: true, Value: 0 } : value.Origins.All(o => o.Kind == OriginKind.Result && o.Read?.Database == sequence.Row.Database);

    /// <summary>It is only ever made empty: whoever comes later empties it again.</summary>
    private bool IsCleared(string member) => sequence.Writes.Where(w => w.Member == member).ToArray() is { Length: > 0 } writes && writes.All(w => w.Value.Constant is { HasValue: true, Value: null });

    /// <summary>
    /// Setting what was checked, when twice is once: the member has two states, nothing else happens under the check, and both outcomes return alike.
    /// </summary>
    public bool IsOf(Event write, ImmutableArray<(Check Check, string Member)> checks)
    {
        if (checks.IsEmpty || checks.Any(c => !sequence.Members.Contains(c.Member) || !IsAlikeAfterwards(c.Check, c.Member))) return false;
        var nodes = checks.Select(c => c.Check.Node).ToImmutableHashSet();
        bool Under(Event e) => e.Checks.Any(c => nodes.Contains(c.Node));
        bool Asks(Origin origin) => origin.Kind == OriginKind.Of && origin.Read is { } read && sequence.IsSameRow(read) && checks.Any(c => c.Member == origin.Member);
        foreach (var e in sequence.Model.Body.Events)
            switch (e.Kind)
            {
                case EventKind.Effect when Wrappers.IsNamedForReading(e.Name):
                    break;
                case EventKind.Insert or EventKind.Remove or EventKind.Send or EventKind.Effect or EventKind.Bulk or EventKind.RawCommand or EventKind.CacheSet or EventKind.CacheRemove or EventKind.Throw:
                    if (Under(e)) return false;
                    break;
                // Whoever comes second is refused by a method that throws.
                case EventKind.Guard:
                    if (e.Checks.Any(c => c.Condition.Origins.Any(Asks))) return false;
                    break;
                case EventKind.Write:
                    if (Under(e) && !(e.Target.Origins.Any(o => o.Read == sequence.Row) && e.Member is { } member && (HasTwoStates(member) || RowSequence.IsStamp(e) || sequence.IsTimeFromRow(e) || IsMadeFromRows(member) || IsFilledInAmongOthers(member)))) return false;
                    break;
            }
        // What is told before the check, or beside it, is no outcome of it.
        return sequence.Model.Of(EventKind.Return).Where(e => Under(e) || IsToldBy(e)).Select(Outcome).Distinct().Count() <= 1;

        // The method that asks and changes tells by what it gives how it came out.
        bool IsToldBy(Event e) => e.Checks.Any(c => c.Condition.Decided.Any(Asks));
    }

    /// <summary>Whoever comes later leaves the checked member as the first one did.</summary>
    private bool IsAlikeAfterwards(Check check, string member) =>
        HasTwoStates(member) || IsTouched(member) || IsCleared(member) || IsMadeFromRows(member) || IsFilledIn(check, member) || IsFilledInAmongOthers(member) || IsSetAlike(check, member);

    /// <summary>What rows say is put into it, no state among them: whoever comes later computes the same.</summary>
    private bool IsMadeFromRows(string member) =>
        sequence.Entity.FindMember(member).MemberType() is { TypeKind: not TypeKind.Enum, SpecialType: not SpecialType.System_Boolean }
        && sequence.Writes.Where(w => w.Member == member).All(w => !sequence.IsRelative(w) && w.Value.Origins.Any(o => o.Read is not null) && w.Value.Origins.All(o => o.Read is not null ? o.Kind != OriginKind.Result : IsService(o)));

    /// <summary>A value that is missing is filled in with a fixed one: whoever comes later fills in the same.</summary>
    private bool IsFilledIn(Check check, string member) =>
        check.Condition.Comparison is { } comparison && (IsNothing(comparison.Left) || IsNothing(comparison.Right)) && sequence.Entity.FindMember(member).MemberType() is { TypeKind: not TypeKind.Enum }
        && sequence.Writes.Where(w => w.Member == member).Select(w => w.Value).Distinct().ToArray() is [var given] && IsFixed(given);

    /// <summary>Each of several members is filled in where it is itself missing, with whatever there is: nobody claims a row in this way.</summary>
    public bool IsFilledInAmongOthers(string member) => (_filledIn ??= FilledIn()) is { Count: > 1 } filled && filled.Contains(member);

    private ImmutableHashSet<string> FilledIn()
    {
        return sequence.Members.Where(m => sequence.Writes.All(w => w.Member != m || IsWhereMissing(w, m))).ToImmutableHashSet();

        bool IsWhereMissing(Event write, string member) =>
            write.Kind == EventKind.Write && (write.Checks.Any(c => AsksWhetherMissing(c, member)) || sequence.Row.AllConditions.Any(c => AsksWhetherMissing(c, member)));
    }

    private bool AsksWhetherMissing(Check check, string member)
    {
        return check.Condition.Comparison is { } comparison && (IsNothing(comparison.Right) && IsAsked(comparison.Left) || IsNothing(comparison.Left) && IsAsked(comparison.Right));

        bool IsAsked(Value value) => value.Origins.Any(o => o.Kind == OriginKind.Of && o.Member == member && o.Read is { } read && sequence.IsSameRow(read));
    }

    private static bool AsksWhetherMissing(Condition condition, string member) => condition.Kind == ConditionKind.AnyOf
        ? condition.Alternatives.All(a => a is [var one] && AsksWhetherMissing(one, member))
        : condition.Kind == ConditionKind.Equal && condition.Members is [var asked] && asked == member && IsNothing(condition.Operand);

    /// <summary><c>if (x.State != Done) x.State = Done</c>: whatever it was, it is the same afterwards.</summary>
    private bool IsSetAlike(Check check, string member) =>
        RowSequence.Differs(check) && (check.Condition.Comparison!.Left.Constant is { HasValue: true } left ? left : check.Condition.Comparison.Right.Constant) is { HasValue: true, Value: var state }
        && sequence.Writes.All(w => w.Member != member || w.Value.Constant is { HasValue: true, Value: var given } && Equals(given, state));

    private static bool IsNothing(Value value) => value.Constant is { HasValue: true, Value: null or "" or 0 or 0L or 0m or 0d };

    /// <summary>A constant, or a number that the object holds: it is no name of whoever fills it in.</summary>
    private static bool IsFixed(Value value) => value.Constant.HasValue
        || value.Origins is [{ Kind: OriginKind.Is, Subject: Outside { Root: ITypeSymbol, Path: [IFieldSymbol { Type: { IsValueType: true, TypeKind: not TypeKind.Enum } }] } }];

    /// <summary>What computed a value, and no part of it.</summary>
    private static bool IsService(Origin origin) => origin is { Kind: OriginKind.Of, IsComputed: true, Subject: Outside { Type: { TypeKind: TypeKind.Interface } type } } && KnownSymbols.ElementOf(type) is null;

    /// <summary>A time that is moved on: whoever comes later sets it again.</summary>
    private bool IsTouched(string member) => sequence.Writes.All(w => w.Member != member || sequence.IsTimeOfAct(w) || sequence.IsTimeFromRow(w));

    /// <summary>A flag, or null and a stamp.</summary>
    private bool HasTwoStates(string member)
    {
        var type = sequence.Entity.FindMember(member).MemberType();
        if (type is null) return false;
        return type.SpecialType == SpecialType.System_Boolean || type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && nullable.TypeArguments[0].Name is "DateTime" or "DateTimeOffset" or "DateOnly" or "Instant";
    }
}

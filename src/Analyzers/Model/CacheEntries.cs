using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Questions on the entries of caches: which one a value comes from, and what it decides.</summary>
internal static class CacheEntries
{
    /// <summary>The get of the same entry whose value, changed, is set again.</summary>
    public static Event? ReadBefore(RaceModel model, Event set)
    {
        foreach (var get in model.Of(EventKind.CacheGet))
            if (model.Body.Before(get, set) && !(get.Site is not null && get.Site == set.Site) && IsSameEntry(get, set) && IsChanged(set.Value, get) && !IsLocked(model, get)) return get;
        return null;
    }

    /// <summary>The entry's value decides, or gives, what is written to the database: then that is the race to speak of.</summary>
    public static bool GoesIntoRows(RaceModel model, Event get)
    {
        return model.Rows.Any(s => s.Writes.Any(Tells)) || model.Inserts.Any(s => Tells(s.Insert));

        bool Tells(Event act) => act.Value.AllOrigins().Concat(act.Checks.SelectMany(c => c.Condition.AllOrigins())).Any(o => IsOf(o, get));
    }

    /// <summary>The check asks whether an entry is there, and the entry is set once the act is done: whoever asks meanwhile finds none, too.</summary>
    public static bool IsMarkedBy(RaceModel model, Check check, Event act) =>
        model.Of(EventKind.CacheGet).Any(get => check.Condition.AllOrigins().Any(o => IsOf(o, get)) && !IsLocked(model, get)
            && model.Of(EventKind.CacheSet).Any(set => model.Body.Before(act, set) && IsSameEntry(get, set)));

    public static bool IsSameEntry(Event a, Event b)
    {
        if (a.Arguments.Length == 0 || b.Arguments.Length == 0 || !a.Target.Equals(b.Target)) return false;
        var key = a.Arguments[0];
        if (key.Constant is { HasValue: true, Value: { } x } && b.Arguments[0].Constant is { HasValue: true, Value: { } y }) return x.Equals(y);
        return key.Equals(b.Arguments[0]) && (a.Name == b.Name && a.Site is null && b.Site is null || !key.Origins.IsEmpty && a.Name == b.Name);
    }

    /// <summary>Computed from the entry, or the entry's object with something put into it.</summary>
    private static bool IsChanged(Value value, Event get)
    {
        if (!value.Origins.Any(o => IsOf(o, get))) return false;
        return value.Origins.Any(o => o.Kind == OriginKind.Of && IsOf(o, get))
            || value.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside });
    }

    private static bool IsOf(Origin origin, Event get) => origin.Subject is Cached cached && cached.Node == get.Origin;

    private static bool IsLocked(RaceModel model, Event get) => model.Body.Events.Any(e => e.Kind is EventKind.ProcessLock or EventKind.DistributedLock && model.Body.Dominates(e, get));

    /// <summary>The check of an act that asks a cache about the state of the row, or of the set, that the act changes.</summary>
    public static Check? Deciding(RaceModel model, Event act, Read? row, ITypeSymbol entity)
    {
        foreach (var check in act.Checks)
        {
            if (check.Condition.AllOrigins().FirstOrDefault(o => o.Subject is Cached).Subject is not Cached) continue;
            if (check.Condition.AllOrigins().Any(o => o.Read is { } loaded && SymbolEqualityComparer.Default.Equals(loaded.Entity, entity) && (o.Kind == OriginKind.Result || o.Kind == OriginKind.Of))) return check;
            if (row is not null && IsAbout(model, check, row) && AsksForState(check)) return check;
        }
        return null;
    }

    /// <summary>The key of the entry is made from what the row is asked for by.</summary>
    public static bool IsAbout(RaceModel model, Check check, Read row)
    {
        foreach (var origin in check.Condition.AllOrigins())
        {
            if (origin.Subject is not Cached cached || model.Of(EventKind.CacheGet).FirstOrDefault(g => g.Origin == cached.Node) is not { Arguments: [var key, ..] }) continue;
            var subjects = key.AllOrigins().Select(o => o.Subject).ToArray();
            if (row.AllConditions.Any(c => c.Kind == ConditionKind.Equal && c.Operand.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside } && subjects.Contains(o.Subject)))) return true;
        }
        return false;
    }

    /// <summary>An amount or a state is compared, rather than that an entry is there.</summary>
    private static bool AsksForState(Check check) =>
        check.Condition.Comparison is { } comparison && comparison.Right.Constant is not { HasValue: true, Value: null } && comparison.Left.Constant is not { HasValue: true, Value: null };

    /// <summary>A number, a choice, a flag or a stamp: a state that a check can be about.</summary>
    public static bool HoldsState(INamedTypeSymbol entity, string? member)
    {
        if (member is null || entity.FindMember(member.Split('.')[0]) is not IPropertySymbol { Type: var type }) return false;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable) return nullable.TypeArguments[0].IsValueType;
        return type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Decimal or SpecialType.System_Double;
    }
}

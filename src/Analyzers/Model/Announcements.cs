using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>What is told to others of a change (an entry of a cache that is dropped, a message that is sent) before the change is committed.</summary>
internal static class Announcements
{
    /// <summary>The change that an event speaks of, and the save or commit that makes it visible only later; null where there is none.</summary>
    public static (Event Change, Commit Commit)? TooEarly(RaceModel model, Event told, Func<Event, bool> speaksOf)
    {
        // A callee that saves by itself answers for its own order.
        if (told.Site is not null && model.Of(EventKind.Save).Any(s => s.Site == told.Site)) return null;
        foreach (var change in model.Body.Events)
            if (change.Kind is EventKind.Write or EventKind.Insert or EventKind.Remove or EventKind.Update or EventKind.Bulk && change != told
                && !(told.Site is not null && told.Site == change.Site) && IsStored(model, change)
                && (model.Body.Before(change, told) || model.Body.Dominates(told, change))
                && CommitOf(model, change) is { } commit && (commit.Here is not { } here || IsBefore(model.Body, told, here)) && speaksOf(change))
                return (change, commit);
        return null;
    }

    /// <summary>What is written to a row that nobody tracks is no change of it.</summary>
    private static bool IsStored(RaceModel model, Event change) => change.Kind != EventKind.Write || change.Target.Origins.Any(o => o.Read is not { } row || model.IsChanged(row));

    /// <summary>The commit of the transaction around the save, or else the save: here, or in a caller in sight, which comes after all that is done here.</summary>
    private static Commit? CommitOf(RaceModel model, Event change)
    {
        var body = model.Body;
        var save = change.Kind == EventKind.Bulk ? change : model.Of(EventKind.Save).FirstOrDefault(s => body.Before(change, s) && RaceModel.IsSameContext(change.Context, s.Context));
        if (save is null) return model.SaveOf(change, change.Context, null) is { Event: null, Caller: { } caller } ? new Commit(caller, null) : null;
        foreach (var begin in model.Of(EventKind.Begin))
            if (body.Dominates(begin, save) && model.Of(EventKind.Commit).FirstOrDefault(c => body.Before(save, c) && body.Dominates(begin, c)) is { } commit) return new Commit(commit.Node, commit);
        return new Commit(save.Node, save);
    }

    /// <summary>Before it on the way, not only in an earlier round of a loop.</summary>
    private static bool IsBefore(Body body, Event a, Event b) => body.Before(a, b) && (body.Dominates(a, b) || !body.Before(b, a));

    /// <summary>The value speaks of the row that is changed: it was read from it, it made it, or it is the key by which it was asked for.</summary>
    public static bool SpeaksOf(Engine engine, Value value, Event change, bool byKey = false)
    {
        var subjects = new HashSet<object>((byKey ? value.Sources().Where(o => IsTold(engine, o, change)) : value.AllOrigins()).Select(o => o.Subject));
        if (subjects.Count == 0) return false;
        foreach (var origin in change.Target.Origins.Concat(change.Value.Origins.Where(o => change.Kind == EventKind.Insert)))
        {
            if (origin.Kind == OriginKind.Is && origin.Subject is Fresh && subjects.Contains(origin.Subject)) return true;
            if (origin is not { IsRow: true, Read: { } row }) continue;
            if (subjects.OfType<Read>().Any(r => r == row || r.Database == row.Database)) return true;
            if (row.AllConditions.Any(c => IsGivenBy(c, subjects) && !(byKey && !IsKey(engine, row, c)))) return true;
        }
        if (change.Kind == EventKind.Bulk && change.Query!.Conditions.Any(c => IsGivenBy(c, subjects))) return true;
        return change.Kind == EventKind.Insert && change.Value.Members is { } members && engine.KeyOf(change.Entity!).Any(k => members.TryGetValue(k, out var key) && key.Origins.Any(o => subjects.Contains(o.Subject)));
    }

    /// <summary>A member of a row speaks of the row when it leads to it, or is what is changed; a text that was taken from it does not.</summary>
    private static bool IsTold(Engine engine, Origin origin, Event change) =>
        origin is not { Kind: OriginKind.Of, Member: { } member, Read: { Entity: INamedTypeSymbol entity } } || member == Origin.Whole || member == change.Member
        || engine.Model.Facts(entity).LeadsToRow(member);

    /// <summary>The condition asks for the row, or for its parent's, by a key.</summary>
    private static bool IsKey(Engine engine, Read row, Condition condition) =>
        condition.IsMemberUnknown || row.Entity is not INamedTypeSymbol entity || condition.Members.Any(engine.Model.Facts(entity).LeadsToRow);

    private static bool IsGivenBy(Condition condition, HashSet<object> subjects) =>
        condition.Kind == ConditionKind.Equal && condition.Operand.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside } && subjects.Contains(o.Subject));

    /// <summary>The key of a cache entry names the entity type, in its text or in the code that makes it.</summary>
    public static bool Names(Event entry, ITypeSymbol entity) =>
        entry.Name is { } code && code.IndexOf(entity.Name, StringComparison.OrdinalIgnoreCase) >= 0
        || entry.Arguments.Length > 0 && entry.Arguments[0].Constant is { HasValue: true, Value: string text } && text.IndexOf(entity.Name, StringComparison.OrdinalIgnoreCase) >= 0;
}

/// <summary>What makes a change visible to others.</summary>
/// <param name="Node">The save or the commit; the call of this body where a caller saves.</param>
/// <param name="Here">Its event in this body, or null where a caller saves.</param>
internal sealed record Commit(SyntaxNode Node, Event? Here)
{
    public bool IsThroughCalls => Here is null || Here.Site is not null;
}

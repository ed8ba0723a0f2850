using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Flow;
using RaceAnalyzers.Rules;

namespace RaceAnalyzers.Model;

/// <summary>
/// Conflicts that a method keeps from its callers: a save helper that swallows them, a helper that runs a delegate again on the same change tracker.
/// </summary>
internal static class KeptConflicts
{
    private const int MostCallers = 20;

    /// <summary>Whether the method that saves the sequence swallows its conflict: to the sequence it is as though there were no token.</summary>
    public static bool AreKeptFrom(RaceModel model, RowSequence sequence)
    {
        for (var e = sequence.Save.Event?.Inner; e is not null; e = e.Inner)
            if (model.Engine.BodyAround(e.Node, model.Cancellation) is { } body && body.Events.FirstOrDefault(s => s.Kind == EventKind.Save && s.Node == e.Node) is { } save
                && CatchRegion.Around(body, save).FirstOrDefault(h => Conflicts.Catches(model.Engine, h)) is { } handler && IsKept(model.Engine, body, save, handler)) return true;
        return false;
    }

    /// <summary>The clauses of this body that keep a conflict from a caller whose sequence relies on its token.</summary>
    public static IEnumerable<(CatchRegion Handler, Race Lost)> Of(RaceModel model)
    {
        foreach (var e in model.Body.Events)
        {
            if (e.Kind is not (EventKind.Save or EventKind.Invoke) || CatchRegion.Around(model.Body, e).FirstOrDefault(h => Conflicts.Catches(model.Engine, h)) is not { } handler) continue;
            var lost = e.Kind == EventKind.Save
                ? IsKept(model.Engine, model.Body, e, handler) ? SavedBy(model, e) : null
                : IsRunAgain(model.Body, e, handler) ? RunBy(model) : null;
            if (lost is not null) yield return (handler, lost);
        }
    }

    /// <summary>After the failure the caller is told nothing, or what it is told when its save succeeded.</summary>
    private static bool IsKept(Engine engine, Body body, Event save, CatchRegion handler)
    {
        var held = body.Events.Where(handler.Holds).ToArray();
        if (held.Any(e => e.Kind == EventKind.Rebase)) return body.Events.Any(e => e.Kind == EventKind.Save && handler.IsFollowedBy(e));
        if (held.Any(e => e.Kind is EventKind.Throw or EventKind.Effect or EventKind.Invoke or EventKind.Reload or EventKind.DatabaseValues or EventKind.Clear or EventKind.Save)) return false;
        if (Conflicts.AssignsOutside(engine, handler.Clause)) return false;
        var answers = body.Events.Where(e => e.Kind == EventKind.Return && handler.LeadsTo(e, without: save)).ToArray();
        return answers.Length > 0 && answers.All(a => a.Node == body.Syntax || a.Value.Constant is { HasValue: true, Value: true });
    }

    /// <summary>The delegate runs again, and nothing has made the context forget the values that lost.</summary>
    private static bool IsRunAgain(Body body, Event invoke, CatchRegion handler) =>
        handler.IsFollowedBy(invoke) && !body.Events.Any(e => handler.Holds(e) && e.Kind is not (EventKind.Return or EventKind.Throw or EventKind.Guard));

    private static Race? SavedBy(RaceModel model, Event save)
    {
        foreach (var (caller, _) in model.Engine.CallersOf(model.Body, MostCallers, model.Cancellation))
            if (Guarded(new RaceModel(model.Engine, caller, model.Cancellation), s => Stands(s, save)) is { } race) return race;
        return null;
    }

    /// <summary>A lambda that is given to this body and works on a context from around it.</summary>
    private static Race? RunBy(RaceModel model)
    {
        foreach (var (caller, calls) in model.Engine.CallersOf(model.Body, MostCallers, model.Cancellation))
            foreach (var nested in caller.Within())
                if (calls.Any(c => c.Site is { } site && site.Span.Contains(nested.Syntax.Span)) && model.Engine.BodyOf(nested, Engine.MostCalls, model.Cancellation) is { Syntax: not null } body
                    && Guarded(new RaceModel(model.Engine, body, model.Cancellation), s => s.Save.Event is not null && IsFromAround(s.Row.Query.Context, nested)) is { } race) return race;
        return null;
    }

    private static bool Stands(RowSequence sequence, Event save)
    {
        for (var e = sequence.Save.Event; e is not null; e = e.Inner)
            if (e.Node == save.Node) return true;
        return false;
    }

    private static bool IsFromAround(Value context, Nested lambda) =>
        context.Origins.Length > 0 && context.Origins.All(o => o is { Kind: OriginKind.Is, Subject: Outside outside } && !SymbolEqualityComparer.Default.Equals(outside.Root.ContainingSymbol, lambda.Symbol));

    /// <summary>A race from which only a concurrency token protects.</summary>
    private static Race? Guarded(RaceModel model, Func<RowSequence, bool> isMeant)
    {
        foreach (var sequence in model.Rows)
            if (isMeant(sequence) && Judge.RaceOf(sequence) is { } race && Tokens.Protect(sequence, race)) return race;
        return null;
    }
}

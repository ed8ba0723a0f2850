using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>What becomes of a save that fails: a conflict of concurrency tokens, or an insert that the database refused.</summary>
internal static class Conflicts
{
    /// <summary>The clause that takes back what a token gave: the save is repeated with the values that lost, or the loser is told that it won.</summary>
    public static CatchRegion? Undone(RaceModel model, RowSequence sequence)
    {
        if (sequence.Save.Event is not { } save) return null;
        foreach (var handler in CatchRegion.Around(model.Body, save))
            if (Catches(model.Engine, handler))
                return IsUndone(model, sequence, save, handler) ? handler : null;
        return null;
    }

    /// <summary>As above, for children whose parent carries the token: it is renewed, and the insert is sent again on a check that lost.</summary>
    public static CatchRegion? Undone(RaceModel model, InsertSequence sequence, InsertCheck check)
    {
        if (sequence.Save.Event is not { } save || check.Check is null) return null;
        foreach (var handler in CatchRegion.Around(model.Body, save))
            if (Catches(model.Engine, handler))
            {
                var retry = model.Of(EventKind.Save).FirstOrDefault(s => handler.IsFollowedBy(s) && IsSameContext(save.Context, s.Context));
                if (retry is null || IsRepeated(check.Check, handler)) return null;
                var between = model.Body.Events.Where(e => handler.IsFollowedBy(e) && e != retry && model.Body.Before(e, retry)).ToArray();
                return between.Any(e => e.Kind is EventKind.Reload or EventKind.Rebase) && !between.Any(e => TakesOut(e, sequence.Insert) && e.Kind != EventKind.Update) ? handler : null;
            }
        return null;
    }

    /// <summary>The clause catches conflicts: by their type, or with all other failures, when all that it does is to log them.</summary>
    public static bool Catches(Engine engine, CatchRegion handler)
    {
        var conflict = engine.Symbols.DbUpdateConcurrencyException;
        if (SymbolEqualityComparer.Default.Equals(handler.Type, conflict)) return true;
        if (handler.IsFiltered || !OnlyLogs(engine, handler.Clause)) return false;
        for (var type = conflict?.BaseType; type is not null; type = type.BaseType)
            if (SymbolEqualityComparer.Default.Equals(handler.Type, type)) return true;
        return false;
    }

    private static bool OnlyLogs(Engine engine, CatchClauseSyntax clause) => clause.Block.DescendantNodes().OfType<InvocationExpressionSyntax>().All(call =>
        engine.ModelOf(clause.SyntaxTree).GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: var type } && (engine.IsLogging(type) || type.Name is "Console" or "Debug" or "Trace" or "Exception" or "String"));

    private static bool IsUndone(RaceModel model, RowSequence sequence, Event save, CatchRegion handler)
    {
        var events = model.Body.Events;
        var isRebased = events.Any(e => e.Kind == EventKind.Rebase && handler.Holds(e));
        // What a call to the outside makes of the conflict is out of sight.
        if (!isRebased && events.Any(e => e.Kind == EventKind.Effect && handler.Holds(e))) return false;
        var retries = events.Where(e => e.Kind == EventKind.Save && handler.IsFollowedBy(e) && IsSameContext(save.Context, e.Context)).ToArray();
        return retries.Length == 0 ? IsToldAsWon(model, save, handler) : retries.Any(r => IsStale(model, sequence, save, r, handler, isRebased));
    }

    /// <summary>The repeated save writes what was computed from the read that lost.</summary>
    private static bool IsStale(RaceModel model, RowSequence sequence, Event save, Event retry, CatchRegion handler, bool isRebased)
    {
        var between = model.Body.Events.Where(e => handler.IsFollowedBy(e) && (e == retry || model.Body.Before(e, retry))).ToArray();
        if (between.Any(e => e.Kind is EventKind.Clear or EventKind.Detach) || IsRenewed(model.Body, sequence.Row.Query.Context, sequence.Row.Node, handler.Clause)) return false;
        var repeated = sequence.Writes.Where(between.Contains).ToArray();
        if (between.Any(e => e.Kind == EventKind.Reload))
            return between.Any(e => e.Kind is EventKind.Write && e.Target.Origins.Any(o => o.IsRow && sequence.IsSameRow(o.Read!)))
                && sequence.Writes.SelectMany(sequence.ChecksOf).Select(c => c.Check).ToArray() is { Length: > 0 } checks && !checks.Any(c => IsRepeated(c, handler));
        // Values that are put right by hand.
        if (sequence.Writes.Any(handler.Holds) || !isRebased && between.Any(e => e.Kind == EventKind.DatabaseValues)) return false;
        return isRebased || retry == save;
    }

    private static bool IsRepeated(Check check, CatchRegion handler)
    {
        foreach (var block in handler.Body.Flow!.Graph.Blocks)
            if (block.BranchValue is { } branch && branch.Syntax.Span.IntersectsWith(check.Node.Span) && handler.IsFollowedBy(block.Ordinal)) return true;
        return handler.Body.Events.Any(e => e.Kind == EventKind.Guard && e.Node == check.Node && handler.IsFollowedBy(e));
    }

    /// <summary>The method goes on, or answers, as it does after a save that succeeded.</summary>
    private static bool IsToldAsWon(RaceModel model, Event save, CatchRegion handler)
    {
        var body = model.Body;
        if (body.Events.Any(e => handler.Holds(e) && e.Kind is EventKind.Throw or EventKind.Reload or EventKind.DatabaseValues)) return false;
        if (AssignsOutside(model.Engine, handler.Clause)) return false;
        foreach (var e in body.Events)
        {
            if (!handler.IsFollowedBy(e)) continue;
            if (e.Kind == EventKind.Return && handler.Holds(e)) return e.Value.Constant is { HasValue: true, Value: true };
            if (handler.Holds(e) || !body.Before(save, e)) continue;
            if (e.Kind is EventKind.Insert or EventKind.Send) return true;
            if (e.Kind == EventKind.Return && e.Node != body.Syntax) return e.Value.Constant is not { HasValue: true, Value: null or false };
        }
        return false;
    }

    /// <summary>The clause leaves word in a variable of the code around it.</summary>
    public static bool AssignsOutside(Engine engine, CatchClauseSyntax clause)
    {
        if (engine.ModelOf(clause.SyntaxTree).AnalyzeDataFlow(clause.Block) is not { Succeeded: true } flow) return true;
        return flow.WrittenInside.Any(w => !flow.VariablesDeclared.Contains(w, SymbolEqualityComparer.Default));
    }

    /// <summary>Made in the block that failed, by it or by what it called, or in each round of a loop around it.</summary>
    private static bool IsMadeAgain(SyntaxNode made, CatchClauseSyntax clause) =>
        made.SyntaxTree == clause.SyntaxTree && clause.Ancestors().Any(n => n is TryStatementSyntax attempt && attempt == clause.Parent && attempt.Block.Span.Contains(made.Span)
            || n is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax && n.Span.Contains(made.Span));

    // What was made in a callee was made by the call that stands here.
    private static bool IsIn(Body body, SyntaxNode node) => body.Syntax is { } syntax && syntax.SyntaxTree == node.SyntaxTree && syntax.Span.Contains(node.Span);

    /// <summary>A context that each round of the loop around a clause makes anew, or that comes from where nobody sees.</summary>
    private static bool IsRenewed(Body body, Value context, SyntaxNode used, CatchClauseSyntax clause)
    {
        foreach (var origin in context.Origins)
            if (origin is not { Kind: OriginKind.Is, Subject: Outside }
                && (origin.Subject is not Fresh made || IsMadeAgain(IsIn(body, made.Site ?? made.Node) ? made.Site ?? made.Node : used, clause))) return true;
        return false;
    }

    /// <summary>One and the same context, as far as the code tells: the same field, parameter or new object.</summary>
    private static bool IsSameContext(Value a, Value b) =>
        RaceModel.IsSameContext(a, b) && (a.Origins.Length != b.Origins.Length || a.Origins.All(b.Origins.Contains)) && a.Origins.Length == b.Origins.Length;

    /// <summary>A save that is sent again the insert that an earlier save failed with: the insert, the clause that caught the failure, and the later save.</summary>
    public static IEnumerable<(Event Insert, CatchRegion Handler, Event Again)> InsertsLeftBehind(RaceModel model)
    {
        var body = model.Body;
        foreach (var save in model.Of(EventKind.Save))
            foreach (var handler in CatchRegion.Around(body, save))
            {
                if (model.Of(EventKind.Insert).LastOrDefault(i => IsPending(body, i, save)) is not { } insert || !CatchesRefusal(model.Engine, handler, insert)) continue;
                var again = model.Of(EventKind.Save).FirstOrDefault(s => handler.IsFollowedBy(s) && IsSameContext(save.Context, s.Context) && !IsRenewed(body, save.Context, save.Node, handler.Clause) && (s != save || handler.IsFollowedBy(insert)) && !IsOfOwnCall(body, save, s));
                if (again is null || IsTakenOutWhereItFailed(body, save) || body.Events.Any(e => handler.IsFollowedBy(e) && e != again && body.Before(e, again) && TakesOut(e, insert))) continue;
                yield return (insert, handler, again);
            }
    }

    /// <summary>The method calls itself: what it makes of its own is made again.</summary>
    private static bool IsOfOwnCall(Body body, Event save, Event again) =>
        again.Site is not null && again.Origin == save.Origin && !(save.Context.Origins.Length > 0 && save.Context.Origins.All(o => o.Subject is Outside));

    /// <summary>The method that saves takes out what failed before it lets the failure through.</summary>
    private static bool IsTakenOutWhereItFailed(Body body, Event save) =>
        save.Site is not null && body.Events.Any(e => e.Kind is EventKind.Clear or EventKind.Detach && e.Site == save.Site && body.Before(save, e));

    /// <summary>The clause catches failed saves as such; or every failure, where a unique key of the row makes the database refuse it.</summary>
    private static bool CatchesRefusal(Engine engine, CatchRegion handler, Event insert)
    {
        if (SymbolEqualityComparer.Default.Equals(handler.Type, engine.Symbols.DbUpdateException)) return true;
        return handler is { IsFiltered: false, Type: { Name: "Exception" } type } && engine.IsSystem(type as INamedTypeSymbol)
            && insert.Entity is INamedTypeSymbol entity && engine.Model.Facts(entity) is var facts && facts.UniqueKeys.Any(k => k.Source != UniqueKeySource.PrimaryKey || !facts.GeneratedKey);
    }

    private static bool IsPending(Body body, Event insert, Event save) =>
        RaceModel.IsSameContext(insert.Context, save.Context) && body.ReachesWithout(insert, save, body.Events.Where(s => s.Kind == EventKind.Save && s != save));

    private static bool TakesOut(Event e, Event insert) =>
        e.Kind is EventKind.Clear or EventKind.Detach or EventKind.Remove
        // Put into another state: an upsert that tries the other way.
        || e.Kind is EventKind.Insert or EventKind.Update && e != insert && e.Node != insert.Node && e.Value.Origins.Any(o => o.Subject is Fresh && insert.Value.Origins.Contains(o))
        || e.Kind == EventKind.Effect && e.Arguments.Any(a => a.Origins.Any(o => o.Subject is Fresh && insert.Value.Origins.Contains(o)));

    /// <summary>The clauses that take every failure of a save that inserts for a duplicate.</summary>
    public static IEnumerable<(Event Insert, Event Save, CatchRegion Handler)> TakenForDuplicates(RaceModel model)
    {
        foreach (var save in model.Of(EventKind.Save))
        {
            if (model.Of(EventKind.Insert).LastOrDefault(i => IsPending(model.Body, i, save)) is not { } insert) continue;
            foreach (var handler in CatchRegion.Around(model.Body, save))
                if (!handler.IsFiltered && !handler.HasBranch && SymbolEqualityComparer.Default.Equals(handler.Type, model.Engine.Symbols.DbUpdateException) && SaysDuplicate(model, insert, handler))
                    yield return (insert, save, handler);
        }
    }

    private static bool SaysDuplicate(RaceModel model, Event insert, CatchRegion handler)
    {
        foreach (var e in model.Body.Events)
            if (handler.Holds(e) && e.Kind is EventKind.Return or EventKind.Throw && e.Node != model.Body.Syntax && handler.Clause.Span.Contains(e.Node.Span)
                && (Operators.SaysDuplicate(Words(e.Node)) || e.Kind == EventKind.Return && IsRefusal(model, insert, e.Node))) return true;
        return false;
    }

    private static string Words(SyntaxNode node) => string.Join(" ", node.DescendantTokens().Where(t => t.IsKind(SyntaxKind.StringLiteralToken) || t.IsKind(SyntaxKind.IdentifierToken) || t.IsKind(SyntaxKind.InterpolatedStringTextToken)).Select(t => t.ValueText));

    /// <summary>The same answer as the one that the check before the insert gives.</summary>
    private static bool IsRefusal(RaceModel model, Event insert, SyntaxNode answer)
    {
        var text = answer.ToString();
        var checks = model.Inserts.FirstOrDefault(s => s.Insert == insert)?.Absences.Select(a => a.Check?.Node).ToImmutableHashSet();
        return checks is not null && model.Of(EventKind.Return).Any(r => r.Node.ToString() == text && r.Node != answer && r.Checks.Any(c => checks.Contains(c.Node)));
    }
}

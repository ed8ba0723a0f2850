using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>The catch clauses on the way of a failed save, here, in the methods between, and in every caller in sight.</summary>
internal static class Handlers
{
    /// <summary>Whether a unique violation at the save is turned into a result on the way up.</summary>
    public static bool AreThere(RaceModel model, Saving save, Event act)
    {
        var e = save.Event ?? act;
        if (Around(e).Any(c => Handles(model.Engine, c))) return true;
        return InCallers(model, model.Body, 3);
    }

    private static bool InCallers(RaceModel model, Body body, int depth)
    {
        if (depth == 0) return false;
        var any = false;
        foreach (var (caller, calls) in model.Engine.CallersOf(body, 20, model.Cancellation))
        {
            any = true;
            if (calls.Length == 0) return false;
            if (!Around(calls[0].Node).Any(c => Handles(model.Engine, c)) && !InCallers(model, caller, depth - 1)) return false;
        }
        return any;
    }

    /// <summary>The catch clauses around an event, from the innermost method outwards.</summary>
    public static IEnumerable<CatchClauseSyntax> Around(Event e)
    {
        for (var level = e; level is not null; level = level.Inner)
            foreach (var clause in Around(level.Node)) yield return clause;
    }

    private static IEnumerable<CatchClauseSyntax> Around(SyntaxNode node)
    {
        for (var n = node; n is not null and not MemberDeclarationSyntax and not AnonymousFunctionExpressionSyntax and not LocalFunctionStatementSyntax; n = n.Parent)
            if (n.Parent is TryStatementSyntax attempt && attempt.Block == n)
                foreach (var clause in attempt.Catches) yield return clause;
    }

    /// <summary>A typed look at a failed save that gives a result: not one that logs and throws on.</summary>
    private static bool Handles(Engine engine, CatchClauseSyntax clause) => Catches(engine, clause) && GivesResult(clause);

    /// <summary>The clause catches failed saves as such, or is typed more closely.</summary>
    public static bool Catches(Engine engine, CatchClauseSyntax clause)
    {
        if (clause.Declaration?.Type is not { } type) return false;
        if (engine.ModelOf(type.SyntaxTree).GetTypeInfo(type).Type is not INamedTypeSymbol caught) return false;
        for (var t = caught; t is not null; t = t.BaseType)
            if (SymbolEqualityComparer.Default.Equals(t, engine.Symbols.DbUpdateException)) return !SymbolEqualityComparer.Default.Equals(caught, engine.Symbols.DbUpdateConcurrencyException);
        // Another typed exception counts when it tells a violation apart: the provider's own, or a library's.
        return clause.Filter is not null || caught.DerivesFrom("System.Data.Common", "DbException") || caught.Name.Contains("Unique") || caught.Name.Contains("Duplicate");
    }

    public static bool GivesResult(CatchClauseSyntax clause) =>
        clause.Block.Statements.LastOrDefault() is not ThrowStatementSyntax { Expression: null } || clause.Block.DescendantNodes().Any(n => n is ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax);
}

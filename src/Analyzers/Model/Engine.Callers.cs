using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>Questions that go up, from a body to who calls it.</summary>
internal sealed partial class Engine
{
    /// <summary>The bodies that call this one, and the events that the calls brought there, one entry a call.</summary>
    public IEnumerable<(Body Caller, ImmutableArray<Event> Calls)> CallersOf(Body body, int most, CancellationToken cancellation)
    {
        if (body.Symbol is not IMethodSymbol method) yield break;
        if (method.MethodKind is MethodKind.LambdaMethod)
        {
            if (EnclosingOf(body, cancellation) is { } outer) yield return outer;
            yield break;
        }
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ExplicitInterfaceImplementation)) yield break;
        var count = 0;
        foreach (var name in Callers.Of(method, cancellation))
        {
            if (++count > most) yield break;
            if (BodyAround(name, cancellation) is not { } caller || caller.Symbol is { } symbol && SymbolEqualityComparer.Default.Equals(symbol, method)) continue;
            yield return (caller, Calls(caller, name));
        }
    }

    private static ImmutableArray<Event> Calls(Body caller, SyntaxNode name) =>
        caller.Events.Where(e => e.Site is { } site && site.Span.Contains(name.Span) && site.FirstAncestorOrSelf<StatementSyntax>() == name.FirstAncestorOrSelf<StatementSyntax>()
            || e.Site is null && e.Node.Span.Contains(name.Span) && e.Node is InvocationExpressionSyntax).ToImmutableArray();

    /// <summary>A lambda that runs where it stands is called by the body around it.</summary>
    private (Body, ImmutableArray<Event>)? EnclosingOf(Body lambda, CancellationToken cancellation)
    {
        var call = lambda.Syntax?.FirstAncestorOrSelf<ArgumentSyntax>()?.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        if (call is null || BodyAround(call, cancellation) is not { } outer) return null;
        // What the lambda itself does comes after what the call does around it.
        var events = outer.Events.Where(e => e.Inner is not null && lambda.Syntax!.Span.Contains(e.Node.Span)).ToImmutableArray();
        if (events.IsEmpty) events = outer.Events.Where(e => e.Site == call).ToImmutableArray();
        return events.IsEmpty ? null : (outer, events);
    }

    /// <summary>The body, of a member or of a lambda or local function in it, around a node.</summary>
    public Body? BodyAround(SyntaxNode node, CancellationToken cancellation)
    {
        var member = node.Ancestors().FirstOrDefault(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax } or CompilationUnitSyntax);
        if (member is null || RootOf(member, cancellation) is not { } body) return null;
        for (var inner = true; inner;)
        {
            inner = false;
            foreach (var nested in body.Within())
                if (nested.Syntax.Span.Contains(node.Span) && BodyOf(nested, MostCalls, cancellation) is { } deeper)
                {
                    body = deeper;
                    inner = true;
                    break;
                }
        }
        return body;
    }

    /// <summary>The body of a declaration, looked into as deep as any.</summary>
    public Body? RootOf(SyntaxNode declaration, CancellationToken cancellation)
    {
        var model = ModelOf(declaration.SyntaxTree);
        var symbol = declaration switch
        {
            ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax property } => (model.GetDeclaredSymbol(property, cancellation) as IPropertySymbol)?.GetMethod,
            CompilationUnitSyntax => Compilation.GetEntryPoint(cancellation),
            _ => model.GetDeclaredSymbol(declaration, cancellation),
        };
        return symbol is IMethodSymbol method ? BodyOf(method, MostCalls, cancellation) : null;
    }

    /// <summary>A save, in a caller in sight, that follows its call of this body; the call, or null.</summary>
    public SyntaxNode? SavedByCallers(Body body, CancellationToken cancellation) => SavedByCallers(body, 3, cancellation);

    private SyntaxNode? SavedByCallers(Body body, int depth, CancellationToken cancellation)
    {
        if (depth == 0) return null;
        foreach (var (caller, calls) in CallersOf(body, 20, cancellation))
        {
            if (calls.Length == 0) continue;
            foreach (var e in caller.Events)
                if (e.Kind == EventKind.Save && caller.Before(calls[0], e)) return calls[0].Node;
            if (SavedByCallers(caller, depth - 1, cancellation) is { } above) return above;
        }
        return null;
    }
}

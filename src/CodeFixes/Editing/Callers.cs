using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>Those that call a body. What a caller read or added before is forgotten when the body empties the change tracker, and never saved.</summary>
internal sealed class Callers(SemanticModel model, Database database)
{
    /// <summary>Somebody in sight calls the body in the middle of work of its own with the database.</summary>
    public bool AreBusy(SyntaxNode body) => AreBusy(body, 3);

    private bool AreBusy(SyntaxNode body, int depth)
    {
        var sight = Source.ModelOf(body.SyntaxTree, model.Compilation);
        if (body is AnonymousFunctionExpressionSyntax || sight?.GetDeclaredSymbol(body) is not IMethodSymbol { Name: var name } method)
        {
            return false;
        }

        foreach (var tree in model.Compilation.SyntaxTrees.Where(tree => tree.GetText().ToString().Contains(name)))
        {
            foreach (var call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => Style.NameOf(call) == name && !body.Contains(call)).ToArray())
            {
                var there = Source.ModelOf(tree, model.Compilation)!;
                if (IsCallOf(there.GetSymbolInfo(call).Symbol as IMethodSymbol, method) && BodyOf(call) is { } caller && (IsBusy(caller, call, there) || depth > 0 && AreBusy(caller, depth - 1)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>It has changes in the context when it calls, or holds rows that it changes after the call. What it only read it may forget.</summary>
    private bool IsBusy(SyntaxNode caller, InvocationExpressionSyntax call, SemanticModel sight)
    {
        var calls = new Calls(sight, database);
        var others = calls.In(caller).Where(other => !other.Node.Contains(call) && !call.Contains(other.Node) && other.Kind is not (Call.Plain or Call.Lasting) && !IsInAnotherLambda(other.Node, call)).ToArray();
        // In a loop, what follows a call comes before the next.
        var loop = call.Ancestors().TakeWhile(part => part != caller).LastOrDefault(Way.IsLoop);
        var (start, end) = (loop?.SpanStart ?? call.SpanStart, loop?.Span.End ?? call.SpanStart);
        // Proxies ask the context that they came from.
        var isLazy = database.Has("Microsoft.EntityFrameworkCore.ProxiesExtensions");
        // What was saved waits for nothing any more.
        return others.Any(other => other.Node.SpanStart < end && (isLazy || other.Kind is not (Call.Database or Call.Save)))
            || caller.DescendantNodes().Any(node => node.SpanStart < end && node is AssignmentExpressionSyntax or InvocationExpressionSyntax && !node.Contains(call) && calls.ChangeRow(node, sight))
            || others.Any(other => other.Node.SpanStart < end) && (others.Any(other => other.Node.SpanStart > start && other.Kind != Call.Database)
                || caller.DescendantNodes().Any(node => node.SpanStart > start && node is AssignmentExpressionSyntax or InvocationExpressionSyntax && calls.ChangeRow(node, sight)));
    }

    /// <summary>Another session, another unit of work: a lambda beside the one that calls.</summary>
    private static bool IsInAnotherLambda(SyntaxNode before, SyntaxNode call) => before.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is { } lambda && !lambda.Contains(call);

    private static bool IsCallOf(IMethodSymbol? called, IMethodSymbol method) =>
        called is not null && (SymbolEqualityComparer.Default.Equals(called.OriginalDefinition, method.OriginalDefinition)
            || called.ContainingType.TypeKind == TypeKind.Interface && method.ContainingType.AllInterfaces.Any(part => SymbolEqualityComparer.Default.Equals(part.OriginalDefinition, called.ContainingType.OriginalDefinition)));

    private static SyntaxNode? BodyOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(part => part is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax);
}

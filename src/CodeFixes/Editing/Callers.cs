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
                if (IsCallOf(there.GetSymbolInfo(call).Symbol as IMethodSymbol, method) && BodyOf(call) is { } caller
                    && (new Calls(there, database).In(caller).Any(other => other.Kind is not (Call.Plain or Call.Lasting) && other.Node.SpanStart < call.SpanStart && !other.Node.Contains(call) && !IsInAnotherLambda(other.Node, call))
                        || depth > 0 && AreBusy(caller, depth - 1)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Another session, another unit of work: a lambda beside the one that calls.</summary>
    private static bool IsInAnotherLambda(SyntaxNode before, SyntaxNode call) => before.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is { } lambda && !lambda.Contains(call);

    private static bool IsCallOf(IMethodSymbol? called, IMethodSymbol method) =>
        called is not null && (SymbolEqualityComparer.Default.Equals(called.OriginalDefinition, method.OriginalDefinition)
            || called.ContainingType.TypeKind == TypeKind.Interface && method.ContainingType.AllInterfaces.Any(part => SymbolEqualityComparer.Default.Equals(part.OriginalDefinition, called.ContainingType.OriginalDefinition)));

    private static SyntaxNode? BodyOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(part => part is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax);
}

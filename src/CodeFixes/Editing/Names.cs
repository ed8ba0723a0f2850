using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>Names for new locals and parameters that nothing in the method has.</summary>
internal sealed class Names
{
    private readonly HashSet<string> taken;

    public Names(SemanticModel model, SyntaxNode body)
    {
        // Lambda parameters are left out: they are in scope in their lambda only, and p => p.Stock may stand side by side.
        taken = [.. body.DescendantNodesAndSelf().Select(Declared).OfType<string>()];
        taken.UnionWith(model.LookupSymbols(body.SpanStart).Where(symbol => symbol.Kind is SymbolKind.Local or SymbolKind.Parameter or SymbolKind.Field or SymbolKind.RangeVariable).Select(symbol => symbol.Name));
    }

    /// <summary>The first of the candidates that is free, or the last with a number; it is taken from then on.</summary>
    public string Fresh(params string[] candidates)
    {
        var last = candidates[candidates.Length - 1];
        var name = candidates.Concat(Enumerable.Range(2, 1000).Select(number => last + number)).First(name => !taken.Contains(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None);
        taken.Add(name);
        return name;
    }

    /// <summary>A name for the parameter of a lambda: several lambdas may use it.</summary>
    public string Parameter(params string[] candidates)
    {
        var name = Fresh(candidates);
        taken.Remove(name);
        return name;
    }

    private static string? Declared(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax local => local.Identifier.Text,
        SingleVariableDesignationSyntax local => local.Identifier.Text,
        ForEachStatementSyntax loop => loop.Identifier.Text,
        CatchDeclarationSyntax caught => caught.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        ParameterSyntax { Parent.Parent: not AnonymousFunctionExpressionSyntax } parameter when parameter.Parent is not SimpleLambdaExpressionSyntax => parameter.Identifier.Text,
        _ => null,
    };
}

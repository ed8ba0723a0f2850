using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>Which body a call runs: a method's own, or that of the one class in sight that implements an interface.</summary>
internal sealed class Implementations(Compilation compilation)
{
    /// <summary>The one body that runs; null where there may be another, or none is in sight.</summary>
    public (SyntaxNode Node, SemanticModel Sight)? BodyOf(IMethodSymbol method) => Made(method) is { } made && IsFinal(made) ? TextOf(made) : null;

    /// <summary>The body of a method, or of the one that implements it, which another class may override.</summary>
    public (SyntaxNode Node, SemanticModel Sight)? TextOf(IMethodSymbol method) =>
        Made(method)?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } node
        && node is BaseMethodDeclarationSyntax { Body: not null } or BaseMethodDeclarationSyntax { ExpressionBody: not null } or LocalFunctionStatementSyntax
        && Source.ModelOf(node.SyntaxTree, compilation) is { } sight
            ? (node, sight)
            : null;

    private IMethodSymbol? Made(IMethodSymbol method) => method.ContainingType?.TypeKind == TypeKind.Interface ? Only(method) : method;

    /// <summary>What implements it here, or is called like it, saves at once.</summary>
    public bool Save(IMethodSymbol method) => Named(method.Name).SelectMany(made => made.DeclaringSyntaxReferences)
        .Any(place => place.GetSyntax().DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Style.NameOf(call).StartsWith("SaveChanges", StringComparison.Ordinal)));

    private static bool IsFinal(IMethodSymbol method) => method.MethodKind == MethodKind.LocalFunction || !method.IsVirtual && !method.IsAbstract && (!method.IsOverride || method.IsSealed);

    private IMethodSymbol? Only(IMethodSymbol method)
    {
        var all = Named(method.Name).Where(made => Implements(made, method)).Take(2).ToArray();
        return all.Length == 1 ? all[0] : null;
    }

    private static bool Implements(IMethodSymbol made, IMethodSymbol method) => made.ContainingType is { TypeKind: TypeKind.Class } type
        && type.AllInterfaces.FirstOrDefault(part => SymbolEqualityComparer.Default.Equals(part.OriginalDefinition, method.ContainingType.OriginalDefinition)) is { } contract
        && contract.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, method.OriginalDefinition)) is { } member
        && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), made);

    /// <summary>The methods of that name in this project and in those that it references.</summary>
    private IEnumerable<IMethodSymbol> Named(string name) => compilation.References.OfType<CompilationReference>().Select(reference => reference.Compilation).Prepend(compilation)
        .SelectMany(part => part.GetSymbolsWithName(name, SymbolFilter.Member)).OfType<IMethodSymbol>();
}

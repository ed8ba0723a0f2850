using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Model;

/// <summary>What the type parameters of a method and of its type stand for at a call, also through an interface that the type implements.</summary>
internal static class TypeArguments
{
    public static Dictionary<ISymbol, ITypeSymbol>? Of(IMethodSymbol callee, IMethodSymbol? called, ITypeSymbol? receiver)
    {
        if (called is null) return null;
        Dictionary<ISymbol, ITypeSymbol>? map = null;
        var definition = callee.OriginalDefinition;
        Pair(definition.TypeParameters, called.TypeArguments, ref map);
        var declaring = definition.ContainingType;
        if (declaring is null || !declaring.IsGenericType) return map;
        // The callee's own type, as the receiver or the called method's type sees it.
        foreach (var start in new[] { receiver as INamedTypeSymbol, called.ContainingType })
            for (var type = start; type is not null; type = type.BaseType)
                if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, declaring))
                {
                    Pair(declaring.TypeParameters, type.TypeArguments, ref map);
                    return map;
                }
        foreach (var contract in declaring.AllInterfaces)
            if (SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, called.ContainingType.OriginalDefinition))
                for (var i = 0; i < contract.TypeArguments.Length; i++)
                    if (contract.TypeArguments[i] is ITypeParameterSymbol parameter) (map ??= New())[parameter] = called.ContainingType.TypeArguments[i];
        return map;
    }

    private static void Pair(System.Collections.Immutable.ImmutableArray<ITypeParameterSymbol> parameters, System.Collections.Immutable.ImmutableArray<ITypeSymbol> arguments, ref Dictionary<ISymbol, ITypeSymbol>? map)
    {
        for (var i = 0; i < parameters.Length && i < arguments.Length; i++) (map ??= New())[parameters[i]] = arguments[i];
    }

    private static Dictionary<ISymbol, ITypeSymbol> New() => new(SymbolEqualityComparer.Default);
}

using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>Which types of this compilation stand behind an interface or an abstract member. Found in one walk over the declared types, when first asked.</summary>
internal sealed class Implementations
{
    private const int MostImplementations = 8;

    private readonly Dictionary<ISymbol, List<INamedTypeSymbol>> _byContract = new(SymbolEqualityComparer.Default);

    public Implementations(Compilation compilation)
    {
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(compilation.Assembly.GlobalNamespace);
        while (pending.Count > 0)
            foreach (var member in pending.Pop().GetMembers())
            {
                if (member is not INamespaceOrTypeSymbol inner) continue;
                pending.Push(inner);
                if (inner is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } type) continue;
                foreach (var contract in type.AllInterfaces) Note(contract, type);
                for (var b = type.BaseType; b is { SpecialType: SpecialType.None }; b = b.BaseType) Note(b, type);
            }
    }

    private void Note(INamedTypeSymbol contract, INamedTypeSymbol type)
    {
        if (!_byContract.TryGetValue(contract.OriginalDefinition, out var types)) _byContract[contract.OriginalDefinition] = types = [];
        types.Add(type);
    }

    /// <summary>Whether an entity type derives from, or implements, the type.</summary>
    public bool IsBaseOf(INamedTypeSymbol type, EntityModel model)
    {
        if (!_byContract.TryGetValue(type.OriginalDefinition, out var types)) return false;
        foreach (var derived in types)
            if (model.IsEntity(derived)) return true;
        return false;
    }

    /// <summary>The one method that a call of an interface's or abstract member can reach in this compilation; null when there is none or a choice.</summary>
    public IMethodSymbol? Single(IMethodSymbol method, INamedTypeSymbol? receiver)
    {
        var contract = method.ContainingType;
        if (!_byContract.TryGetValue(contract.OriginalDefinition, out var types)) return null;
        IMethodSymbol? found = null;
        foreach (var type in types)
        {
            if (type.IsAbstract && contract.TypeKind == TypeKind.Interface && types.Count > 1) continue;
            if (receiver is { TypeKind: TypeKind.Class } && !type.Inherits(receiver) && !receiver.Inherits(type)) continue;
            var target = contract.TypeKind == TypeKind.Interface ? Implementing(type, method) : Overriding(type, method);
            if (target is null || target.IsAbstract) continue;
            target = target.OriginalDefinition;
            if (found is not null && !SymbolEqualityComparer.Default.Equals(found, target)) return null;
            found = target;
        }
        return found is { DeclaringSyntaxReferences.Length: > 0 } ? found : null;
    }

    /// <summary>The first few methods of this compilation that implement an interface's member.</summary>
    public IEnumerable<IMethodSymbol> Of(IMethodSymbol method) =>
        method.ContainingType.TypeKind == TypeKind.Interface && _byContract.TryGetValue(method.ContainingType.OriginalDefinition, out var types)
            ? types.Where(t => !t.IsAbstract).Take(MostImplementations).Select(t => Implementing(t, method)).OfType<IMethodSymbol>()
            : [];

    private static IMethodSymbol? Implementing(INamedTypeSymbol type, IMethodSymbol method)
    {
        foreach (var contract in type.AllInterfaces)
        {
            if (!SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, method.ContainingType.OriginalDefinition) || !Fits(contract, method.ContainingType)) continue;
            foreach (var member in contract.GetMembers(method.Name))
                if (SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, method.OriginalDefinition)) return type.FindImplementationForInterfaceMember(member) as IMethodSymbol;
        }
        return null;
    }

    /// <summary>Whether a type's interface can be the one that is called: its type arguments are the same, or type parameters of the type.</summary>
    private static bool Fits(INamedTypeSymbol implemented, INamedTypeSymbol called)
    {
        for (var i = 0; i < implemented.TypeArguments.Length; i++)
            if (implemented.TypeArguments[i] is not ITypeParameterSymbol && called.TypeArguments[i] is not ITypeParameterSymbol
                && !SymbolEqualityComparer.Default.Equals(implemented.TypeArguments[i], called.TypeArguments[i])) return false;
        return true;
    }

    private static IMethodSymbol? Overriding(INamedTypeSymbol type, IMethodSymbol method)
    {
        for (var t = type; t is not null && !SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, method.ContainingType.OriginalDefinition); t = t.BaseType)
            foreach (var member in t.GetMembers(method.Name))
                if (member is IMethodSymbol candidate)
                    for (var o = candidate.OverriddenMethod; o is not null; o = o.OverriddenMethod)
                        if (SymbolEqualityComparer.Default.Equals(o.OriginalDefinition, method.OriginalDefinition)) return candidate;
        return null;
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Model;

/// <summary>Who calls a method, in this compilation. The index is by name and made when first asked; only candidates are bound.</summary>
internal sealed class Callers
{
    private readonly Engine _engine;
    private readonly Dictionary<string, List<SyntaxNode>> _byName = [];
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<SyntaxNode>> _found = new(SymbolEqualityComparer.Default);

    public Callers(Engine engine)
    {
        _engine = engine;
        foreach (var tree in engine.Compilation.SyntaxTrees)
            foreach (var node in tree.GetRoot().DescendantNodes())
                if (node is SimpleNameSyntax name && IsCalled(name))
                {
                    if (!_byName.TryGetValue(name.Identifier.ValueText, out var sites)) _byName[name.Identifier.ValueText] = sites = [];
                    sites.Add(name);
                }
    }

    private static bool IsCalled(SimpleNameSyntax name) => name.Parent switch
    {
        InvocationExpressionSyntax => true,
        MemberAccessExpressionSyntax access => access.Name == name && access.Parent is InvocationExpressionSyntax or ArgumentSyntax,
        MemberBindingExpressionSyntax binding => binding.Parent is InvocationExpressionSyntax,
        ArgumentSyntax => true,
        _ => false,
    };

    /// <summary>The names by which a method is called, in the order of the files.</summary>
    public ImmutableArray<SyntaxNode> Of(IMethodSymbol method, CancellationToken cancellation) => _found.GetOrAdd(method.OriginalDefinition, m =>
    {
        var wanted = (IMethodSymbol)m;
        if (!_byName.TryGetValue(wanted.Name, out var sites) || sites.Count > 400) return ImmutableArray<SyntaxNode>.Empty;
        var result = ImmutableArray.CreateBuilder<SyntaxNode>();
        foreach (var site in sites)
            if (_engine.ModelOf(site.SyntaxTree).GetSymbolInfo(site, cancellation).Symbol is IMethodSymbol called && Reaches(called, wanted)) result.Add(site);
        return result.ToImmutable();
    });

    private bool Reaches(IMethodSymbol called, IMethodSymbol wanted)
    {
        called = (called.ReducedFrom ?? called).OriginalDefinition;
        if (SymbolEqualityComparer.Default.Equals(called, wanted)) return true;
        if (called.ContainingType?.TypeKind == TypeKind.Interface || called.IsAbstract || called.IsVirtual || called.IsOverride)
        {
            for (var o = wanted.OverriddenMethod; o is not null; o = o.OverriddenMethod)
                if (SymbolEqualityComparer.Default.Equals(o.OriginalDefinition, called)) return true;
            return SymbolEqualityComparer.Default.Equals(_engine.Resolve(called, null)?.OriginalDefinition, wanted);
        }
        return false;
    }
}

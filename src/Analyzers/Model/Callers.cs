using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Model;

/// <summary>Who calls a method, in this compilation. Candidates come from the index of names; only they are bound.</summary>
internal sealed class Callers
{
    /// <summary>A name that is called from so many places says nothing about who calls.</summary>
    private const int MostSites = 400;

    private readonly Engine _engine;
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<SyntaxNode>> _found = new(SymbolEqualityComparer.Default);

    public Callers(Engine engine) => _engine = engine;

    /// <summary>The names by which a method is called, in the order of the files.</summary>
    public ImmutableArray<SyntaxNode> Of(IMethodSymbol method, CancellationToken cancellation) => _found.GetOrAdd(method.OriginalDefinition, m =>
    {
        var wanted = (IMethodSymbol)m;
        var sites = _engine.Index.CallsOf(wanted.Name).Take(MostSites + 1).ToArray();
        if (sites.Length > MostSites) return ImmutableArray<SyntaxNode>.Empty;
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

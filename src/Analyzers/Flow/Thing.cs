using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Flow;

/// <summary>Something a value can be: a row that was read, an object made here, or one that came from outside.</summary>
internal abstract class Thing;

/// <summary>What came into the body: a parameter, <c>this</c>, a captured local, a static member, and a member path below it.</summary>
internal sealed class Outside(ISymbol root, ImmutableArray<ISymbol> path) : Thing, IEquatable<Outside>
{
    /// <summary>Longer paths are given up: nobody reads a race through five hops.</summary>
    public const int LongestPath = 4;

    public ISymbol Root { get; } = root;
    public ImmutableArray<ISymbol> Path { get; } = path;

    public static Outside Of(ISymbol root) => new(root, ImmutableArray<ISymbol>.Empty);

    /// <summary>The type of what came in.</summary>
    public ITypeSymbol? Type => (Path.Length > 0 ? Path[Path.Length - 1] : Root) switch
    {
        IParameterSymbol p => p.Type,
        ILocalSymbol l => l.Type,
        IPropertySymbol p => p.Type,
        IFieldSymbol f => f.Type,
        ITypeSymbol t => t,
        _ => null,
    };

    public Outside? Then(ISymbol member) => Path.Length == LongestPath ? null : new Outside(Root, Path.Add(member));

    public bool Equals(Outside? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Path.Length != other.Path.Length) return false;
        // Most paths begin in the same place.
        for (var i = Path.Length - 1; i >= 0; i--)
            if (!SymbolEqualityComparer.Default.Equals(Path[i], other.Path[i])) return false;
        return SymbolEqualityComparer.Default.Equals(Root, other.Root);
    }

    public override bool Equals(object? obj) => Equals(obj as Outside);
    public override int GetHashCode()
    {
        var hash = SymbolEqualityComparer.Default.GetHashCode(Root);
        foreach (var member in Path) hash = hash * 31 + SymbolEqualityComparer.Default.GetHashCode(member);
        return hash;
    }

    public override string ToString() => string.Join(".", Path.Insert(0, Root).Select(s => s.Name));
}

/// <summary>An object created in the body (or, by <paramref name="site"/>, in a method that it calls there).</summary>
internal sealed class Fresh(SyntaxNode node, SyntaxNode? site, ITypeSymbol? type) : Thing, IEquatable<Fresh>
{
    public SyntaxNode Node { get; } = node;
    public SyntaxNode? Site { get; } = site;
    public ITypeSymbol? Type { get; } = type;

    public bool Equals(Fresh? other) => other is not null && Node == other.Node && Site == other.Site;
    public override bool Equals(object? obj) => Equals(obj as Fresh);
    public override int GetHashCode() => Node.GetHashCode() * 31 + (Site?.GetHashCode() ?? 0);
}

/// <summary>The row that a query's lambda speaks of, before the query is executed.</summary>
internal sealed class Element : Thing
{
    public static readonly Element Instance = new();
    private Element() { }
}

/// <summary>An entry of a cache: a copy of the database as it once was.</summary>
internal sealed class Cached(SyntaxNode node) : Thing, IEquatable<Cached>
{
    public SyntaxNode Node { get; } = node;

    public bool Equals(Cached? other) => other is not null && Node == other.Node;
    public override bool Equals(object? obj) => Equals(obj as Cached);
    public override int GetHashCode() => Node.GetHashCode();
}

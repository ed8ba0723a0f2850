using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>The types that the race model speaks of, of one compilation; a type that is not referenced is null.</summary>
internal sealed class KnownSymbols
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<string, INamedTypeSymbol?> _types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<INamedTypeSymbol, Library> _libraries = new(SymbolEqualityComparer.Default);

    public INamedTypeSymbol DbContext { get; }
    public INamedTypeSymbol DbSet { get; }
    public INamedTypeSymbol? Database => Type("Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade");
    public INamedTypeSymbol? Transaction => Type("Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction");
    public INamedTypeSymbol? TransactionScope => Type("System.Transactions.TransactionScope");
    public INamedTypeSymbol? ModelState => Type("Microsoft.AspNetCore.Mvc.ModelBinding.ModelStateDictionary");
    public INamedTypeSymbol? DbUpdateException { get; }
    public INamedTypeSymbol? DbUpdateConcurrencyException { get; }
    public INamedTypeSymbol? Interceptor { get; }
    public INamedTypeSymbol? Task { get; }
    public INamedTypeSymbol? GenericTask { get; }
    public INamedTypeSymbol? ValueTask { get; }
    public INamedTypeSymbol? GenericValueTask { get; }

    private KnownSymbols(Compilation compilation, IAssemblySymbol framework, INamedTypeSymbol context, INamedTypeSymbol set)
    {
        _compilation = compilation;
        DbContext = context;
        DbSet = set;
        DbUpdateException = framework.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbUpdateException");
        DbUpdateConcurrencyException = framework.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException");
        Interceptor = framework.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.Diagnostics.ISaveChangesInterceptor");
        Task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        GenericTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
        ValueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask");
        GenericValueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1");
    }

    /// <summary>The symbols, or null when the compilation does not reference Entity Framework Core.</summary>
    public static KnownSymbols? Of(Compilation compilation)
    {
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
            if (assembly.Name == "Microsoft.EntityFrameworkCore"
                && assembly.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbContext") is { } context
                && assembly.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbSet`1") is { } set)
                return new KnownSymbols(compilation, assembly, context, set);
        return null;
    }

    private INamedTypeSymbol? Type(string name) => _types.GetOrAdd(name, _compilation.GetTypeByMetadataName);

    /// <summary>Which library a type belongs to, in the race model's terms; looks at base types and interfaces of types that are not known themselves.</summary>
    public Library LibraryOf(INamedTypeSymbol? type)
    {
        if (type is null || type.SpecialType != SpecialType.None) return Library.None;
        var definition = type.OriginalDefinition;
        return _libraries.TryGetValue(definition, out var library) ? library : _libraries.GetOrAdd(definition, Find(definition));
    }

    private Library Find(INamedTypeSymbol type)
    {
        if (Named(type) is not Library.None and var own) return own;
        for (var b = type.BaseType; b is not null && b.SpecialType == SpecialType.None; b = b.BaseType)
            if (Named(b) is not Library.None and var inherited) return inherited;
        foreach (var i in type.AllInterfaces)
            if (Named(i) is not Library.None and var implemented) return implemented;
        // An application's own: its name says what its code, out of sight or in SQL, does.
        return type.Name.Contains("DistributedLock") ? Library.DistributedLock : Library.None;
    }

    /// <summary>The library that has a type of this name.</summary>
    private Library Named(INamedTypeSymbol type) =>
        LibraryTypes.ByName.TryGetValue(type.MetadataName, out var candidates) && type.ContainingType is null
            ? candidates.FirstOrDefault(c => ModelTypes.IsNamespace(type.ContainingNamespace, c.Namespace)).Library
            : Library.None;

    public bool IsDbContext(ITypeSymbol? type)
    {
        if (type is ITypeParameterSymbol parameter)
        {
            foreach (var constraint in parameter.ConstraintTypes)
                if (IsDbContext(constraint)) return true;
            return false;
        }
        for (var t = type; t is not null; t = t.BaseType)
            if (SymbolEqualityComparer.Default.Equals(t, DbContext)) return true;
        return false;
    }

    /// <summary>The entity type of a <c>DbSet&lt;T&gt;</c>, or null.</summary>
    public ITypeSymbol? EntityOfSet(ITypeSymbol? type)
    {
        for (var t = type as INamedTypeSymbol; t is not null; t = t.BaseType)
            if (t.IsGenericType && SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, DbSet)) return t.TypeArguments[0];
        return null;
    }

    /// <summary>What a task gives, or the type itself.</summary>
    public ITypeSymbol? Awaited(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol named) return type;
        if (named.IsGenericType && (SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, GenericTask) || SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, GenericValueTask)))
            return named.TypeArguments[0];
        return SymbolEqualityComparer.Default.Equals(named, Task) || SymbolEqualityComparer.Default.Equals(named, ValueTask) ? null : type;
    }

    /// <summary>The element type of an array, a queryable or another generic collection; null for a single value.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol? type)
    {
        if (type is IArrayTypeSymbol array) return array.ElementType;
        if (type is not INamedTypeSymbol named || named.SpecialType == SpecialType.System_String) return null;
        if (IsSequence(named)) return named.TypeArguments[0];
        foreach (var i in named.AllInterfaces)
            if (IsSequence(i)) return i.TypeArguments[0] is INamedTypeSymbol { Name: "KeyValuePair", TypeArguments.Length: 2 } pair ? pair.TypeArguments[1] : i.TypeArguments[0];
        return null;

        static bool IsSequence(INamedTypeSymbol t) => t.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
            || t is { Name: "IAsyncEnumerable", TypeArguments.Length: 1 };
    }

    public static bool IsQueryable(ITypeSymbol? type) => type is INamedTypeSymbol named
        && (IsIt(named) || named.AllInterfaces.Any(IsIt));

    private static bool IsIt(INamedTypeSymbol type) => type is { Name: "IQueryable", TypeArguments.Length: 1 };
}

using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>The types that the race model speaks of, resolved once per compilation. A type that is not referenced is null.</summary>
internal sealed class KnownSymbols
{
    private readonly Dictionary<ISymbol, Library> _libraries = new(SymbolEqualityComparer.Default);

    public INamedTypeSymbol DbContext { get; }
    public INamedTypeSymbol DbSet { get; }
    public INamedTypeSymbol? Queryable { get; }
    public INamedTypeSymbol? Enumerable { get; }
    public INamedTypeSymbol? TransactionScope { get; }
    public INamedTypeSymbol? ModelState { get; }
    public INamedTypeSymbol? DbUpdateException { get; }
    public INamedTypeSymbol? DbUpdateConcurrencyException { get; }
    public INamedTypeSymbol? Logger { get; }
    public INamedTypeSymbol? Task { get; }
    public INamedTypeSymbol? GenericTask { get; }
    public INamedTypeSymbol? ValueTask { get; }
    public INamedTypeSymbol? GenericValueTask { get; }
    public INamedTypeSymbol? EntityEntry { get; }
    public INamedTypeSymbol? Interceptor { get; }

    private KnownSymbols(Compilation compilation, INamedTypeSymbol context, INamedTypeSymbol set)
    {
        DbContext = context;
        DbSet = set;
        Queryable = compilation.GetTypeByMetadataName("System.Linq.Queryable");
        Enumerable = compilation.GetTypeByMetadataName("System.Linq.Enumerable");
        TransactionScope = compilation.GetTypeByMetadataName("System.Transactions.TransactionScope");
        ModelState = compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Mvc.ModelBinding.ModelStateDictionary");
        DbUpdateException = compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbUpdateException");
        DbUpdateConcurrencyException = compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException");
        Logger = compilation.GetTypeByMetadataName("Microsoft.Extensions.Logging.ILogger");
        Task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        GenericTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
        ValueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask");
        GenericValueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1");
        EntityEntry = compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry");
        Interceptor = compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.Diagnostics.ISaveChangesInterceptor");
        foreach (var (library, name) in LibraryTypes.All)
            if (compilation.GetTypeByMetadataName(name) is { } type) _libraries[type] = library;
    }

    /// <summary>The symbols, or null when the compilation does not reference Entity Framework Core.</summary>
    public static KnownSymbols? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbContext") is { } context
        && compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbSet`1") is { } set
        && context.ContainingAssembly.Name == "Microsoft.EntityFrameworkCore"
            ? new KnownSymbols(compilation, context, set)
            : null;

    /// <summary>Which library a type belongs to, in the race model's terms; looks at base types and interfaces of types that are not known themselves.</summary>
    public Library LibraryOf(INamedTypeSymbol? type)
    {
        if (type is null) return Library.None;
        if (_libraries.TryGetValue(type.OriginalDefinition, out var library)) return library;
        if (type.SpecialType != SpecialType.None) return Library.None;
        for (var b = type.BaseType; b is not null && b.SpecialType == SpecialType.None; b = b.BaseType)
            if (_libraries.TryGetValue(b.OriginalDefinition, out library)) return library;
        foreach (var i in type.AllInterfaces)
            if (_libraries.TryGetValue(i.OriginalDefinition, out library)) return library;
        return Library.None;
    }

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

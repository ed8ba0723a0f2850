using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>The types of a compilation that say something about its model, found in one walk.</summary>
internal sealed class ModelTypesInSource
{
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<INamedTypeSymbol, bool> _buildsModels = new(SymbolEqualityComparer.Default);

    public ModelTypesInSource(Compilation compilation, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        Visit(compilation.Assembly.GlobalNamespace);
    }

    public List<INamedTypeSymbol> Contexts { get; } = [];

    /// <summary>Interfaces and other types that expose <c>DbSet&lt;T&gt;</c>, such as <c>IApplicationDbContext</c>.</summary>
    public List<INamedTypeSymbol> SetInterfaces { get; } = [];

    /// <summary>Classes that implement <c>IEntityTypeConfiguration&lt;T&gt;</c>.</summary>
    public List<INamedTypeSymbol> Configurations { get; } = [];

    public List<INamedTypeSymbol> Snapshots { get; } = [];

    public List<INamedTypeSymbol> Migrations { get; } = [];

    /// <summary>Implementations of an interface with a method that takes a <c>ModelBuilder</c>; a context finds them by reflection.</summary>
    public List<IMethodSymbol> Customizers { get; } = [];

    private void Visit(INamespaceSymbol ns)
    {
        _cancellation.ThrowIfCancellationRequested();
        foreach (var member in ns.GetMembers())
        {
            if (member is INamespaceSymbol inner)
            {
                Visit(inner);
            }
            else if (member is INamedTypeSymbol type)
            {
                Visit(type);
            }
        }
    }

    private void Visit(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Interface)
        {
            if (type.GetMembers().Any(member => member is IPropertySymbol { Type: var set } && set.SetElement() is not null))
            {
                SetInterfaces.Add(type);
            }
        }
        else if (type.TypeKind == TypeKind.Class && !type.IsStatic)
        {
            VisitClass(type);
        }

        foreach (var nested in type.GetTypeMembers())
        {
            Visit(nested);
        }
    }

    private void VisitClass(INamedTypeSymbol type)
    {
        if (type.IsDbContext())
        {
            Contexts.Add(type);
        }
        else if (type.DerivesFrom("Microsoft.EntityFrameworkCore.Infrastructure", "ModelSnapshot"))
        {
            Snapshots.Add(type);
        }
        else if (type.DerivesFrom("Microsoft.EntityFrameworkCore.Migrations", "Migration"))
        {
            Migrations.Add(type);
        }

        foreach (var implemented in type.AllInterfaces)
        {
            if (IsConfiguration(implemented))
            {
                Configurations.Add(type);
                return;
            }

            if (BuildsModels(implemented) is { } method && type.FindImplementationForInterfaceMember(method) is IMethodSymbol customizer)
            {
                Customizers.Add(customizer);
            }
        }
    }

    public static bool IsConfiguration(INamedTypeSymbol type) =>
        type.Arity == 1 && type.IsNamed(ModelTypes.EntityFrameworkNamespace, "IEntityTypeConfiguration");

    private IMethodSymbol? BuildsModels(INamedTypeSymbol implemented)
    {
        if (implemented.Locations is not [{ IsInSource: true }, ..] && !implemented.ContainingAssembly.ReferencesEntityFramework())
        {
            return null;
        }

        if (_buildsModels.TryGetValue(implemented, out var builds) && !builds)
        {
            return null;
        }

        var method = implemented.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(candidate =>
            candidate.Parameters is [{ Type: var type }, ..] && type.IsNamed(ModelTypes.EntityFrameworkNamespace, "ModelBuilder"));
        _buildsModels[implemented] = method is not null;
        return method;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>What was read of all contexts, configurations and snapshots in sight: the drafts from which facts are made.</summary>
internal sealed class ModelReading
{
    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellation;

    public ModelReading(Compilation compilation, ModelTypesInSource types, SnapshotReader snapshots, CancellationToken cancellation)
    {
        _compilation = compilation;
        _cancellation = cancellation;
        ReadContexts(types);
        Snapshots = snapshots.Read(types.Snapshots, cancellation);
        ReadForeignContexts();
        Reach();
        MigratedIndexes = MigrationReader.Read(compilation, types.Migrations, cancellation);
    }

    /// <summary>Unique indexes of the migrations in sight.</summary>
    public IReadOnlyList<MigratedIndex> MigratedIndexes { get; }

    /// <summary>What the compilation's own code says.</summary>
    public ModelDraft Source { get; } = new();

    public IReadOnlyList<SnapshotDraft> Snapshots { get; }

    public List<ContextDraft> Contexts { get; } = [];

    /// <summary>Entity types of contexts and sets in sight.</summary>
    public HashSet<INamedTypeSymbol> Entities { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Of those, the ones that only an assembly without source, or an interface, exposes.</summary>
    public HashSet<INamedTypeSymbol> Foreign { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The entity whose navigation led to a type; its configuration is as visible as that one's.</summary>
    public Dictionary<INamedTypeSymbol, INamedTypeSymbol> ReachedFrom { get; } = new(SymbolEqualityComparer.Default);

    private void ReadContexts(ModelTypesInSource types)
    {
        var reader = new FluentReader(_compilation, Source, _cancellation);
        foreach (var type in types.Contexts)
        {
            if ((type.IsAbstract || type.Arity > 0) && types.Contexts.Any(other => other.BaseType is { } b && SymbolEqualityComparer.Default.Equals(b.OriginalDefinition, type)))
            {
                // Its code is read as that of each derived context.
                continue;
            }

            var context = new ContextDraft(type);
            Contexts.Add(context);
            AddSets(context, type);
            ReadContext(reader, context, type);
        }

        foreach (var type in types.Configurations)
        {
            if (!type.IsAbstract && type.Arity == 0)
            {
                reader.ReadConfiguration(type);
            }
        }

        foreach (var customizer in types.Customizers)
        {
            reader.Read(customizer, customizer.ContainingType, 0, new ModelScope(null));
        }

        foreach (var draft in Source.All)
        {
            if (draft.Type is { } type)
            {
                Entities.Add(type);
            }
        }

        foreach (var type in types.SetInterfaces)
        {
            AddForeign(type);
        }
    }

    private void AddSets(ContextDraft context, INamedTypeSymbol type)
    {
        for (var current = type; current is not null && !current.IsRootContext(); current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { IsStatic: false, Type: var set } && set.SetElement() is { } entity && !context.Sets.ContainsKey(entity))
                {
                    context.Sets.Add(entity, member.Name);
                    Entities.Add(entity);
                }
            }
        }
    }

    private void ReadContext(FluentReader reader, ContextDraft context, INamedTypeSymbol type)
    {
        foreach (var (hook, builder) in new[] { ("OnModelCreating", "ModelBuilder"), ("ConfigureConventions", "ModelConfigurationBuilder") })
        {
            for (var current = type; current is not null && !current.IsRootContext(); current = current.BaseType)
            {
                var method = current.GetMembers(hook).OfType<IMethodSymbol>().FirstOrDefault(m => m.Parameters is [{ Type.Name: var name }] && name == builder);
                if (method is null)
                {
                    continue;
                }

                if (_compilation.Assembly.Equals(current.ContainingAssembly, SymbolEqualityComparer.Default))
                {
                    reader.Read(method, type, 0, new ModelScope(context));
                }
                else if (!KnownLibraries.LeavesTokensAlone(method))
                {
                    context.IsOpaque = true;
                }

                break;
            }
        }

        IdentityModel.Apply(type, Source);
    }

    /// <summary>Contexts in referenced assemblies: they show their sets, not their configuration.</summary>
    private void ReadForeignContexts()
    {
        foreach (var assembly in _compilation.SourceModule.ReferencedAssemblySymbols)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (!assembly.Name.StartsWith("Microsoft.", StringComparison.Ordinal) && assembly.ReferencesEntityFramework())
            {
                AddForeign(assembly.GlobalNamespace);
            }
        }
    }

    private void AddForeign(INamespaceSymbol ns)
    {
        foreach (var member in ns.GetMembers())
        {
            if (member is INamespaceSymbol inner)
            {
                AddForeign(inner);
            }
            else if (member is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface } type && (type.TypeKind == TypeKind.Interface || type.IsDbContext()))
            {
                AddForeign(type);
            }
        }
    }

    private void AddForeign(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol { Type: var set } && set.SetElement() is { TypeKind: TypeKind.Class } entity && Entities.Add(entity))
            {
                Foreign.Add(entity);
            }
        }
    }

    /// <summary>Entities that others lead to: EF Core maps every class that a navigation reaches.</summary>
    private void Reach()
    {
        var queue = new Queue<INamedTypeSymbol>(Entities);
        while (queue.Count > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            var from = queue.Dequeue();
            var drafts = DraftsNamed(from.ModelName()).ToList();
            foreach (var (member, target, _) in Conventions.Navigations(from))
            {
                if (IsNavigation(member.Name, target.ModelName(), drafts) && Entities.Add(target))
                {
                    ReachedFrom[target] = from;
                    queue.Enqueue(target);
                }
            }
        }
    }

    /// <summary>A member that the model knows as a property is none, nor one that a snapshot of the entity does not lead on.</summary>
    private bool IsNavigation(string member, string target, List<EntityDraft> drafts)
    {
        if (Source.IgnoredTypes.Contains(target) || Source.ConvertedTypes.Contains(target))
        {
            return false;
        }

        foreach (var draft in drafts)
        {
            if (draft.Ignored.Contains(member) || draft.Find(member) is not null || (!draft.Key.IsDefault && draft.Key.Contains(member)))
            {
                return false;
            }

            if (draft.IsFromSnapshot && !draft.Parts.ContainsKey(member) && !DraftsNamed(target).Any())
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<EntityDraft> DraftsNamed(string name)
    {
        if (Source.Find(name) is { } draft)
        {
            yield return draft;
        }

        foreach (var snapshot in Snapshots)
        {
            if (snapshot.Model.Find(name) is { } inSnapshot)
            {
                yield return inSnapshot;
            }
        }
    }
}

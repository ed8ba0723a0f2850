using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Brings together what attributes, conventions, configuration and snapshots say of one entity type.</summary>
internal sealed class FactsBuilder
{
    private readonly Compilation _compilation;
    private readonly ModelReading _reading;
    private readonly Provider _provider;
    private readonly TableNames _names;
    private readonly Dictionary<string, INamedTypeSymbol?> _bySimpleName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(EntityDraft Owner, string Path)>> _parts = new(StringComparer.Ordinal);

    public FactsBuilder(Compilation compilation, ModelReading reading, ContextSettings settings, Provider provider)
    {
        _compilation = compilation;
        _reading = reading;
        _provider = provider;
        _names = new TableNames(reading, settings);
        foreach (var draft in AllDrafts())
        {
            foreach (var part in draft.Parts)
            {
                if (part.Value.TypeName is { } name)
                {
                    if (!_parts.TryGetValue(name, out var owners))
                    {
                        _parts.Add(name, owners = []);
                    }

                    owners.Add((draft, part.Key));
                }
            }
        }
    }

    private IEnumerable<EntityDraft> AllDrafts() =>
        _reading.Source.Entities.Values.Concat(_reading.Snapshots.SelectMany(snapshot => snapshot.Model.Entities.Values));

    public bool IsEntity(INamedTypeSymbol type) =>
        _reading.Entities.Contains(type) || IsPart(type) || SnapshotDrafts(type).Count > 0 || IsBaseOfEntity(type);

    private bool IsPart(INamedTypeSymbol type) => Conventions.IsOwnedByAttribute(type) || _parts.ContainsKey(type.ModelName());

    /// <summary>A base class whose members an entity inherits; code that works on it works on rows.</summary>
    private bool IsBaseOfEntity(INamedTypeSymbol type)
    {
        if (type.SpecialType != SpecialType.None)
        {
            return false;
        }

        foreach (var entity in _reading.Entities)
        {
            for (var current = entity.BaseType; current is not null; current = current.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(current, type))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public EntityFacts Build(INamedTypeSymbol type)
    {
        var drafts = Drafts(type);
        var isOwned = IsPart(type);
        var owners = Owners(type);
        var members = new MemberFacts(type, drafts, _reading);
        var tokens = new TokenFacts(type, drafts, Patterns(type), _provider);
        var keys = new KeyFacts(type, drafts, _reading, EntityNamed);
        return new EntityFacts(type)
        {
            Sight = tokens.AreUncertain ? Sight.Unknown : SightOf(type, owners),
            Tokens = isOwned ? tokens.All.AddRange(owners.SelectMany(owner => Build(owner).Tokens).Where(token => !tokens.All.Contains(token))) : tokens.All,
            UniqueKeys = keys.Unique,
            KeyMembers = keys.Primary,
            GeneratedKey = keys.IsGenerated,
            ForeignKeys = keys.ForeignKeys,
            Table = isOwned ? null : _names.Table(type, drafts, SightOf(type, owners)),
            Schema = isOwned ? null : _names.Schema(type, drafts),
            Columns = _names.Columns(members.Mapped, drafts, type),
            Converted = members.Converted,
            Mapped = members.Mapped,
            IsOwned = isOwned,
            Owners = owners,
            HasInheritance = HasInheritance(type, drafts),
            QueryFilters = drafts.SelectMany(draft => draft.QueryFilters).ToImmutableArray(),
        };
    }

    /// <summary>The source's drafts of the type and of its base types, base first, then those of the snapshots.</summary>
    private List<EntityDraft> Drafts(INamedTypeSymbol type)
    {
        var drafts = new List<EntityDraft>();
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            drafts.InsertRange(0, SnapshotDrafts(current));
        }

        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (_reading.Source.Entities.TryGetValue(current.ModelName(), out var draft))
            {
                drafts.Insert(0, draft);
            }
        }

        return drafts;
    }

    /// <summary>By full name; by simple name where the snapshot's own type is not in reach of this compilation and no other has that name.</summary>
    private List<EntityDraft> SnapshotDrafts(INamedTypeSymbol type)
    {
        var found = new List<EntityDraft>();
        var name = type.ModelName();
        foreach (var snapshot in _reading.Snapshots)
        {
            if (snapshot.Model.Entities.TryGetValue(name, out var draft))
            {
                found.Add(draft);
            }
        }

        return found;
    }

    private ImmutableArray<INamedTypeSymbol> Owners(INamedTypeSymbol type) =>
        _parts.TryGetValue(type.ModelName(), out var owners)
            ? owners.Select(owner => owner.Owner.Type ?? _compilation.GetTypeByMetadataName(owner.Owner.Name))
                .OfType<INamedTypeSymbol>().Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default).ToImmutableArray()
            : ImmutableArray<INamedTypeSymbol>.Empty;

    private List<EntityPattern> Patterns(INamedTypeSymbol type) => _reading.Source.Patterns.Where(pattern => pattern.Matches(type)).ToList();

    private INamedTypeSymbol? EntityNamed(string name)
    {
        lock (_bySimpleName)
        {
            if (!_bySimpleName.TryGetValue(name, out var type))
            {
                type = _reading.Source.Entities.TryGetValue(name, out var draft) ? draft.Type : null;
                _bySimpleName.Add(name, type ??= _compilation.GetTypeByMetadataName(name));
            }

            return type;
        }
    }

    private Sight SightOf(INamedTypeSymbol type, ImmutableArray<INamedTypeSymbol> owners)
    {
        if (SnapshotDrafts(type).Count > 0)
        {
            return Sight.Seen;
        }

        if (!owners.IsEmpty)
        {
            return owners.All(owner => SightOf(owner, ImmutableArray<INamedTypeSymbol>.Empty) == Sight.Seen) ? Sight.Seen : Sight.Unknown;
        }

        _reading.Source.Entities.TryGetValue(type.ModelName(), out var draft);
        if (draft?.IsOpaque == true)
        {
            return Sight.Unknown;
        }

        var holders = _reading.Contexts.Where(context => context.Sets.ContainsKey(type) || draft?.Contexts.Contains(context) == true).ToList();
        if (holders.Count > 0)
        {
            return holders.Any(context => context.IsOpaque || (context.AppliesForeignConfigurations && draft is null)) ? Sight.Unknown : Sight.Seen;
        }

        if (draft is not null)
        {
            return Sight.Seen;
        }

        return _reading.ReachedFrom.TryGetValue(type, out var from) ? SightOf(from, ImmutableArray<INamedTypeSymbol>.Empty) : BaseSight(type);
    }

    /// <summary>A derived type that no context names is as visible as its base type, and the reverse.</summary>
    private Sight BaseSight(INamedTypeSymbol type)
    {
        if (type.BaseType is { SpecialType: SpecialType.None } baseType && _reading.Entities.Contains(baseType))
        {
            return SightOf(baseType, ImmutableArray<INamedTypeSymbol>.Empty);
        }

        return Sight.Unknown;
    }

    private bool HasInheritance(INamedTypeSymbol type, List<EntityDraft> drafts)
    {
        if (drafts.Any(draft => draft.HasDiscriminator || draft.BaseName is not null))
        {
            return true;
        }

        for (var current = type.BaseType; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (_reading.Entities.Contains(current) || SnapshotDrafts(current).Count > 0)
            {
                return true;
            }
        }

        return _reading.Entities.Any(entity => !SymbolEqualityComparer.Default.Equals(entity, type) && entity.IsOrInherits(type));
    }
}

using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, INamedTypeSymbol?> _named = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _entities = new(SymbolEqualityComparer.Default);
    private readonly HashSet<INamedTypeSymbol> _bases;
    private readonly Dictionary<string, List<(EntityDraft Owner, string Path)>> _parts = new(StringComparer.Ordinal);

    public FactsBuilder(Compilation compilation, ModelReading reading, ContextSettings settings, Provider provider)
    {
        _compilation = compilation;
        _reading = reading;
        _provider = provider;
        _names = new TableNames(reading, settings);
        _bases = BasesOf(reading.Entities);
        foreach (var draft in reading.Source.Known.Concat(reading.Snapshots.SelectMany(snapshot => snapshot.Model.Known)))
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

    /// <summary>No entity is in reach: no context or set has one, and of what snapshots have there are no types here but the framework's own.</summary>
    public bool IsEmpty => _reading.Entities.Count == 0
        && !_reading.Snapshots.Any(snapshot => snapshot.Model.Names.Any(name => EntityNamed(name) is { ContainingAssembly.Name: var assembly } && !assembly.StartsWith("Microsoft.", StringComparison.Ordinal)));

    public bool IsEntity(INamedTypeSymbol type) =>
        _entities.GetOrAdd(type, candidate =>
            _reading.Entities.Contains(candidate) || _bases.Contains(candidate.OriginalDefinition) || IsPart(candidate) || IsInSnapshot(candidate));

    private bool IsPart(INamedTypeSymbol type) => Conventions.IsOwnedByAttribute(type) || _parts.ContainsKey(type.ModelName());

    /// <summary>Base classes whose members entities inherit: code that works on them works on rows.</summary>
    private static HashSet<INamedTypeSymbol> BasesOf(IEnumerable<INamedTypeSymbol> entities)
    {
        var bases = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        foreach (var entity in entities)
        {
            for (var current = entity.BaseType; current is { SpecialType: SpecialType.None }; current = current.BaseType)
            {
                bases.Add(current.OriginalDefinition);
            }
        }

        return bases;
    }

    public EntityFacts Build(INamedTypeSymbol type)
    {
        var drafts = Drafts(type);
        var isOwned = IsPart(type);
        var owners = Owners(type);
        var members = new MemberFacts(type, drafts, _reading, _compilation.Assembly);
        var tokens = new TokenFacts(type, drafts, Patterns(type), _provider);
        var keys = new KeyFacts(type, drafts, _reading, EntityNamed);
        var sight = tokens.AreUncertain ? Sight.Unknown : SightOf(type, owners);
        var table = isOwned || IsUnmappedBase(type) ? null : _names.Table(type, drafts, sight);
        var columns = _names.Columns(isOwned ? ImmutableHashSet<string>.Empty : members.Mapped, drafts, type);
        keys.AddAll(KeysInOwners(type));
        if (_reading.MigratedIndexes.Count > 0 && !isOwned) keys.AddMigrated(_reading.MigratedIndexes, table is null ? _names.Possible(type) : [table], columns, members.Mapped);
        return new EntityFacts(type)
        {
            Sight = sight,
            Tokens = TokensOf(type, tokens.All, owners),
            UniqueKeys = keys.Unique,
            KeyMembers = isOwned && owners.IsEmpty ? ImmutableArray<string>.Empty : keys.Primary,
            GeneratedKey = keys.IsGenerated,
            ForeignKeys = keys.ForeignKeys,
            Table = table,
            Schema = table is null ? null : _names.Schema(type, drafts),
            Columns = columns,
            Converted = members.Converted,
            Mapped = members.Mapped,
            IsOwned = isOwned,
            Owners = owners,
            HasInheritance = HasInheritance(type, drafts),
            QueryFilters = drafts.SelectMany(draft => draft.QueryFilters).Distinct().ToImmutableArray(),
        };
    }

    /// <summary>A part's row is its owner's, and so is the token. A base class that is no entity has what all entities derived from it have.</summary>
    private ImmutableArray<ConcurrencyToken> TokensOf(INamedTypeSymbol type, ImmutableArray<ConcurrencyToken> own, ImmutableArray<INamedTypeSymbol> owners)
    {
        var inherited = SharesRow(type)
            ? owners.SelectMany(owner => new TokenFacts(owner, Drafts(owner), Patterns(owner), _provider).All)
            : [];
        if (owners.IsEmpty && IsUnmappedBase(type))
        {
            var derived = Derived(type).Select(entity => new TokenFacts(entity, Drafts(entity), Patterns(entity), _provider).All).ToList();
            inherited = derived.Count == 0 ? [] : derived[0].Where(token => derived.All(others => others.Any(other => other.Member == token.Member)));
        }

        return own.AddRange(inherited.Where(token => own.All(other => other.Member != token.Member)));
    }

    private bool SharesRow(INamedTypeSymbol part)
    {
        var name = part.ModelName();
        return _parts.TryGetValue(name, out var owners)
            && owners.All(owner => owner.Owner.Parts[owner.Path].SharesRowOf(owner.Owner) || _reading.Source.Find(name) is { IsJson: true });
    }

    private bool IsUnmappedBase(INamedTypeSymbol type) => !_reading.Entities.Contains(type) && _bases.Contains(type.OriginalDefinition);

    private IEnumerable<INamedTypeSymbol> Derived(INamedTypeSymbol type) => _reading.Entities.Where(entity => entity.IsOrInherits(type));

    /// <summary>Unique keys that the owner's configuration gives to this part.</summary>
    private IEnumerable<UniqueKey> KeysInOwners(INamedTypeSymbol type)
    {
        if (!_parts.TryGetValue(type.ModelName(), out var owners))
        {
            yield break;
        }

        foreach (var (owner, path) in owners)
        {
            var prefix = path + ".";
            foreach (var index in owner.Indexes)
            {
                if (index.IsUnique && index.Members.All(member => member.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    var members = index.Members.Select(member => member.Substring(prefix.Length)).ToImmutableArray();
                    yield return new UniqueKey(members, index.Filter, UniqueKeySource.Index, Name: index.DatabaseName);
                }
            }
        }
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
            if (_reading.Source.Find(current.ModelName()) is { } draft)
            {
                drafts.Insert(0, draft);
            }
        }

        return drafts;
    }

    /// <summary>
    /// By full name; by simple name where the snapshot's own type does not exist in this compilation (it was moved since), one entity
    /// of the snapshot has that name, and this type is an entity of a context in sight.
    /// </summary>
    private List<EntityDraft> SnapshotDrafts(INamedTypeSymbol type)
    {
        var found = new List<EntityDraft>();
        var name = type.ModelName();
        foreach (var snapshot in _reading.Snapshots)
        {
            if (snapshot.Model.Find(name) is { } draft)
            {
                found.Add(draft);
            }
            else if (_reading.Entities.Contains(type) && snapshot.Model.OnlyNamed(type.Name) is { } moved && EntityNamed(moved.Name) is null)
            {
                found.Add(moved);
            }
        }

        return found;
    }

    private bool IsInSnapshot(INamedTypeSymbol type)
    {
        if (_reading.Snapshots.Count == 0)
        {
            return false;
        }

        var name = type.ModelName();
        return _reading.Snapshots.Any(snapshot => snapshot.Model.Has(name));
    }

    private ImmutableArray<INamedTypeSymbol> Owners(INamedTypeSymbol type) =>
        _parts.TryGetValue(type.ModelName(), out var owners)
            ? owners.Select(owner => owner.Owner.Type ?? _compilation.GetTypeByMetadataName(owner.Owner.Name))
                .OfType<INamedTypeSymbol>().Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default).ToImmutableArray()
            : ImmutableArray<INamedTypeSymbol>.Empty;

    private List<EntityPattern> Patterns(INamedTypeSymbol type) => _reading.Source.Patterns.Where(pattern => pattern.Matches(type)).ToList();

    private INamedTypeSymbol? EntityNamed(string name) =>
        _named.GetOrAdd(name, wanted => _reading.Source.Find(wanted)?.Type is { } type
            ? type
            : _compilation.GetTypeByMetadataName(wanted));

    private Sight SightOf(INamedTypeSymbol type, ImmutableArray<INamedTypeSymbol> owners)
    {
        if (SnapshotDrafts(type).Count > 0 || (_parts.TryGetValue(type.ModelName(), out var parts) && parts.Any(part => part.Owner.IsFromSnapshot)))
        {
            return Sight.Seen;
        }

        if (!owners.IsEmpty)
        {
            return owners.All(owner => SightOf(owner, ImmutableArray<INamedTypeSymbol>.Empty) == Sight.Seen) ? Sight.Seen : Sight.Unknown;
        }

        var draft = _reading.Source.Find(type.ModelName());
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

        return IsUnmappedBase(type) && Derived(type).All(entity => SightOf(entity, ImmutableArray<INamedTypeSymbol>.Empty) == Sight.Seen)
            ? Sight.Seen
            : Sight.Unknown;
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

        return _bases.Contains(type.OriginalDefinition);
    }
}

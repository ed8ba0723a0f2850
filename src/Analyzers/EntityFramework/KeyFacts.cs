using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Primary, alternate, unique and foreign keys of an entity type.</summary>
internal sealed class KeyFacts
{
    private readonly INamedTypeSymbol _type;
    private readonly ModelReading _reading;
    private readonly Func<string, INamedTypeSymbol?> _entityNamed;
    private readonly List<UniqueKey> _unique = [];
    private readonly List<ForeignKey> _foreign = [];

    public KeyFacts(INamedTypeSymbol type, List<EntityDraft> drafts, ModelReading reading, Func<string, INamedTypeSymbol?> entityNamed)
    {
        _type = type;
        _reading = reading;
        _entityNamed = entityNamed;
        Primary = PrimaryKey(drafts);
        IsGenerated = IsGeneratedKey(drafts);
        if (!Primary.IsEmpty)
        {
            Add(new UniqueKey(Primary, null, UniqueKeySource.PrimaryKey));
        }

        FromAttributes();
        foreach (var draft in drafts)
        {
            foreach (var alternate in draft.AlternateKeys)
            {
                Add(new UniqueKey(alternate, null, UniqueKeySource.Alternate));
            }

            foreach (var index in draft.Indexes)
            {
                if (index.IsUnique)
                {
                    Add(new UniqueKey(index.Members, index.Filter, UniqueKeySource.Index, Name: index.DatabaseName));
                }
                else if (!draft.IsFromSnapshot)
                {
                    // A snapshot that does not have it is older than the code that asks for it.
                    _unique.RemoveAll(key => key.Source == UniqueKeySource.Index && key.Name == index.GivenName && key.Members.SequenceEqual(index.Members));
                }
            }
        }

        FromRelations(drafts);
        FromConventions(drafts);
    }

    public ImmutableArray<string> Primary { get; }

    public bool IsGenerated { get; }

    public ImmutableArray<UniqueKey> Unique => _unique.ToImmutableArray();

    public ImmutableArray<ForeignKey> ForeignKeys => _foreign.ToImmutableArray();

    private void Add(UniqueKey key)
    {
        if (key.Members.IsDefaultOrEmpty)
        {
            return;
        }

        var same = _unique.FindIndex(other => other.Filter == key.Filter && other.Members.SequenceEqual(key.Members));
        if (same < 0 && key.Filter is not null)
        {
            // A snapshot tells the filter that the code computes.
            _unique.RemoveAll(other => other.Filter == UniqueKey.UnknownFilter && other.Members.SequenceEqual(key.Members));
        }

        if (same < 0)
        {
            _unique.Add(key);
        }
        else if (_unique[same].Navigation is null && key.Navigation is not null)
        {
            _unique[same] = _unique[same] with { Navigation = key.Navigation };
        }
    }

    public void AddAll(IEnumerable<UniqueKey> keys)
    {
        foreach (var key in keys)
        {
            Add(key);
        }
    }

    /// <summary>Adds the unique indexes that migrations create for the entity's table, by member.</summary>
    public void AddMigrated(
        IReadOnlyList<MigratedIndex> indexes, IEnumerable<string> tables, ImmutableDictionary<string, string> columns, ImmutableHashSet<string> mapped)
    {
        var names = new HashSet<string>(tables.Select(table => table.Replace("_", "")), StringComparer.OrdinalIgnoreCase);
        foreach (var index in indexes)
        {
            if (!names.Contains(index.Table.Replace("_", "")))
            {
                continue;
            }

            var members = index.Columns.Select(column => mapped.FirstOrDefault(member => columns.TryGetValue(member, out var known) && Same(known, column))
                ?? mapped.FirstOrDefault(member => Same(member, column.Replace("_", ""))) ?? column).ToImmutableArray();
            if (!_unique.Any(key => new HashSet<string>(key.Members).SetEquals(members)))
            {
                Add(new UniqueKey(members, index.Filter, UniqueKeySource.Migration, Name: index.Name));
            }
        }

        static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
    }

    private ImmutableArray<string> PrimaryKey(List<EntityDraft> drafts)
    {
        var configured = drafts.LastOrDefault(draft => !draft.Key.IsDefaultOrEmpty)?.Key;
        return drafts.Any(draft => draft.Keyless) || _type.Attribute("KeylessAttribute") is not null
            ? ImmutableArray<string>.Empty
            : configured ?? Conventions.Key(_type);
    }

    private bool IsGeneratedKey(List<EntityDraft> drafts)
    {
        if (Primary.Length != 1)
        {
            return false;
        }

        var member = Primary[0];
        if (drafts.Select(draft => draft.Find(member)?.IsGeneratedOnAdd).LastOrDefault(known => known is not null) is { } configured)
        {
            return configured;
        }

        var property = _type.FindMember(member);
        return property?.Attribute("DatabaseGeneratedAttribute") is { ConstructorArguments: [{ Value: int option }] }
            ? option == 1
            : Conventions.IsGeneratedByConvention(property.MemberType());
    }

    private void FromAttributes()
    {
        for (var current = _type; current is not null; current = current.BaseType)
        {
            foreach (var attribute in current.GetAttributes())
            {
                if (attribute.AttributeClass?.Name == "IndexAttribute" && attribute.Named("IsUnique") is true)
                {
                    Add(new UniqueKey(Conventions.Names(attribute), null, UniqueKeySource.Index, Name: attribute.Named("Name") as string));
                }
            }
        }
    }

    /// <summary>Relations that the code configures, of which this type holds the foreign key.</summary>
    private void FromRelations(List<EntityDraft> drafts)
    {
        var name = _type.ModelName();
        // In a snapshot a relation stands with the entity that holds the foreign key; in code, on either side.
        foreach (var draft in _reading.Source.All.Concat(drafts.Where(own => own.IsFromSnapshot)))
        {
            foreach (var relation in draft.Relations)
            {
                var isFrom = relation.From.Name == name;
                if ((!isFrom && relation.TargetName != name) || relation.ManySources is null || (relation.ManyTargets && relation.ManySources == true))
                {
                    continue;
                }

                if (IsDependent(relation, name, isFrom))
                {
                    var navigation = isFrom ? relation.Navigation : relation.Inverse;
                    var principal = isFrom ? relation.TargetName : relation.From.Name;
                    var members = relation.ForeignKey.IsEmpty ? ForeignKeyByConvention(navigation, principal) : relation.ForeignKey;
                    AddForeign(members, navigation, principal is null ? null : _entityNamed(principal), relation.IsOneToOne);
                }
            }
        }
    }

    /// <summary>The side with the foreign key: as said, the many side, or of a one-to-one relation the side that has a property for it.</summary>
    private bool IsDependent(RelationDraft relation, string name, bool isFrom)
    {
        if (!relation.IsOneToOne)
        {
            return isFrom != relation.ManyTargets;
        }

        if (relation.DependentName is { } dependent)
        {
            return dependent == name || dependent.EndsWith("." + _type.Name, StringComparison.Ordinal);
        }

        var navigation = isFrom ? relation.Navigation : relation.Inverse;
        var principal = isFrom ? relation.TargetName : relation.From.Name;
        return ForeignKeyByConvention(navigation, principal) is [var member] && _type.FindMember(member) is not null;
    }

    /// <summary><c>OwnerId</c> for a navigation <c>Owner</c>, or the principal's type name with Id; a shadow property where there is none.</summary>
    private ImmutableArray<string> ForeignKeyByConvention(string? navigation, string? principal)
    {
        var simple = principal is null ? null : principal.Substring(principal.LastIndexOfAny(['.', '+']) + 1);
        if (navigation is not null)
        {
            if (_type.FindMember(navigation)?.Attribute("ForeignKeyAttribute") is { } attribute)
            {
                return Conventions.Names(attribute).SelectMany(names => names.Split(',')).Select(name => name.Trim()).ToImmutableArray();
            }

            foreach (var property in Conventions.Properties(_type))
            {
                if (property.Attribute("ForeignKeyAttribute") is { } onProperty && Conventions.Names(onProperty).Contains(navigation))
                {
                    return ImmutableArray.Create(property.Name);
                }
            }
        }

        foreach (var candidate in new[] { navigation + "Id", simple + "Id" })
        {
            if (candidate != "Id" && _type.FindMember(candidate) is not null)
            {
                return ImmutableArray.Create(candidate);
            }
        }

        return (navigation ?? simple) is { } shadow ? ImmutableArray.Create(shadow + "Id") : ImmutableArray<string>.Empty;
    }

    /// <summary>Reference navigations that no configuration speaks of; one-to-one where both sides refer to each other.</summary>
    private void FromConventions(List<EntityDraft> drafts)
    {
        foreach (var (member, target, isCollection) in Conventions.Navigations(_type))
        {
            if (isCollection || !_reading.Entities.Contains(target) || _foreign.Any(key => key.Navigation == member.Name)
                || drafts.Any(draft => draft.Ignored.Contains(member.Name) || draft.Parts.ContainsKey(member.Name) || draft.Relations.Any(r => r.Navigation == member.Name)))
            {
                continue;
            }

            var key = ForeignKeyByConvention(member.Name, target.ModelName());
            var back = Conventions.Navigations(target).Where(n => SymbolEqualityComparer.Default.Equals(n.Target, _type)).ToList();
            var forth = Conventions.Navigations(_type).Count(n => SymbolEqualityComparer.Default.Equals(n.Target, target));
            var isOneToOne = back is [{ IsCollection: false }] && forth == 1 && !SymbolEqualityComparer.Default.Equals(target, _type);
            if (isOneToOne && !(key is [var name] && _type.FindMember(name) is not null))
            {
                continue;
            }

            AddForeign(key, member.Name, target, isOneToOne);
        }
    }

    private void AddForeign(ImmutableArray<string> members, string? navigation, INamedTypeSymbol? principal, bool isUnique)
    {
        if (members.IsEmpty)
        {
            return;
        }

        if (!_foreign.Any(key => key.Members.SequenceEqual(members) && key.Navigation == navigation))
        {
            _foreign.Add(new ForeignKey(members, navigation, principal));
        }

        if (isUnique)
        {
            Add(new UniqueKey(members, null, UniqueKeySource.OneToOne, navigation));
        }
    }
}

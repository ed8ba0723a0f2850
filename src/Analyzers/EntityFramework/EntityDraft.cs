using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>What the fluent API, or a snapshot, says of one entity type, gathered while it is read; later statements win.</summary>
internal sealed class EntityDraft
{
    private readonly Dictionary<string, PropertyDraft> _properties = new(StringComparer.Ordinal);

    public EntityDraft(string name, INamedTypeSymbol? type, bool isFromSnapshot = false)
    {
        Name = name;
        Type = type;
        IsFromSnapshot = isFromSnapshot;
    }

    /// <summary>A snapshot is complete: what it does not say is not so.</summary>
    public bool IsFromSnapshot { get; }

    /// <summary>EF Core's name of the type: <c>Namespace.Outer+Inner</c>.</summary>
    public string Name { get; }

    public INamedTypeSymbol? Type { get; }

    public ImmutableArray<string> Key { get; set; }

    public bool Keyless { get; set; }

    public List<ImmutableArray<string>> AlternateKeys { get; } = [];

    public List<IndexDraft> Indexes { get; } = [];

    public List<RelationDraft> Relations { get; } = [];

    /// <summary>Owned and complex parts by their navigation path.</summary>
    public Dictionary<string, PartDraft> Parts { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Ignored { get; } = new(StringComparer.Ordinal);

    public List<LambdaExpressionSyntax> QueryFilters { get; } = [];

    public string? Table { get; set; }

    public string? Schema { get; set; }

    /// <summary>A name was given that could not be read, or it is mapped to a view or to several tables.</summary>
    public bool TableUnknown { get; set; }

    public bool HasDiscriminator { get; set; }

    public string? BaseName { get; set; }

    /// <summary>Code out of sight configures it, too.</summary>
    public bool IsOpaque { get; set; }

    /// <summary>One of many parts of another entity (<c>OwnsMany</c>).</summary>
    public string? OwnerName { get; set; }

    /// <summary>Of many parts: stored as JSON in the owner's row.</summary>
    public bool IsJson { get; set; }

    /// <summary>Whose <c>OnModelCreating</c> spoke of it; null from configuration classes.</summary>
    public HashSet<ContextDraft> Contexts { get; } = [];

    public IEnumerable<PropertyDraft> Properties => _properties.Values;

    public PropertyDraft? Find(string path) => _properties.TryGetValue(path, out var property) ? property : null;

    public PropertyDraft Property(string path)
    {
        if (!_properties.TryGetValue(path, out var property))
        {
            _properties.Add(path, property = new PropertyDraft(path));
        }

        return property;
    }

    /// <summary>The index over these members; the fluent API returns the existing one when asked twice.</summary>
    public IndexDraft Index(ImmutableArray<string> members, string? name)
    {
        foreach (var existing in Indexes)
        {
            if (existing.GivenName == name && existing.Members.SequenceEqual(members))
            {
                return existing;
            }
        }

        var index = new IndexDraft(members, name);
        Indexes.Add(index);
        return index;
    }
}

/// <summary>A property as configured.</summary>
internal sealed class PropertyDraft(string path)
{
    public string Path { get; } = path;

    /// <summary>The type argument of <c>Property&lt;T&gt;("…")</c>, or its text in a snapshot.</summary>
    public ITypeSymbol? Type { get; set; }

    public string? TypeText { get; set; }

    public bool? IsToken { get; set; }

    /// <summary>The database makes a new value on each update.</summary>
    public bool? IsGeneratedOnUpdate { get; set; }

    public bool? IsGeneratedOnAdd { get; set; }

    public string? Column { get; set; }

    public bool ColumnUnknown { get; set; }

    public bool IsConverted { get; set; }

    /// <summary>Spoken of in a loop, where it was looked up: entities without such a member are left alone.</summary>
    public bool OnlyWherePresent { get; set; }
}

/// <summary>An index as configured.</summary>
internal sealed class IndexDraft(ImmutableArray<string> members, string? name)
{
    public ImmutableArray<string> Members { get; } = members;

    public string? GivenName { get; } = name;

    public string? DatabaseName { get; set; } = name;

    public bool IsUnique { get; set; }

    public string? Filter { get; set; }
}

/// <summary>An owned or complex part of an entity.</summary>
internal sealed class PartDraft(string? typeName, INamedTypeSymbol? type, bool isCollection)
{
    public string? TypeName { get; } = typeName;

    public INamedTypeSymbol? Type { get; } = type;

    public bool IsCollection { get; } = isCollection;

    public string? Table { get; set; }

    /// <summary>Stored as JSON in the owner's row.</summary>
    public bool IsJson { get; set; }

    /// <summary>Whether an update of the part is an update of the owner's row.</summary>
    public bool SharesRowOf(EntityDraft owner) => IsJson || (!IsCollection && (Table is null || Table == owner.Table));
}

/// <summary>A relation as configured: <c>HasOne/HasMany … WithOne/WithMany … HasForeignKey</c>.</summary>
internal sealed class RelationDraft(EntityDraft from, string? navigation, string? targetName, bool manyTargets)
{
    public EntityDraft From { get; } = from;

    public string? Navigation { get; } = navigation;

    public string? TargetName { get; } = targetName;

    /// <summary><c>HasMany</c>.</summary>
    public bool ManyTargets { get; } = manyTargets;

    /// <summary><c>WithMany</c> (true) or <c>WithOne</c> (false); null while neither was seen.</summary>
    public bool? ManySources { get; set; }

    public string? Inverse { get; set; }

    /// <summary>The side that holds the foreign key, where the code says it.</summary>
    public string? DependentName { get; set; }

    public ImmutableArray<string> ForeignKey { get; set; } = ImmutableArray<string>.Empty;

    public bool IsOneToOne => !ManyTargets && ManySources == false;
}

/// <summary>What a context says of its model as a whole.</summary>
internal sealed class ContextDraft(INamedTypeSymbol? type)
{
    public INamedTypeSymbol? Type { get; } = type;

    /// <summary>Its DbSet properties: entity type to the property's name, which is the table's by convention.</summary>
    public Dictionary<INamedTypeSymbol, string> Sets { get; } = new(SymbolEqualityComparer.Default);

    public string? DefaultSchema { get; set; }

    /// <summary>Code out of sight takes part in building the model.</summary>
    public bool IsOpaque { get; set; }

    /// <summary>Configuration classes of another assembly are applied: what is not configured here may be configured there.</summary>
    public bool AppliesForeignConfigurations { get; set; }
}

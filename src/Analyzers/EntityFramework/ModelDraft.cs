using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>A statement for every entity type that satisfies a condition: a loop over <c>Model.GetEntityTypes()</c>.</summary>
internal sealed class EntityPattern
{
    public const string AnyName = "*";

    public EntityPattern(EntityPattern? parent = null)
    {
        Draft = new EntityDraft(AnyName, null);
        RequiredTypes = parent?.RequiredTypes ?? ImmutableArray<INamedTypeSymbol>.Empty;
        RequiredMembers = parent?.RequiredMembers ?? ImmutableArray<string>.Empty;
        IsUncertain = parent?.IsUncertain ?? false;
    }

    public EntityDraft Draft { get; }

    public ImmutableArray<INamedTypeSymbol> RequiredTypes { get; set; }

    public ImmutableArray<string> RequiredMembers { get; set; }

    /// <summary>A condition was not understood.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Tokens are set on properties that could not be told.</summary>
    public bool SetsUnknownTokens { get; set; }

    public bool Matches(INamedTypeSymbol type)
    {
        foreach (var required in RequiredTypes)
        {
            if (!type.IsOrInherits(required))
            {
                return false;
            }
        }

        foreach (var member in RequiredMembers)
        {
            if (type.FindMember(member) is null)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Everything that was read, or can be, from one place: the compilation's own code, or one snapshot. Safe under concurrent use.</summary>
internal sealed class ModelDraft(bool isSnapshot = false)
{
    private readonly Dictionary<string, EntityDraft> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Action> _unread = new(StringComparer.Ordinal);

    public List<EntityPattern> Patterns { get; } = [];

    /// <summary>Types that <c>modelBuilder.Ignore&lt;T&gt;()</c> leaves out.</summary>
    public HashSet<string> IgnoredTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Types stored through a converter by convention (<c>Properties&lt;T&gt;().HaveConversion()</c>).</summary>
    public HashSet<string> ConvertedTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Table and column names are rewritten by code: none is known by convention.</summary>
    public bool RewritesNames { get; set; }

    /// <summary>All entities.</summary>
    public IReadOnlyCollection<EntityDraft> All
    {
        get
        {
            lock (_entities)
            {
                foreach (var name in _unread.Keys.ToList())
                {
                    Find(name);
                }

                return _entities.Values.ToList();
            }
        }
    }

    /// <summary>Those that were read by now. What owns parts is among them: see <see cref="ReadLater"/>.</summary>
    public IReadOnlyCollection<EntityDraft> Known
    {
        get
        {
            lock (_entities)
            {
                return _entities.Values.ToList();
            }
        }
    }

    /// <summary>The entity of this name, or null.</summary>
    public EntityDraft? Find(string name)
    {
        lock (_entities)
        {
            if (_unread.TryGetValue(name, out var read))
            {
                _unread.Remove(name);
                read();
            }

            return _entities.TryGetValue(name, out var draft) ? draft : null;
        }
    }

    public bool Has(string name)
    {
        lock (_entities)
        {
            return _entities.ContainsKey(name) || _unread.ContainsKey(name);
        }
    }

    /// <summary>The names of all entities; none is read for it.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            lock (_entities)
            {
                return [.. _entities.Keys, .. _unread.Keys];
            }
        }
    }

    /// <summary>Leaves the reading of what speaks of one entity only until that is asked for.</summary>
    public void ReadLater(string name, Action read) => _unread[name] = _unread.TryGetValue(name, out var before) ? before + read : read;

    public EntityDraft Entity(INamedTypeSymbol type) => Entity(type.ModelName(), type);

    public EntityDraft Entity(string name) => Entity(name, null);

    /// <summary>The one entity of this simple name, if there is exactly one.</summary>
    public EntityDraft? OnlyNamed(string simpleName)
    {
        lock (_entities)
        {
            string? found = null;
            foreach (var name in _entities.Keys.Concat(_unread.Keys))
            {
                var start = name.Length - simpleName.Length;
                if (start > 0 && name[start - 1] is '.' or '+' && string.CompareOrdinal(name, start, simpleName, 0, simpleName.Length) == 0 && name != found)
                {
                    if (found is not null)
                    {
                        return null;
                    }

                    found = name;
                }
            }

            return found is null ? null : Find(found);
        }
    }

    private EntityDraft Entity(string name, INamedTypeSymbol? type)
    {
        lock (_entities)
        {
            if (!_entities.TryGetValue(name, out var draft))
            {
                _entities.Add(name, draft = new EntityDraft(name, type, type is null && isSnapshot));
            }

            return draft;
        }
    }
}

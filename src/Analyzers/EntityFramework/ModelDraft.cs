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

/// <summary>Everything that was read from one place: the compilation's own code, or one snapshot.</summary>
internal sealed class ModelDraft(bool isSnapshot = false)
{
    public Dictionary<string, EntityDraft> Entities { get; } = new(StringComparer.Ordinal);

    public List<EntityPattern> Patterns { get; } = [];

    /// <summary>Types that <c>modelBuilder.Ignore&lt;T&gt;()</c> leaves out.</summary>
    public HashSet<string> IgnoredTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Types stored through a converter by convention (<c>Properties&lt;T&gt;().HaveConversion()</c>).</summary>
    public HashSet<string> ConvertedTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Table and column names are rewritten by code: none is known by convention.</summary>
    public bool RewritesNames { get; set; }

    public EntityDraft Entity(INamedTypeSymbol type)
    {
        var name = type.ModelName();
        if (!Entities.TryGetValue(name, out var draft))
        {
            Entities.Add(name, draft = new EntityDraft(name, type));
        }

        return draft;
    }

    /// <summary>The one entity of this simple name, if there is exactly one.</summary>
    public EntityDraft? OnlyNamed(string simpleName)
    {
        EntityDraft? found = null;
        foreach (var draft in Entities.Values)
        {
            var start = draft.Name.Length - simpleName.Length;
            if (start > 0 && draft.Name[start - 1] is '.' or '+' && string.CompareOrdinal(draft.Name, start, simpleName, 0, simpleName.Length) == 0)
            {
                if (found is not null)
                {
                    return null;
                }

                found = draft;
            }
        }

        return found;
    }

    public EntityDraft Entity(string name)
    {
        if (!Entities.TryGetValue(name, out var draft))
        {
            Entities.Add(name, draft = new EntityDraft(name, null, isSnapshot));
        }

        return draft;
    }
}

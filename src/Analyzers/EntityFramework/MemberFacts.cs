using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Which members of an entity are stored, and which through a converter.</summary>
internal sealed class MemberFacts
{
    public MemberFacts(INamedTypeSymbol type, List<EntityDraft> drafts, ModelReading reading, IAssemblySymbol own)
    {
        var mapped = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var converted = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var property in Conventions.Properties(type))
        {
            if (Conventions.IsMapped(property, own))
            {
                mapped.Add(property.Name);
            }

            if (property.Type.WithoutNullable() is INamedTypeSymbol propertyType && reading.Source.ConvertedTypes.Contains(propertyType.ModelName()))
            {
                converted.Add(property.Name);
            }
        }

        foreach (var draft in drafts)
        {
            foreach (var property in draft.Properties)
            {
                if (type.FindMember(property.Path) is not null)
                {
                    mapped.Add(property.Path);
                }

                if (property.IsConverted)
                {
                    converted.Add(property.Path);
                }
            }

            mapped.ExceptWith(draft.Ignored);
        }

        Mapped = mapped.ToImmutable();
        Converted = converted.ToImmutable();
    }

    public ImmutableHashSet<string> Mapped { get; }

    public ImmutableHashSet<string> Converted { get; }
}

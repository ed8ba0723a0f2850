using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>EF Core's conventions: what a class means in a model that says nothing of it.</summary>
internal static class Conventions
{
    /// <summary>Instance properties of the type and its base types; the most derived of each name.</summary>
    public static IEnumerable<IPropertySymbol> Properties(INamedTypeSymbol type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { IsStatic: false, IsIndexer: false, GetMethod: not null } property && seen.Add(property.Name))
                {
                    yield return property;
                }
            }
        }
    }

    /// <summary>Properties that lead to other entities, or to owned and complex parts.</summary>
    public static IEnumerable<(IPropertySymbol Member, INamedTypeSymbol Target, bool IsCollection)> Navigations(INamedTypeSymbol type)
    {
        foreach (var property in Properties(type))
        {
            if (property.DeclaredAccessibility != Accessibility.Public || property.Attribute("NotMappedAttribute") is not null)
            {
                continue;
            }

            var element = property.Type.CollectionElement();
            if ((element ?? property.Type) is INamedTypeSymbol target && CanBeEntity(target))
            {
                yield return (property, target, element is not null);
            }
        }
    }

    private static bool CanBeEntity(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsStatic: false, IsAnonymousType: false }
        && type.SpecialType == SpecialType.None
        && type.Attribute("NotMappedAttribute") is null
        && !IsScalar(type);

    /// <summary>Types that a provider stores in one column.</summary>
    public static bool IsScalar(ITypeSymbol? type)
    {
        if (type is null)
        {
            return false;
        }

        if (type.IsValueType || type.SpecialType != SpecialType.None || type.TypeKind is TypeKind.Array or TypeKind.Delegate)
        {
            return true;
        }

        var ns = type.ContainingNamespace?.ToDisplayString() ?? "";
        return ns == "System" || ns.StartsWith("System.", StringComparison.Ordinal)
            || ns.StartsWith("NodaTime", StringComparison.Ordinal) || ns.StartsWith("NetTopologySuite", StringComparison.Ordinal)
            || ns.StartsWith("NpgsqlTypes", StringComparison.Ordinal) || ns.StartsWith("Newtonsoft.", StringComparison.Ordinal)
            || ns.StartsWith("Pgvector", StringComparison.Ordinal);
    }

    public static bool IsOwnedByAttribute(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Attribute("OwnedAttribute") is not null || current.Attribute("ComplexTypeAttribute") is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether EF Core stores the property, unless the model says otherwise. Private setters are not imported from metadata, so only the
    /// own assembly tells a computed property; to answer alike in editor and build, a project that is referenced counts as metadata.
    /// </summary>
    public static bool IsMapped(IPropertySymbol property, IAssemblySymbol own)
    {
        if (property.Attribute("NotMappedAttribute") is not null || property.DeclaredAccessibility != Accessibility.Public)
        {
            return false;
        }

        if (property.Type.CollectionElement() is not null)
        {
            return true;
        }

        var isComputed = property.SetMethod is null && SymbolEqualityComparer.Default.Equals(property.ContainingAssembly, own);
        return !isComputed && property.Type.TypeKind is not (TypeKind.Interface or TypeKind.Delegate or TypeKind.Dynamic)
            && property.Type.SpecialType != SpecialType.System_Object;
    }

    /// <summary><c>[PrimaryKey]</c>, <c>[Key]</c>, <c>Id</c>, <c>&lt;Type&gt;Id</c>, in this order.</summary>
    public static ImmutableArray<string> Key(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Attribute("PrimaryKeyAttribute") is { } attribute)
            {
                return Names(attribute);
            }
        }

        var marked = ImmutableArray.CreateBuilder<string>();
        string? id = null, typeId = null;
        foreach (var property in Properties(type))
        {
            if (property.Attribute("KeyAttribute") is not null)
            {
                marked.Add(property.Name);
            }
            else if (property.Name.Equals("Id", StringComparison.OrdinalIgnoreCase))
            {
                id = property.Name;
            }
            else if (property.Name.Equals(type.Name + "Id", StringComparison.OrdinalIgnoreCase))
            {
                typeId = property.Name;
            }
        }

        return marked.Count > 0 ? marked.ToImmutable()
            : (id ?? typeId) is { } name ? ImmutableArray.Create(name)
            : ImmutableArray<string>.Empty;
    }

    /// <summary>The texts given to an attribute's constructor, also in a <c>params</c> array.</summary>
    public static ImmutableArray<string> Names(AttributeData attribute)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var argument in attribute.ConstructorArguments)
        {
            if (argument.Kind == TypedConstantKind.Array)
            {
                if (!argument.Values.IsDefault)
                {
                    names.AddRange(argument.Values.Select(value => value.Value).OfType<string>());
                }
            }
            else if (argument.Value is string name)
            {
                names.Add(name);
            }
        }

        return names.ToImmutable();
    }

    public static object? Named(this AttributeData attribute, string name)
    {
        foreach (var pair in attribute.NamedArguments)
        {
            if (pair.Key == name)
            {
                return pair.Value.Value;
            }
        }

        return null;
    }

    /// <summary>Key types for which EF Core has a value made when none is set.</summary>
    public static bool IsGeneratedByConvention(ITypeSymbol? type) => type.WithoutNullable() switch
    {
        {
            SpecialType: SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64
            or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64 or SpecialType.System_Byte
        } => true,
        { Name: "Guid", ContainingNamespace.Name: "System" } => true,
        _ => false,
    };
}

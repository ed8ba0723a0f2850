using System.Text;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Questions about types that EF Core's model building asks.</summary>
internal static class ModelTypes
{
    public const string EntityFrameworkNamespace = "Microsoft.EntityFrameworkCore";

    /// <summary>The type's name in a model: <c>Namespace.Outer+Inner</c>, type arguments in angle brackets, as in snapshots.</summary>
    public static string ModelName(this INamedTypeSymbol type)
    {
        var name = new StringBuilder();
        Append(type);
        return name.ToString();

        void Append(INamedTypeSymbol part)
        {
            if (part.ContainingType is { } outer)
            {
                Append(outer);
                name.Append('+');
            }
            else if (part.ContainingNamespace is { IsGlobalNamespace: false } ns)
            {
                name.Append(ns.ToDisplayString()).Append('.');
            }

            name.Append(part.Name);
            if (part.TypeArguments.Length > 0)
            {
                name.Append('<');
                for (var i = 0; i < part.TypeArguments.Length; i++)
                {
                    name.Append(i == 0 ? "" : ", ").Append(part.TypeArguments[i].ToDisplayString());
                }

                name.Append('>');
            }
        }
    }

    public static bool IsNamed(this ISymbol? symbol, string ns, string name) =>
        symbol is not null && symbol.Name == name && symbol.ContainingNamespace is { } containing && IsNamespace(containing, ns);

    public static bool IsNamespace(INamespaceSymbol ns, string name)
    {
        var end = name.Length;
        for (var current = ns; ; current = current.ContainingNamespace)
        {
            if (current is null || current.IsGlobalNamespace)
            {
                return end <= 0;
            }

            var start = end - current.Name.Length;
            if (start < 0 || string.CompareOrdinal(name, start, current.Name, 0, current.Name.Length) != 0
                || (start > 0 && name[start - 1] != '.'))
            {
                return false;
            }

            end = start - 1;
        }
    }

    /// <summary>Whether it, or a base type of it, has this name.</summary>
    public static bool DerivesFrom(this ITypeSymbol? type, string ns, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.IsNamed(ns, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>EF Core's own class, where the walk up the base types ends.</summary>
    public static bool IsRootContext(this ITypeSymbol? type) => type.IsNamed(EntityFrameworkNamespace, "DbContext");

    public static bool IsDbContext(this ITypeSymbol? type) => type.DerivesFrom(EntityFrameworkNamespace, "DbContext");

    public static bool IsOrInherits(this ITypeSymbol type, INamedTypeSymbol wanted)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (Same(current, wanted))
            {
                return true;
            }
        }

        foreach (var implemented in type.AllInterfaces)
        {
            if (Same(implemented, wanted))
            {
                return true;
            }
        }

        return false;

        static bool Same(ITypeSymbol left, INamedTypeSymbol right) =>
            SymbolEqualityComparer.Default.Equals(left, right)
            || (right.IsUnboundGenericType && SymbolEqualityComparer.Default.Equals(left.OriginalDefinition, right.OriginalDefinition));
    }

    /// <summary>The entity type of a <c>DbSet&lt;T&gt;</c>, or null.</summary>
    public static INamedTypeSymbol? SetElement(this ITypeSymbol? type)
    {
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
        {
            if (current.Arity == 1 && current.IsNamed(EntityFrameworkNamespace, "DbSet"))
            {
                return current.TypeArguments[0] as INamedTypeSymbol;
            }
        }

        return null;
    }

    /// <summary>The property or field of this name, on the type or a base type.</summary>
    public static ISymbol? FindMember(this ITypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers(name))
            {
                if (member is IPropertySymbol { IsStatic: false } or IFieldSymbol { IsStatic: false })
                {
                    return member;
                }
            }
        }

        return null;
    }

    public static ITypeSymbol? MemberType(this ISymbol? member) => member switch
    {
        IPropertySymbol property => property.Type,
        IFieldSymbol field => field.Type,
        _ => null,
    };

    /// <summary>Whether the type is the other one, or derives from it, whatever their type arguments are.</summary>
    public static bool Inherits(this INamedTypeSymbol type, INamedTypeSymbol ancestor)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, ancestor.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The member that an override goes back to.</summary>
    public static ISymbol Declaration(this ISymbol member)
    {
        while (member is IPropertySymbol { OverriddenProperty: { } overridden }) member = overridden;
        return member;
    }

    /// <summary>The type at the end of a path such as <c>Address.Street</c>.</summary>
    public static ITypeSymbol? TypeAt(this ITypeSymbol? type, string path)
    {
        var current = type;
        foreach (var step in path.Split('.'))
        {
            current = current.Row()?.FindMember(step).MemberType();
        }

        return current;
    }

    /// <summary>The type without <c>Nullable</c>, or a collection's element.</summary>
    public static ITypeSymbol? Row(this ITypeSymbol? type) => type.CollectionElement() ?? type.WithoutNullable();

    public static ITypeSymbol? WithoutNullable(this ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    /// <summary>The element of a collection of objects; null for a string, a scalar or a dictionary.</summary>
    public static ITypeSymbol? CollectionElement(this ITypeSymbol? type)
    {
        switch (type)
        {
            case null or { SpecialType: SpecialType.System_String }:
                return null;
            case IArrayTypeSymbol { ElementType: var element }:
                return element;
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Collections_Generic_IEnumerable_T } sequence:
                return sequence.TypeArguments[0];
        }

        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
            {
                return implemented.TypeArguments[0];
            }
        }

        return null;
    }

    /// <summary>Whether the assembly was compiled against EF Core.</summary>
    public static bool ReferencesEntityFramework(this IAssemblySymbol? assembly)
    {
        if (assembly is null)
        {
            return false;
        }

        foreach (var module in assembly.Modules)
        {
            foreach (var reference in module.ReferencedAssemblies)
            {
                if (reference.Name.StartsWith(EntityFrameworkNamespace, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static AttributeData? Attribute(this ISymbol symbol, string name)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && type.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }
}

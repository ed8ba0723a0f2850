using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Editing;

/// <summary>Questions on where a type or a method comes from.</summary>
internal static class Namespaces
{
    public const string EntityFramework = "Microsoft.EntityFrameworkCore";

    /// <summary>The namespace itself, or one inside it.</summary>
    public static bool IsWithin(this string space, string outer) => space == outer || space.StartsWith(outer + ".", StringComparison.Ordinal);

    public static bool IsCollection(this ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString().IsWithin("System.Collections") == true;
}

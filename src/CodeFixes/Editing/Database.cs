using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>What a fix must know of the database and the model behind a finding.</summary>
internal sealed class Database
{
    private readonly Compilation compilation;

    public Database(Finding finding)
    {
        compilation = finding.Model.Compilation;
        Provider = finding.Provider;
    }

    /// <summary>postgresql, sqlserver, mysql, sqlite, or empty where it is not known.</summary>
    public string Provider { get; }

    public bool HasBulkUpdates =>
        new[] { "EntityFrameworkQueryableExtensions", "RelationalQueryableExtensions" }.Any(type =>
            compilation.GetTypeByMetadataName($"Microsoft.EntityFrameworkCore.{type}")?.GetMembers("ExecuteUpdate").Length > 0)
        && compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.RelationalQueryableExtensions") is not null;

    /// <summary>A method that EF Core calls for each save does something: an update past the change tracker would leave it out.</summary>
    public bool HasSaveHooks(ITypeSymbol? context)
    {
        for (var type = context; type is { Name: not "DbContext" }; type = type.BaseType)
        {
            if (type.GetMembers().Any(member => member is IMethodSymbol { IsOverride: true, Name: "SaveChanges" or "SaveChangesAsync" }))
            {
                return true;
            }
        }

        return Mentions("AddInterceptors") || Mentions("SavingChanges");
    }

    /// <summary>The context repeats what fails in passing: transactions of one's own belong in its execution strategy.</summary>
    public bool Retries => Mentions("EnableRetryOnFailure") || Mentions("ExecutionStrategy");

    private bool Mentions(string name) => compilation.SyntaxTrees.Any(tree =>
        tree.TryGetRoot(out var root) || (root = tree.GetRoot()) is not null
            ? root.DescendantTokens().Any(token => token.ValueText == name)
            : false);

    /// <summary>A mapped property with one column: no navigation, no owned object.</summary>
    public bool IsScalar(INamedTypeSymbol entity, IPropertySymbol member) =>
        member is { IsStatic: false, SetMethod: not null }
        && !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "NotMappedAttribute")
        && (member.Type.IsValueType || member.Type.SpecialType == SpecialType.System_String);

    /// <summary>The column holds something else than the property: equality still means the same, order and arithmetic do not.</summary>
    public bool IsConverted(INamedTypeSymbol entity, IPropertySymbol member) => false;

    /// <summary>SQLite keeps these as text, in which order EF Core does not compare them.</summary>
    public bool CanOrder(ITypeSymbol? type) =>
        Provider != "sqlite" || Underlying(type)?.Name is not ("DateTimeOffset" or "TimeSpan" or "UInt64");

    private static ITypeSymbol? Underlying(ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    /// <summary>The primary key's properties; empty where they are not known.</summary>
    public IReadOnlyList<IPropertySymbol> Key(INamedTypeSymbol entity)
    {
        var properties = new List<IPropertySymbol>();
        for (var type = entity; type is not null; type = type.BaseType)
        {
            properties.AddRange(type.GetMembers().OfType<IPropertySymbol>());
        }

        var key = properties.Where(property => property.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "KeyAttribute")).ToArray();
        return key.Length > 0 ? key : properties.Where(property => property.Name == "Id" || property.Name == entity.Name + "Id").Take(1).ToArray();
    }
}

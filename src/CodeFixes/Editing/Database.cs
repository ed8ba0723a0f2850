using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>What a fix must know of the database and of the entity model behind a finding.</summary>
internal sealed class Database
{
    // A light bulb asks several fixes about one compilation.
    private static readonly ConditionalWeakTable<Compilation, EntityModel> Models = new();

    private readonly Compilation compilation;
    private readonly EntityModel model;

    public Database(Finding finding)
    {
        compilation = finding.Model.Compilation;
        model = Models.GetValue(compilation, made =>
        {
            var options = finding.Document.Project.AnalyzerOptions;
            return EntityModel.Create(made, options, RaceOptions.Read(options, made.SyntaxTrees), SnapshotFile.Of, CancellationToken.None);
        });

        // In the dialect of one database a fix is right only where there is no other.
        var chosen = RaceOptions.Read(finding.Document.Project.AnalyzerOptions, compilation.SyntaxTrees).Provider;
        Dialects = chosen != Provider.Unknown ? [chosen] : [.. model.Providers];
        Dialect = Dialects.Count == 1 ? Dialects[0] : Provider.Unknown;
    }

    /// <summary>Every database that the code may run on.</summary>
    public IReadOnlyList<Provider> Dialects { get; }

    /// <summary>The one database that the code runs on, where there is one.</summary>
    public Provider Dialect { get; }

    public bool IsRelational => Dialect is not (Provider.InMemory or Provider.Other) && Has("Microsoft.EntityFrameworkCore.RelationalQueryableExtensions");

    /// <summary><c>ExecuteUpdate</c> came with EF Core 7.</summary>
    public bool HasBulkUpdates => IsRelational
        && new[] { "EntityFrameworkQueryableExtensions", "RelationalQueryableExtensions" }.Any(type =>
            compilation.GetTypeByMetadataName($"Microsoft.EntityFrameworkCore.{type}")?.GetMembers("ExecuteUpdate").Length > 0);

    /// <summary>The context repeats what fails in passing: transactions of one's own belong in its execution strategy.</summary>
    public bool Retries => model.RetriesOnFailure;

    public EntityFacts Facts(INamedTypeSymbol entity) => model.Facts(entity);

    public bool IsEntity(ITypeSymbol? type) => model.IsEntity(type);

    public bool Has(string type) => compilation.GetTypeByMetadataName(type) is not null;

    /// <summary>Each save does something more (an override, an interceptor, an event): a statement past the change tracker would leave it out.</summary>
    public bool HasSaveHooks(ITypeSymbol? context)
    {
        for (var type = context; type is not null && !(type.Name == "DbContext" && type.ContainingNamespace.ToDisplayString() == "Microsoft.EntityFrameworkCore"); type = type.BaseType)
        {
            if (type.GetMembers().Any(member => member is IMethodSymbol { IsOverride: true, Name: "SaveChanges" or "SaveChangesAsync" }))
            {
                return true;
            }
        }

        return compilation.ContainsSymbolsWithName(name => name is "SavingChanges" or "SavingChangesAsync", SymbolFilter.Member)
            || compilation.SyntaxTrees.Any(tree => tree.GetText().ToString() is var text
                && (text.Contains(".SavingChanges +=") || text.Contains("ISaveChangesInterceptor") || text.Contains("SaveChangesInterceptor")));
    }

    /// <summary>An update past the change tracker says what it should: one table, and no token that the application makes itself.</summary>
    public bool CanUpdate(INamedTypeSymbol entity) =>
        Facts(entity) is { HasInheritance: false, IsOwned: false } facts && !facts.Tokens.Any(token => token.IsAppManaged || token.Kind == TokenKind.ConcurrencyCheck);

    /// <summary>A mapped property with one column: no navigation, no owned object.</summary>
    public bool IsScalar(INamedTypeSymbol entity, IPropertySymbol member) =>
        member is { IsStatic: false, SetMethod: not null } && Facts(entity).IsMapped(member)
        && (member.Type.IsValueType || member.Type.SpecialType == SpecialType.System_String || member.Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte });

    /// <summary>The column holds something else than the property: equality still means the same, order and arithmetic do not.</summary>
    public bool IsConverted(INamedTypeSymbol entity, IPropertySymbol member) => Facts(entity).HasValueConverter(member.Name);

    /// <summary>SQLite keeps these as text, in which order EF Core does not compare them.</summary>
    public bool CanOrder(ITypeSymbol? type) =>
        Dialect is not (Provider.Sqlite or Provider.Unknown) || Underlying(type)?.Name is not ("DateTimeOffset" or "TimeSpan" or "UInt64");

    private static ITypeSymbol? Underlying(ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    /// <summary>The primary key's properties in order; empty where they are not known, or not all properties.</summary>
    public IReadOnlyList<IPropertySymbol> Key(INamedTypeSymbol entity)
    {
        var members = Facts(entity).KeyMembers;
        var key = members.Select(name => PropertyOf(entity, name)).OfType<IPropertySymbol>().ToArray();
        return key.Length == members.Length ? key : [];
    }

    public static IPropertySymbol? PropertyOf(INamedTypeSymbol entity, string name)
    {
        for (var type = entity; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                return property;
            }
        }

        return null;
    }
}

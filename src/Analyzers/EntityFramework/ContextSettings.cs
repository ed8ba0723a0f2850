using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>How the compilation sets up its contexts: providers, retries, tracking, naming. Only trees whose text has such a word are walked.</summary>
internal sealed class ContextSettings
{
    private static readonly string[] Words =
    [
        "UseNpgsql", "UseSqlServer", "UseAzureSql", "UseMySql", "UseMySQL", "UseSqlite", "UseInMemoryDatabase", "UseOracle", "UseCosmos", "UseMongoDB",
        "DbContext<", "AddNpgsql<", "AddSqlServer<", "AddSqlite<", "EnableRetryOnFailure", "RetryingExecutionStrategy", "NamingConvention", "NoTracking",
    ];

    private readonly HashSet<INamedTypeSymbol> _noTracking = new(SymbolEqualityComparer.Default);

    public ContextSettings(Compilation compilation, CancellationToken cancellation)
    {
        var providers = ImmutableArray.CreateBuilder<Provider>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsPartOfAMigration(tree.FilePath))
            {
                continue;
            }

            var text = tree.GetText(cancellation).ToString();
            if (!Array.Exists(Words, word => text.IndexOf(word, StringComparison.Ordinal) >= 0))
            {
                continue;
            }

            SemanticModel? semantics = null;
            foreach (var node in tree.GetRoot(cancellation).DescendantNodes())
            {
                if (node is SimpleNameSyntax { Identifier.ValueText: var name } simple && IsOfInterest(name))
                {
                    semantics ??= compilation.GetSemanticModel(tree);
                    Note(name, simple, semantics, providers, cancellation);
                }
            }
        }

        Providers = providers.ToImmutable();
    }

    /// <summary>Large texts that set up nothing.</summary>
    private static bool IsPartOfAMigration(string path) =>
        path.EndsWith(".Designer.cs", StringComparison.OrdinalIgnoreCase) || path.EndsWith("ModelSnapshot.cs", StringComparison.OrdinalIgnoreCase);

    /// <summary>The providers of <c>Use…</c> calls.</summary>
    public ImmutableArray<Provider> Providers { get; }

    public bool RetriesOnFailure { get; private set; }

    /// <summary>The naming convention of EFCore.NamingConventions: "SnakeCase", "LowerCase", …; null without one.</summary>
    public string? NamingConvention { get; private set; }

    public bool NoTrackingByDefault(ITypeSymbol? context)
    {
        for (var current = context as INamedTypeSymbol; current is not null; current = current.BaseType)
        {
            if (_noTracking.Contains(current))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfInterest(string name) =>
        ProviderDetection.OfMethod(name) != Provider.Unknown
        || name is "EnableRetryOnFailure" or "NoTracking" or "NoTrackingWithIdentityResolution" or "EnrichNpgsqlDbContext" or "EnrichSqlServerDbContext" or "EnrichMySqlDbContext"
        || name.EndsWith("RetryingExecutionStrategy", StringComparison.Ordinal)
        || (name.StartsWith("Use", StringComparison.Ordinal) && name.EndsWith("NamingConvention", StringComparison.Ordinal));

    private void Note(
        string name, SimpleNameSyntax simple, SemanticModel semantics, ImmutableArray<Provider>.Builder providers, CancellationToken cancellation)
    {
        if (name.StartsWith("NoTracking", StringComparison.Ordinal))
        {
            NoteTracking(simple, semantics, cancellation);
            return;
        }

        if (name.EndsWith("RetryingExecutionStrategy", StringComparison.Ordinal))
        {
            RetriesOnFailure = true;
            return;
        }

        if (simple.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || call.CalledName() != simple)
        {
            return;
        }

        var info = semantics.GetSymbolInfo(call, cancellation);
        var method = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (method is not null && !IsEntityFrameworks(method))
        {
            return;
        }

        if (ProviderDetection.OfMethod(name) is var provider and not Provider.Unknown)
        {
            providers.Add(provider);
        }

        if (name.EndsWith("NamingConvention", StringComparison.Ordinal))
        {
            NamingConvention = name.Substring(3, name.Length - 3 - "NamingConvention".Length);
        }

        RetriesOnFailure |= name is "EnableRetryOnFailure" or "UseAzureSql"
            || (name.EndsWith("DbContext", StringComparison.Ordinal) && name != "AddCosmosDbContext" && name != "AddSqliteDbContext");
    }

    private static bool IsEntityFrameworks(ISymbol method)
    {
        var ns = method.ContainingNamespace?.ToDisplayString() ?? "";
        var assembly = method.ContainingAssembly?.Name ?? "";
        return ns.StartsWith(ModelTypes.EntityFrameworkNamespace, StringComparison.Ordinal) || assembly.IndexOf("EntityFramework", StringComparison.Ordinal) >= 0
            || assembly.StartsWith("EFCore.", StringComparison.Ordinal) || ns.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal);
    }

    /// <summary>The context is the one whose options are built around the setting, or in whose body it stands.</summary>
    private void NoteTracking(SimpleNameSyntax name, SemanticModel semantics, CancellationToken cancellation)
    {
        if (name.Parent is not MemberAccessExpressionSyntax { Expression: var owner } || !owner.ToString().EndsWith("QueryTrackingBehavior", StringComparison.Ordinal))
        {
            return;
        }

        foreach (var ancestor in name.Ancestors())
        {
            if (ancestor is InvocationExpressionSyntax call && ContextOf(call, semantics) is { } configured)
            {
                _noTracking.Add(configured);
                return;
            }

            if (ancestor is TypeDeclarationSyntax declaration)
            {
                var inSetup = name.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() is ConstructorDeclarationSyntax or MethodDeclarationSyntax { Identifier.ValueText: "OnConfiguring" };
                if (inSetup && semantics.GetDeclaredSymbol(declaration, cancellation) is { } type && type.IsDbContext())
                {
                    _noTracking.Add(type);
                }

                return;
            }
        }
    }

    private static INamedTypeSymbol? ContextOf(InvocationExpressionSyntax call, SemanticModel semantics)
    {
        var generic = call.Expression switch
        {
            MemberAccessExpressionSyntax { Name: GenericNameSyntax name } => name,
            GenericNameSyntax name => name,
            _ => null,
        };
        if (generic is null || !generic.Identifier.ValueText.StartsWith("Add", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var argument in generic.TypeArgumentList.Arguments.Reverse())
        {
            if (semantics.GetSpeculativeTypeInfo(argument.SpanStart, argument, SpeculativeBindingOption.BindAsTypeOrNamespace).Type is INamedTypeSymbol type
                && type.IsDbContext())
            {
                return type;
            }
        }

        return null;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary><c>IEntityTypeConfiguration&lt;T&gt;</c> classes, and how they are applied.</summary>
internal sealed partial class FluentReader
{
    private readonly HashSet<INamedTypeSymbol> _configurations = new(SymbolEqualityComparer.Default);

    /// <summary>Reads a configuration class for each entity type that it configures, once.</summary>
    public void ReadConfiguration(INamedTypeSymbol configuration, int depth = 0)
    {
        if (!_configurations.Add(configuration))
        {
            return;
        }

        foreach (var implemented in configuration.AllInterfaces)
        {
            if (!ModelTypesInSource.IsConfiguration(implemented) || implemented.TypeArguments[0] is not INamedTypeSymbol entity)
            {
                continue;
            }

            var draft = model.Entity(entity);
            var configure = implemented.GetMembers("Configure").FirstOrDefault();
            if (configure is null || configuration.FindImplementationForInterfaceMember(configure) is not IMethodSymbol method)
            {
                continue;
            }

            if (IsInSight(method))
            {
                Read(method, configuration, depth + 1, new EntityScope(draft));
            }
            else if (!KnownLibraries.LeavesTokensAlone(method))
            {
                draft.IsOpaque = true;
            }
        }
    }

    /// <summary><c>modelBuilder.ApplyConfiguration(new OrderConfiguration())</c>: needed for generic ones, and for those out of sight.</summary>
    public void ApplyConfiguration(ExpressionSyntax? argument, FluentFrame frame)
    {
        var type = argument switch
        {
            ObjectCreationExpressionSyntax { Type: var created } => frame.Type(created),
            null => null,
            _ => frame.Semantics?.GetTypeInfo(argument, cancellation).Type as INamedTypeSymbol,
        };
        if (type is { TypeKind: TypeKind.Class, IsAbstract: false })
        {
            ReadConfiguration(type, frame.Depth);
        }
    }

    /// <summary>
    /// Whether the assembly that is named is the one that is compiled: <c>typeof(X).Assembly</c>, <c>Assembly.Load("…")</c>, a property of
    /// one of its types. What says nothing, such as <c>GetExecutingAssembly()</c>, is it.
    /// </summary>
    public bool IsOwnAssembly(ExpressionSyntax? argument, FluentFrame frame)
    {
        if (argument is null || compilation is null || frame.Semantics is null)
        {
            return true;
        }

        if (argument.DescendantNodesAndSelf().OfType<TypeOfExpressionSyntax>().FirstOrDefault() is { Type: var type } && frame.Type(type) is { } named)
        {
            return IsOwn(named.ContainingAssembly);
        }

        if (argument is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var name }, ..] } && frame.Text(name) is { } loaded)
        {
            return loaded.Split(',')[0] == compilation.AssemblyName;
        }

        return argument is not MemberAccessExpressionSyntax
            || frame.Semantics.GetSymbolInfo(argument, cancellation).Symbol is not { ContainingAssembly: { } holder } symbol
            || symbol.ContainingNamespace?.ToDisplayString() is "System" or "System.Reflection"
            || IsOwn(holder);
    }

    private bool IsOwn(IAssemblySymbol? assembly) => SymbolEqualityComparer.Default.Equals(assembly, compilation!.Assembly);
}

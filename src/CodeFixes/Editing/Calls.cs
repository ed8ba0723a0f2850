using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>What a second run of a call would mean.</summary>
internal enum Call
{
    /// <summary>Looks at what it is given, or changes objects that the run made or read itself.</summary>
    Plain,

    /// <summary>Asks the database, or leaves a change in the context for the save.</summary>
    Database,

    Save,

    /// <summary>Does something that stays when the run is given up: a message, a statement that is executed at once, or nobody knows what.</summary>
    Lasting,
}

/// <summary>Tells calls apart by what their repetition would do, through the methods in sight.</summary>
internal sealed class Calls(SemanticModel model, Database database)
{
    private static readonly string[] Saving = ["SaveChanges", "SaveChangesAsync", "Save", "SaveAsync", "Commit", "CommitAsync", "Complete", "CompleteAsync"];

    // Members of repositories that are named for what they leave in the context.
    private static readonly string[] Changing = ["Add", "AddAsync", "AddRange", "AddRangeAsync", "Update", "UpdateAsync", "Remove", "RemoveRange", "Delete", "DeleteAsync"];

    public IEnumerable<(InvocationExpressionSyntax Node, Call Kind)> In(SyntaxNode node) =>
        node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Select(call => (call, Of(call, model, 3)));

    private Call Of(InvocationExpressionSyntax call, SemanticModel sight, int depth)
    {
        if (sight.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return Style.NameOf(call) == "nameof" ? Call.Plain : Call.Lasting;
        }

        method = method.ReducedFrom ?? method;
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            return Call.Lasting;
        }

        if (IsOfEntityFramework(method))
        {
            return Saving.Contains(method.Name) ? Call.Save
                : method.Name.StartsWith("Execute", StringComparison.Ordinal) || method.Name.StartsWith("BeginTransaction", StringComparison.Ordinal) || method.Name.StartsWith("Commit", StringComparison.Ordinal) ? Call.Lasting
                : Call.Database;
        }

        if (!PendingChanges.IsOutOfSight(call, sight))
        {
            return Call.Plain;
        }

        if (Sequence.IsContext(method.ContainingType) && Saving.Contains(method.Name))
        {
            return Call.Save;
        }

        // What a row does to itself is undone with it; what it is handed it may call.
        if (database.IsEntity(method.IsStatic ? method.ContainingType : ReceiverOf(call, sight) ?? method.ContainingType))
        {
            return method.Parameters.Any(parameter => parameter.Type.TypeKind is TypeKind.Delegate or TypeKind.Interface && !IsCollection(parameter.Type)) ? Call.Lasting : Call.Plain;
        }

        return method.MethodKind == MethodKind.LocalFunction || method.ContainingType.TypeKind != TypeKind.Interface && !method.IsVirtual && !method.IsAbstract && !method.IsOverride
            ? BodyOf(method) is { } body ? Through(body, depth) : OfRepository(method)
            : OfRepository(method);
    }

    private static ITypeSymbol? ReceiverOf(InvocationExpressionSyntax call, SemanticModel sight) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => sight.GetTypeInfo(access.Expression).Type,
        MemberBindingExpressionSyntax => call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>() is { } access ? sight.GetTypeInfo(access.Expression).Type : null,
        _ => null,
    };

    private static bool IsCollection(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal) == true;

    /// <summary>The most that the calls of a body do. A body that saves once is a save; what lies too deep may do anything.</summary>
    private Call Through((SyntaxNode Node, SemanticModel Sight) body, int depth)
    {
        if (depth == 0 || body.Node.DescendantNodes().Any(node => node is AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } } && IsStatic(name, body.Sight)))
        {
            return Call.Lasting;
        }

        var calls = body.Node.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => (Node: call, Kind: Of(call, body.Sight, depth - 1))).ToArray();
        var saves = calls.Where(call => call.Kind == Call.Save).ToArray();
        return calls.Any(call => call.Kind == Call.Lasting) || saves.Length > 1 || saves.Any(save => Repetition.IsRepeatedOrCaught(save.Node, body.Node)) ? Call.Lasting
            : saves.Length == 1 ? Call.Save
            : calls.Any(call => call.Kind == Call.Database) ? Call.Database : Call.Plain;
    }

    private static bool IsStatic(IdentifierNameSyntax name, SemanticModel sight) => sight.GetSymbolInfo(name).Symbol is INamedTypeSymbol;

    private (SyntaxNode Node, SemanticModel Sight)? BodyOf(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } node && model.Compilation.ContainsSyntaxTree(node.SyntaxTree)
            ? (node, node.SyntaxTree == model.SyntaxTree ? model : model.Compilation.GetSemanticModel(node.SyntaxTree))
            : null;

    /// <summary>A member without a body in sight, by its shape.</summary>
    private Call OfRepository(IMethodSymbol method)
    {
        var name = method.Name;
        if (Saving.Contains(name) && method.Parameters.All(parameter => parameter.Type.Name == nameof(CancellationToken)))
        {
            return Call.Save;
        }

        if (PendingChanges.IsNamedForReading(name))
        {
            return Call.Database;
        }

        // Ardalis' repositories save what they are given.
        return Changing.Contains(name) && !SavesItself(method) && method.Parameters.Any(parameter => database.IsEntity(parameter.Type) || parameter.Type is INamedTypeSymbol { TypeArguments: { Length: 1 } of } && database.IsEntity(of[0]))
            && method.ContainingNamespace?.ToDisplayString().StartsWith("Ardalis", StringComparison.Ordinal) != true
            ? Call.Database
            : Call.Lasting;
    }

    /// <summary>What implements it here saves at once.</summary>
    private bool SavesItself(IMethodSymbol method) => model.Compilation.GetSymbolsWithName(method.Name, SymbolFilter.Member).OfType<IMethodSymbol>().SelectMany(made => made.DeclaringSyntaxReferences)
        .Any(place => place.GetSyntax().DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Style.NameOf(call).StartsWith("SaveChanges", StringComparison.Ordinal)));

    private static bool IsOfEntityFramework(IMethodSymbol method) =>
        method.ContainingNamespace?.ToDisplayString() is { } space && (space == "Microsoft.EntityFrameworkCore" || space.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal));
}

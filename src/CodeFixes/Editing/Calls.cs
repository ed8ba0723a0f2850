using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>What a second run of a call would mean.</summary>
internal enum Call
{
    /// <summary>Looks at what it is given, or changes objects that the run made or read itself.</summary>
    Plain,

    /// <summary>Asks the database.</summary>
    Database,

    /// <summary>Leaves a change in the context for the save.</summary>
    Change,

    /// <summary>Opens a transaction, which takes back what follows.</summary>
    Begin,

    /// <summary>Saves once, and lets a failure out.</summary>
    Save,

    /// <summary>Saves once, and then does something that stays: a run may end with it.</summary>
    Final,

    /// <summary>Makes what was saved in a transaction stay.</summary>
    Commit,

    /// <summary>Saves several times, or executes a statement at once: only a transaction takes it back.</summary>
    Written,

    /// <summary>Does something that stays when the run is given up: a message, a failure that is swallowed, or nobody knows what.</summary>
    Lasting,
}

/// <summary>Tells calls apart by what their repetition would do, through the methods in sight.</summary>
internal sealed class Calls(SemanticModel model, Database database)
{
    private static readonly string[] Saving = ["SaveChanges", "SaveChangesAsync", "Save", "SaveAsync", "Commit", "CommitAsync", "Complete", "CompleteAsync"];

    // Members of repositories that are named for what they leave in the context.
    private static readonly string[] Changing = ["Add", "AddAsync", "AddRange", "AddRangeAsync", "Update", "UpdateAsync", "Remove", "RemoveRange", "Delete", "DeleteAsync"];

    private const int Deepest = 5;

    // A light bulb asks several fixes about one compilation, and each of them about the same methods.
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<IMethodSymbol, Call>> Known = new();

    private readonly Implementations implementations = new(model.Compilation);
    private readonly ConcurrentDictionary<IMethodSymbol, Call> known = Known.GetValue(model.Compilation, _ => new(SymbolEqualityComparer.Default));

    public IEnumerable<(InvocationExpressionSyntax Node, Call Kind)> In(SyntaxNode node) =>
        node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Select(call => (call, Of(call, model, Deepest)));

    private Call Of(InvocationExpressionSyntax call, SemanticModel sight, int depth)
    {
        if (sight.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            // A context whose base is not in sight still saves by this name.
            return Style.NameOf(call) switch { "nameof" or "ConfigureAwait" => Call.Plain, "SaveChanges" or "SaveChangesAsync" => Call.Save, _ => Call.Lasting };
        }

        method = method.ReducedFrom ?? method;
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            // From query to query: it adds an include or a condition.
            return method.ReturnType.Name == "IQueryable" && method.Parameters.All(parameter => parameter.Type.Name == "IQueryable") ? Call.Plain : Call.Lasting;
        }

        if (IsOfEntityFramework(method))
        {
            return OfEntityFramework(method.Name);
        }

        // Synchronous queries are LINQ's own.
        if (method.ContainingType is { Name: "Queryable" or "Enumerable", ContainingNamespace.Name: "Linq" } && ReceiverOf(call, sight) is { } source && (source.Name == "IQueryable" || source.AllInterfaces.Any(part => part.Name == "IQueryable")))
        {
            return Call.Database;
        }

        if (OfIdentity(method) is { } managed)
        {
            return managed;
        }

        if (!PendingChanges.IsOutOfSight(call, sight) || IsMapping(method) || IsGenerated(method))
        {
            return Call.Plain;
        }

        if (Sequence.IsContext(method.ContainingType) && Saving.Contains(method.Name))
        {
            return Failures.AreSwallowed(method, model.Compilation) ? Call.Lasting : Call.Save;
        }

        // What a row does to itself is undone with it; what it is handed it may call.
        if (database.IsEntity(method.IsStatic ? method.ContainingType : ReceiverOf(call, sight) ?? method.ContainingType))
        {
            return method.Parameters.Any(parameter => parameter.Type.TypeKind is TypeKind.Delegate or TypeKind.Interface && !parameter.Type.IsCollection()) ? Call.Lasting : Call.Plain;
        }

        if (!known.TryGetValue(method, out var kind))
        {
            kind = implementations.BodyOf(method) is { } body ? Named(method, Through(body, depth)) : OfRepository(method);
            // What lay too deep this time may be in sight from elsewhere.
            if (kind != Call.Lasting || depth == Deepest)
            {
                known[method] = kind;
            }
        }

        return kind;
    }

    private static Call OfEntityFramework(string name) => name switch
    {
        _ when Saving.Contains(name) && !IsCommit(name) => Call.Save,
        _ when name.StartsWith("BeginTransaction", StringComparison.Ordinal) => Call.Begin,
        _ when IsCommit(name) => Call.Commit,
        _ when name.StartsWith("ExecuteUpdate", StringComparison.Ordinal) || name.StartsWith("ExecuteDelete", StringComparison.Ordinal) || name.StartsWith("ExecuteSql", StringComparison.Ordinal) => Call.Written,
        _ when name.StartsWith("Execute", StringComparison.Ordinal) || name.StartsWith("UseTransaction", StringComparison.Ordinal) => Call.Lasting,
        _ when PendingChanges.IsNamedForChanging(name) => Call.Change,
        _ => Call.Database,
    };

    /// <summary>The managers of ASP.NET Identity save at once.</summary>
    private static Call? OfIdentity(IMethodSymbol method) => !IsIdentity(method) ? null
        : PendingChanges.IsNamedForReading(method.Name) || method.Name.StartsWith("Normalize", StringComparison.Ordinal) ? Call.Database
        : method.ContainingType.Name == "SignInManager" ? Call.Lasting
        : method.Name is "CreateAsync" or "UpdateAsync" or "DeleteAsync" ? Call.Save : Call.Written;

    /// <summary>A manager of ASP.NET Identity: it makes a result of a conflict, and lets other failures out.</summary>
    public static bool IsIdentity(IMethodSymbol? method) => method?.ContainingType?.OriginalDefinition is { Name: "UserManager" or "RoleManager" or "SignInManager", ContainingNamespace.Name: "Identity" };

    /// <summary>Copies between objects that it is given.</summary>
    private static bool IsMapping(IMethodSymbol method) => method.ContainingNamespace?.ToDisplayString() is "AutoMapper" or "Mapster" or "Ardalis.GuardClauses";

    /// <summary>The platform writes its body: a regular expression, a log message.</summary>
    private static bool IsGenerated(IMethodSymbol method) => method.IsPartialDefinition
        && method.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "GeneratedRegexAttribute" or "LoggerMessageAttribute" });

    public static bool IsCommit(string name) => name.StartsWith("Commit", StringComparison.Ordinal) || name.StartsWith("Complete", StringComparison.Ordinal);

    public static bool IsRollback(string name) => name.StartsWith("Rollback", StringComparison.Ordinal);

    private static ITypeSymbol? ReceiverOf(InvocationExpressionSyntax call, SemanticModel sight) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => sight.GetTypeInfo(access.Expression).Type,
        MemberBindingExpressionSyntax => call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>() is { } access ? sight.GetTypeInfo(access.Expression).Type : null,
        _ => null,
    };

    /// <summary>What is named for saving or rolling back and does nothing worse is taken at its word, whichever of its branches runs.</summary>
    private static Call Named(IMethodSymbol method, Call seen) => seen switch
    {
        Call.Save or Call.Final or Call.Commit or Call.Written when IsSave(method) => Call.Save,
        Call.Database when IsRollback(method.Name) => Call.Plain,
        _ => seen,
    };

    private static bool IsSave(IMethodSymbol method) => Saving.Contains(method.Name) && method.Parameters.All(parameter => parameter.Type.Name == nameof(CancellationToken));

    /// <summary>The most that the calls of a body do. What lies too deep may do anything.</summary>
    private Call Through((SyntaxNode Node, SemanticModel Sight) body, int depth)
    {
        if (depth == 0 || body.Node.DescendantNodes().Any(node => node is AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } } && IsStatic(name, body.Sight) || KeepsRow(node, body.Sight)))
        {
            return Call.Lasting;
        }

        var calls = body.Node.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => (Node: call, Kind: Of(call, body.Sight, depth - 1))).Where(call => call.Kind != Call.Plain).ToArray();
        var written = calls.Where(call => call.Kind is Call.Save or Call.Final or Call.Commit or Call.Written).ToArray();
        if (written.Any(call => Failures.AreCaught(call.Node, body.Node, body.Sight)))
        {
            return Call.Lasting;
        }

        var isOnce = written.Length > 0 && written.All(call => call.Kind is Call.Save or Call.Final && !Failures.IsRepeated(call.Node, body.Node))
            && written.All(call => written.All(other => other == call || Way.AreExclusive(call.Node, other.Node)));
        if (calls.Any(call => call.Kind is Call.Lasting or Call.Final))
        {
            return isOnce && calls.All(call => call.Kind is not (Call.Lasting or Call.Begin) || call.Kind == Call.Lasting && written.All(save => save.Node.Span.End < call.Node.SpanStart)) ? Call.Final : Call.Lasting;
        }

        // A transaction of its own ends with the call.
        return calls.Any(call => call.Kind == Call.Begin) ? calls.Length == 1 ? Call.Begin : Call.Lasting
            : isOnce ? Call.Save
            : written.Length > 1 || written.Any(call => call.Kind == Call.Written || Failures.IsRepeated(call.Node, body.Node)) ? Call.Written
            : written.Length == 1 ? written[0].Kind
            : calls.Any(call => call.Kind == Call.Change) || body.Node.DescendantNodes().Any(part => ChangeRow(part, body.Sight)) ? Call.Change
            : calls.Length > 0 ? Call.Database : Call.Plain;
    }

    /// <summary>
    /// Whether the contexts that a call saves end with it: what it could not save is gone with them, and they must not be touched any more.
    /// Null where some do and some do not.
    /// </summary>
    public bool? EndsContexts(InvocationExpressionSyntax save) => Sequence.ContextOf(save, model) is null
        ? SavesOf(save).Select(inner => inner.EndsContext).Distinct().ToArray() switch { [var ends] => ends, _ => null }
        : false;

    /// <summary>A method in sight that saves a context, whatever else it does.</summary>
    public bool Saves(InvocationExpressionSyntax call) => Saves(call, model, Deepest);

    private bool Saves(InvocationExpressionSyntax call, SemanticModel sight, int depth) => sight.GetSymbolInfo(call).Symbol is IMethodSymbol method
        && (IsOfEntityFramework(method) || Sequence.IsContext(method.ContainingType)
            ? Style.NameOf(call).StartsWith("SaveChanges", StringComparison.Ordinal)
            : depth > 0 && implementations.BodyOf(method) is { } body && body.Node.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(inner => Saves(inner, body.Sight, depth - 1)));

    /// <summary>The saves that calls come down to whose contexts do not end with them.</summary>
    public IReadOnlyList<InnerSave> LingeringSavesOf(IEnumerable<InvocationExpressionSyntax> saves) =>
        [.. saves.SelectMany(SavesOf).Where(save => !save.EndsContext).GroupBy(save => save.Call).Select(same => same.First())];

    private IEnumerable<InnerSave> SavesOf(InvocationExpressionSyntax save) => SavesOf(save, model, Deepest);

    private IEnumerable<InnerSave> SavesOf(InvocationExpressionSyntax save, SemanticModel sight, int depth)
    {
        if (depth == 0 || sight.GetSymbolInfo(save).Symbol is not IMethodSymbol method || IsOfEntityFramework(method) || Sequence.IsContext(method.ContainingType) || implementations.BodyOf(method) is not { } body)
        {
            return [new InnerSave(save, sight)];
        }

        var saves = body.Node.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => Of(call, body.Sight, depth - 1) is Call.Save or Call.Final or Call.Written or Call.Commit)
            .SelectMany(call => SavesOf(call, body.Sight, depth - 1)).ToArray();
        return saves.Length > 0 ? saves : [new InnerSave(save, sight)];
    }

    /// <summary>A row in a field of its own would be handed out again, when the context has forgotten it.</summary>
    private bool KeepsRow(SyntaxNode node, SemanticModel sight) => node is AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } } assignment
        && sight.GetSymbolInfo(assignment.Left).Symbol is IFieldSymbol or IPropertySymbol && assignment.Parent is not InitializerExpressionSyntax
        && sight.GetSymbolInfo(assignment.Left).Symbol is { } kept && !database.IsEntity(kept.ContainingType) && database.IsEntity(kept is IFieldSymbol field ? field.Type : ((IPropertySymbol)kept).Type);

    /// <summary>Sets a member of a row, or has it done by the row's own method.</summary>
    public bool ChangeRow(SyntaxNode node, SemanticModel sight) => node switch
    {
        AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax target } => database.IsEntity(sight.GetTypeInfo(target.Expression).Type),
        InvocationExpressionSyntax call => sight.GetSymbolInfo(call).Symbol is IMethodSymbol { IsStatic: false, IsExtensionMethod: false } method && !PendingChanges.IsNamedForReading(method.Name)
            && method.ContainingType.SpecialType != SpecialType.System_Object && database.IsEntity(ReceiverOf(call, sight)),
        _ => false,
    };

    private static bool IsStatic(IdentifierNameSyntax name, SemanticModel sight) => sight.GetSymbolInfo(name).Symbol is INamedTypeSymbol;

    /// <summary>A member without a body in sight, by its shape.</summary>
    private Call OfRepository(IMethodSymbol method)
    {
        var name = method.Name;
        if (IsSave(method))
        {
            return Call.Save;
        }

        if (name.StartsWith("BeginTransaction", StringComparison.Ordinal))
        {
            return Call.Begin;
        }

        // What hands out a query builds it.
        if (PendingChanges.IsNamedForReading(name) || method.ReturnType.Name == "IQueryable")
        {
            return Call.Database;
        }

        // Ardalis' repositories save what they are given.
        return Changing.Contains(name) && !implementations.Save(method) && method.Parameters.Any(parameter => database.IsEntity(parameter.Type) || parameter.Type is INamedTypeSymbol { TypeArguments: { Length: 1 } of } && database.IsEntity(of[0]))
            && method.ContainingNamespace?.ToDisplayString().StartsWith("Ardalis", StringComparison.Ordinal) != true
            ? Call.Change
            : IsRollback(name) && method.Parameters.All(parameter => parameter.Type.Name == nameof(CancellationToken)) ? Call.Plain : Call.Lasting;
    }

    private static bool IsOfEntityFramework(IMethodSymbol method) =>
        method.ContainingNamespace?.ToDisplayString().IsWithin(Namespaces.EntityFramework) == true;
}

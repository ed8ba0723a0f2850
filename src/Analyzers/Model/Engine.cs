using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>
/// What is known of one compilation: its symbols, its entity model, and the bodies interpreted so far. Lives as long as the compilation's analysis;
/// safe under concurrency: of what is computed twice the first is kept.
/// </summary>
internal sealed partial class Engine
{
    /// <summary>
    /// How many calls deep a body is looked into. A body is kept for each remaining depth, unless it is complete at that depth: results do not depend
    /// on who asks first, recursion ends, and the cost stays linear in the number of methods.
    /// </summary>
    public const int MostCalls = 8;

    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<(object, int), Body?> _bodies = new(BodyKey.Instance);
    private readonly ConcurrentDictionary<object, Body> _complete = new();
    private readonly ConcurrentDictionary<ISymbol, INamedTypeSymbol?> _navigations = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IFieldSymbol, string> _names = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamespaceSymbol, string> _namespaces = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _assigned = new(SymbolEqualityComparer.Default);
    private readonly Lazy<Implementations> _implementations;
    private readonly Lazy<Callers> _callers;
    private readonly Lazy<SourceIndex> _index;

    public Compilation Compilation { get; }
    public KnownSymbols Symbols { get; }
    public EntityModel Model { get; }
    public RaceOptions Options { get; }
    public Implementations Implementations => _implementations.Value;
    public Callers Callers => _callers.Value;
    public SourceIndex Index => _index.Value;
    public MemberWrites Writes => Index.Writes;
    /// <summary>The types that were asked whether they hold tests.</summary>
    public ConcurrentDictionary<INamedTypeSymbol, bool> TestTypes { get; } = new(SymbolEqualityComparer.Default);

    private Engine(Compilation compilation, KnownSymbols symbols, EntityModel model, RaceOptions options, KeptByFile kept)
    {
        Compilation = compilation;
        Symbols = symbols;
        Model = model;
        Options = options;
        _implementations = new(() => new Implementations(compilation));
        _callers = new(() => new Callers(this));
        _index = new(() => new SourceIndex(compilation, symbols, model, kept.Names));
    }

    /// <summary>The engine of a compilation, or null where Entity Framework Core is not referenced.</summary>
    public static Engine? Of(Compilation compilation, AnalyzerOptions options, KeptByFile kept, CancellationToken cancellation)
    {
        if (KnownSymbols.Of(compilation) is not { } symbols) return null;
        var settings = RaceOptions.Read(options, compilation.SyntaxTrees);
        return new Engine(compilation, symbols, EntityModel.Create(compilation, options, settings, kept.Snapshot, cancellation), settings, kept);
    }

    public SemanticModel ModelOf(SyntaxTree tree) => _models.GetOrAdd(tree, t => Compilation.GetSemanticModel(t));

    public IOperation? OperationOf(SyntaxNode node, CancellationToken cancellation) => ModelOf(node.SyntaxTree).GetOperation(node, cancellation);

    /// <summary>The body of a method of this compilation as seen with so many calls left; null when it has none in sight.</summary>
    public Body? BodyOf(IMethodSymbol method, int depth, CancellationToken cancellation)
    {
        var definition = method.OriginalDefinition;
        definition = definition.PartialImplementationPart ?? definition;
        return BodyOf(definition, depth, () => FlowOf(definition, cancellation) is { } flow ? Interpreter.Run(this, definition, flow.Syntax, flow.Flow, depth, cancellation) : null);
    }

    public Body? BodyOf(Nested nested, int depth, CancellationToken cancellation) =>
        BodyOf(nested, depth, () => FlowOf(nested) is { } flow ? Interpreter.Run(this, nested.Symbol, nested.Syntax, flow, depth, cancellation) : null);

    private Body? BodyOf(object key, int depth, Func<Body?> run)
    {
        if (_complete.TryGetValue(key, out var complete) && complete.Height <= depth) return complete;
        if (_bodies.TryGetValue((key, depth), out var known)) return known;
        // Two threads may run one body at once: whoever asks, now or later, gets the same, as a read is told from another by being it.
        var body = run();
        if (body is { IsComplete: true }) return _complete.GetOrAdd(key, body);
        return _bodies.GetOrAdd((key, depth), depth < MostCalls ? body?.Summarized() : body);
    }

    /// <summary>The method whose body a call runs: itself, or the one implementation or override in this compilation.</summary>
    public IMethodSymbol? Resolve(IMethodSymbol method, ITypeSymbol? receiver)
    {
        method = method.ReducedFrom ?? method;
        if (method.ContainingType is not { } type) return null;
        if (type.TypeKind == TypeKind.Interface || method.IsAbstract) return Implementations.Single(method, receiver as INamedTypeSymbol);
        return HasSource(method) && method.PartialImplementationPart is var part ? part ?? method : null;
    }

    /// <summary>The entity type that a navigation leads to, or null for another member.</summary>
    public INamedTypeSymbol? NavigationTarget(ISymbol member) =>
        _navigations.TryGetValue(member.OriginalDefinition, out var target) ? target : _navigations.GetOrAdd(member.OriginalDefinition, FindNavigationTarget);

    private INamedTypeSymbol? FindNavigationTarget(ISymbol m)
    {
        if (m.Attribute("NotMappedAttribute") is not null) return null;
        var type = m.MemberType();
        return (KnownSymbols.ElementOf(type) ?? type) is INamedTypeSymbol { TypeKind: TypeKind.Class } target && target.SpecialType == SpecialType.None && Model.IsEntity(target) ? target : null;
    }

    /// <summary>The mapped member that a symbol stands for: a backing field is its property.</summary>
    public string NameOf(ISymbol member)
    {
        if (member is not IFieldSymbol { DeclaredAccessibility: not Accessibility.Public } field) return member.Name;
        return _names.TryGetValue(field, out var name) ? name : _names.GetOrAdd(field, FindName(field));
    }

    private static string FindName(IFieldSymbol field)
    {
        if (field.AssociatedSymbol is { } property) return property.Name;
        var name = field.Name.TrimStart('_');
        foreach (var candidate in field.ContainingType.GetMembers())
            if (candidate is IPropertySymbol && string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase)) return candidate.Name;
        return field.Name;
    }

    /// <summary>An entity type, or a type parameter or base type that can stand for one.</summary>
    public bool MayBeRow(ITypeSymbol? type) => type switch
    {
        null => false,
        ITypeParameterSymbol => true,
        INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface, SpecialType: SpecialType.None } named => Model.IsEntity(named) || Implementations.IsBaseOf(named, Model),
        _ => false,
    };

    public ImmutableArray<string> KeyOf(ITypeSymbol entity) => entity is INamedTypeSymbol named ? Model.Facts(named).KeyMembers : ImmutableArray.Create("Id");

    public bool IsAutoProperty(IPropertySymbol property)
    {
        foreach (var reference in property.OriginalDefinition.DeclaringSyntaxReferences)
            if (reference.GetSyntax() is PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors } && accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null)) return true;
        return false;
    }

    /// <summary>Whether anything in sight assigns the property after its object was made; a member of the same name of another type does not count.</summary>
    public bool IsAssigned(IPropertySymbol property, CancellationToken cancellation) => _assigned.GetOrAdd(property.OriginalDefinition, _ => MayBeTarget(property, _ => true, cancellation));

    /// <summary>Whether anything in sight gives the property another value than this one: a state that nothing leaves cannot be checked in vain.</summary>
    public bool MayLeave(IPropertySymbol property, object? state, CancellationToken cancellation)
    {
        return MayBeTarget(property, t => !IsGiven(t), cancellation);

        bool IsGiven(ExpressionSyntax target) =>
            target.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var right } && ModelOf(right.SyntaxTree).GetConstantValue(right, cancellation) is { HasValue: true, Value: var given } && Equals(given, state);
    }

    private bool MayBeTarget(IPropertySymbol property, Func<ExpressionSyntax, bool> counts, CancellationToken cancellation)
    {
        var targets = Writes.TargetsOf(property.Name).ToArray();
        return targets.Length >= MemberWrites.MostTargets || targets.Any(t => MayBe(ModelOf(t.SyntaxTree).GetSymbolInfo(t, cancellation).Symbol, property) && !IsOfNew(t, cancellation) && counts(t));
    }

    /// <summary>An object that was made a few lines above is still being made.</summary>
    private bool IsOfNew(ExpressionSyntax target, CancellationToken cancellation) =>
        target is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax made } && ModelOf(made.SyntaxTree).GetSymbolInfo(made, cancellation).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [var declared, ..] }
        && declared.GetSyntax(cancellation) is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax };

    private static bool MayBe(ISymbol? assigned, IPropertySymbol property) => assigned switch
    {
        ILocalSymbol or IParameterSymbol => false,
        IFieldSymbol or IPropertySymbol => assigned.ContainingType is not { } type || type.TypeKind == TypeKind.Interface || type.Inherits(property.ContainingType) || property.ContainingType.Inherits(type),
        _ => true,
    };

    public bool IsLockMethod(IMethodSymbol method) => !Options.LockMethods.IsEmpty && RaceOptions.Names(Options.LockMethods, method);
    public bool IsSaveMethod(IMethodSymbol method) => !Options.SaveMethods.IsEmpty && RaceOptions.Names(Options.SaveMethods, method);

    /// <summary>What lets one job of this kind run at a time: a distributed lock under Hangfire, its scheduler under Quartz.NET.</summary>
    public AttributeData? Exclusive(ISymbol? symbol)
    {
        for (; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
            foreach (var declared in Declarations(symbol))
                if (declared.GetAttributes().FirstOrDefault(a => a.AttributeClass.IsNamed("Hangfire", "DisableConcurrentExecutionAttribute") || a.AttributeClass.IsNamed("Quartz", "DisallowConcurrentExecutionAttribute")) is { } exclusive) return exclusive;
        return null;

        static IEnumerable<ISymbol> Declarations(ISymbol symbol)
        {
            yield return symbol;
            if (symbol is IMethodSymbol { ContainingType: { } type } method)
                foreach (var contract in type.AllInterfaces)
                    foreach (var member in contract.GetMembers(method.Name)) yield return member;
            for (var b = (symbol as INamedTypeSymbol)?.BaseType; b is { SpecialType: SpecialType.None }; b = b.BaseType) yield return b;
        }
    }

    /// <summary>Whether it holds for all processes: Quartz.NET's does where its schedulers are a cluster.</summary>
    public bool IsForAllProcesses(AttributeData exclusive) => exclusive.AttributeClass?.Name.StartsWith("Disable", StringComparison.Ordinal) == true || Index.HasCluster;

    /// <summary>A type of the base library.</summary>
    public bool IsSystem(INamedTypeSymbol? type)
    {
        for (var ns = type?.ContainingNamespace; ns is { IsGlobalNamespace: false }; ns = ns.ContainingNamespace)
            if (ns is { Name: "System", ContainingNamespace.IsGlobalNamespace: true }) return true;
        return false;
    }

    /// <summary>The full name of a type's namespace: asked for at each call.</summary>
    private string? NamespaceOf(INamedTypeSymbol? type) =>
        type?.ContainingNamespace is not { } ns ? null : _namespaces.TryGetValue(ns, out var name) ? name : _namespaces.GetOrAdd(ns, ns.ToDisplayString());

    /// <summary>A type that talks to the outside.</summary>
    public bool IsNetwork(INamedTypeSymbol? type) => NamespaceOf(type) is { } ns && (ns.StartsWith("System.Net", StringComparison.Ordinal) || ns == "System.IO");

    public bool IsLogging(INamedTypeSymbol? type) => NamespaceOf(type) is { } ns && (ns.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal) || ns.StartsWith("Serilog", StringComparison.Ordinal));

    public bool IsCollection(INamedTypeSymbol? type) => NamespaceOf(type) is "System.Collections.Generic" or "System.Collections.Concurrent" or "System.Collections.Immutable" or "System.Collections.ObjectModel" or "System.Collections.Frozen";

    /// <summary>Properties that hand on what their owner is: a task's result, a lookup's values, an entry's entity, a context's database.</summary>
    public bool IsTransparent(ITypeSymbol owner, string property)
    {
        if (owner is not INamedTypeSymbol named) return false;
        return property switch
        {
            "Result" => SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, Symbols.GenericTask) || SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, Symbols.GenericValueTask),
            "Value" => named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T || IsCollection(named),
            "Current" or "Values" or "Keys" => IsSystem(named),
            "Database" or "ChangeTracker" or "Model" => Symbols.IsDbContext(named),
            _ => Symbols.LibraryOf(named) is Library.Entry or Library.Entries,
        };
    }

    /// <summary>Calls that run the delegates they are given, at once: of tasks, of resilience pipelines, of transaction helpers by name.</summary>
    public bool RunsItsDelegates(IMethodSymbol method)
    {
        if (!method.Parameters.Any(p => p.Type.TypeKind == TypeKind.Delegate)) return false;
        if (IsSystem(method.ContainingType)) return method.ContainingType.Name is "Task" or "Parallel" && method.Name != "ContinueWith";
        return method.Name.StartsWith("Execute", StringComparison.Ordinal) || method.Name.StartsWith("RunInTransaction", StringComparison.Ordinal) || method.Name.StartsWith("InTransaction", StringComparison.Ordinal);
    }

    /// <summary>A type that saves: a context, a unit of work, a repository; not a file, a cache or a mail box.</summary>
    public bool IsUnitOfWork(INamedTypeSymbol type)
    {
        if (Symbols.IsDbContext(type) || Symbols.LibraryOf(type) == Library.RepositoryBase) return true;
        if (type.Name.EndsWith("UnitOfWork", StringComparison.Ordinal) || type.Name.Contains("Repository") || type.Name.EndsWith("DbContext", StringComparison.Ordinal) || type.Name.EndsWith("Context", StringComparison.Ordinal)) return true;
        return EntityOfRepository(type) is not null || SetsOf(type);
    }

    private bool SetsOf(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
            if (member is IPropertySymbol property && Symbols.EntityOfSet(property.Type) is not null) return true;
        return false;
    }

    /// <summary>The entity type of a repository: its type argument, or the one entity type in its members' signatures.</summary>
    public ITypeSymbol? EntityOfRepository(INamedTypeSymbol type)
    {
        ITypeSymbol? found = null;
        foreach (var t in new[] { type }.Concat(type.AllInterfaces))
        {
            foreach (var argument in t.TypeArguments)
                if (Model.IsEntity(argument)) return argument;
            foreach (var member in t.GetMembers().OfType<IMethodSymbol>())
            {
                var given = Symbols.Awaited(member.ReturnType);
                foreach (var candidate in member.Parameters.Select(p => p.Type).Concat(given is null ? [] : [given]))
                {
                    var row = KnownSymbols.ElementOf(candidate) ?? candidate;
                    if (row is not INamedTypeSymbol { TypeKind: TypeKind.Class } || !Model.IsEntity(row)) continue;
                    if (found is not null && !SymbolEqualityComparer.Default.Equals(found, row)) return null;
                    found = row;
                }
            }
        }
        return found;
    }

    private sealed class BodyKey : IEqualityComparer<(object, int)>
    {
        public static readonly BodyKey Instance = new();
        public bool Equals((object, int) x, (object, int) y) => x.Item2 == y.Item2 && (x.Item1 is ISymbol a ? SymbolEqualityComparer.Default.Equals(a, y.Item1 as ISymbol) : x.Item1.Equals(y.Item1));
        public int GetHashCode((object, int) key) => (key.Item1 is ISymbol s ? SymbolEqualityComparer.Default.GetHashCode(s) : key.Item1.GetHashCode()) * 31 + key.Item2;
    }
}

using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>Code that is no concern of the rules: migrations, seeders, design-time factories, tests; and bodies that cannot hold a race.</summary>
internal static class Scope
{
    private static readonly string[] Seeding = ["Seed", "Initializer", "Initialiser", "DataGenerator", "Migration", "Migrator"];

    public static bool IsOfInterest(Engine engine, ISymbol owner, SyntaxNode block) => engine.Index.CanRace(block) && !IsSetUp(owner) && !IsTest(engine, owner);

    /// <summary>A lambda that is given to <c>UseSeeding</c>.</summary>
    public static bool IsSeeding(Body body) =>
        body.Syntax?.Parent?.Parent?.Parent is Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax { Expression: Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax { Name.Identifier.ValueText: "UseSeeding" or "UseAsyncSeeding" } };

    private static bool IsSetUp(ISymbol owner)
    {
        for (var symbol = owner; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (Seeding.Any(s => symbol.Name.Contains(s)) || symbol is IMethodSymbol && IsOnce(symbol.Name) || symbol is INamedTypeSymbol && symbol.Name.Contains("Migrate")) return true;
            if (symbol is INamedTypeSymbol type && (type.DerivesFrom("Microsoft.EntityFrameworkCore.Migrations", "Migration") || type.AllInterfaces.Any(i => i.Name == "IDesignTimeDbContextFactory"))) return true;
        }
        return false;
    }

    /// <summary>What runs once: <c>Initialize</c>, and <c>Upgrade_3_2</c>, whose name tells to which version.</summary>
    private static bool IsOnce(string method) =>
        method is "Initialize" or "InitializeAsync" or "Initialise" or "InitialiseAsync" || method.StartsWith("Upgrade", StringComparison.Ordinal) && method.Any(char.IsDigit);

    /// <summary>The program's own start, before it serves anybody, or a private method that only code which sets up calls.</summary>
    public static bool IsPartOfSetUp(Engine engine, Body body, CancellationToken cancellation)
    {
        var entry = engine.Compilation.GetEntryPoint(cancellation);
        if (IsEntry(body.Symbol)) return true;
        if (body.Symbol is not IMethodSymbol { DeclaredAccessibility: Accessibility.Private }) return false;
        var callers = engine.CallersOf(body, 4, cancellation).Select(c => c.Caller.Symbol).ToArray();
        return callers.Length > 0 && callers.All(c => c is not null && (IsSetUp(c) || IsEntry(c)));

        // A program that is looked at as a library has no entry point, and yet its start.
        bool IsEntry(ISymbol? symbol) => symbol is IMethodSymbol { IsStatic: true, MethodKind: MethodKind.Ordinary } method && (entry is null ? method.Name == WellKnownMemberNames.EntryPointMethodName : SymbolEqualityComparer.Default.Equals(method, entry));
    }

    private static bool IsTest(Engine engine, ISymbol owner)
    {
        for (var symbol = owner; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
            if (symbol is INamedTypeSymbol type ? engine.TestTypes.GetOrAdd(type, HoldsTests) : HasTestAttribute(symbol)) return true;
        return false;
    }

    private static bool HoldsTests(INamedTypeSymbol type) => HasTestAttribute(type) || type.GetMembers().Any(m => m is IMethodSymbol && HasTestAttribute(m));

    private static bool HasTestAttribute(ISymbol symbol) => symbol.GetAttributes().Any(IsTestAttribute);

    private static bool IsTestAttribute(AttributeData attribute) =>
        attribute.AttributeClass?.ContainingNamespace?.ToDisplayString() is { } ns && (ns.StartsWith("Xunit", StringComparison.Ordinal) || ns.StartsWith("NUnit.", StringComparison.Ordinal) || ns.StartsWith("Microsoft.VisualStudio.TestTools", StringComparison.Ordinal) || ns.StartsWith("TUnit.", StringComparison.Ordinal));
}

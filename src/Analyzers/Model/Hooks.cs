using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>Code that every save runs: overrides of <c>SaveChanges</c>, interceptors, handlers of <c>SavingChanges</c>, and what only they call.</summary>
internal static class Hooks
{
    public static bool IsHook(Engine engine, Body body, CancellationToken cancellation) => IsHook(engine, body, 3, cancellation);

    private static bool IsHook(Engine engine, Body body, int depth, CancellationToken cancellation)
    {
        if (body.Symbol is not IMethodSymbol method) return false;
        if (IsOverride(engine, method) || IsInterceptor(engine, method) || IsHandler(engine, method, cancellation)) return true;
        if (depth == 0 || method.MethodKind == MethodKind.LambdaMethod) return false;
        var any = false;
        foreach (var (caller, _) in engine.CallersOf(body, 20, cancellation))
        {
            if (!IsHook(engine, caller, depth - 1, cancellation)) return false;
            any = true;
        }
        return any;
    }

    private static bool IsOverride(Engine engine, IMethodSymbol method) =>
        method.IsOverride && Operators.Sync(method.Name) == "SaveChanges" && engine.Symbols.IsDbContext(method.ContainingType);

    private static bool IsInterceptor(Engine engine, IMethodSymbol method) =>
        engine.Symbols.Interceptor is { } interceptor && Operators.Sync(method.Name) == "SavingChanges" && method.ContainingType.AllInterfaces.Contains(interceptor, SymbolEqualityComparer.Default);

    /// <summary>A method or lambda that is added to a context's <c>SavingChanges</c>.</summary>
    private static bool IsHandler(Engine engine, IMethodSymbol method, CancellationToken cancellation)
    {
        if (method.Parameters.Length != 2 || method.Parameters[1].Type.Name != "SavingChangesEventArgs") return false;
        if (method.MethodKind != MethodKind.LambdaMethod) return true;
        return method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation).Parent is AssignmentExpressionSyntax assignment && assignment.IsKind(SyntaxKind.AddAssignmentExpression);
    }
}

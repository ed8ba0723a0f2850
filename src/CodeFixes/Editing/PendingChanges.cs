using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>Whether a save writes something beside the rows of the sequence: another row, a new one, or what a call out of sight left in the context.</summary>
internal static class PendingChanges
{
    private static readonly string[] Harmless = ["System", "Microsoft.AspNetCore", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Options", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Caching"];

    // Within them, what reaches others.
    private static readonly string[] Sending = ["System.Net", "Microsoft.AspNetCore.SignalR"];

    private static readonly HashSet<string> Changing =
        ["Add", "AddRange", "Remove", "RemoveRange", "Update", "UpdateRange", "Attach", "AttachRange", "Entry", "TrackGraph"];

    // Members of repositories that are named for reading.
    private static readonly string[] Reading = ["Get", "Find", "First", "Single", "Query", "List", "Any", "Exists", "Count", "AsQueryable", "Has", "Is", "Can", "Resolve"];

    /// <summary>A member that, by its name, hands out what is there or tells about it.</summary>
    public static bool IsNamedForReading(string name) =>
        Reading.Any(word => name.StartsWith(word, StringComparison.Ordinal) && (name.Length == word.Length || !char.IsLower(name[word.Length]))) && !name.Contains("Create") && !name.Contains("OrAdd");

    /// <summary>A member of a context or a set that leaves a change in the context.</summary>
    public static bool IsNamedForChanging(string name) => Changing.Contains(name.EndsWith("Async", StringComparison.Ordinal) ? name.Substring(0, name.Length - 5) : name);

    /// <summary>Beside the rows, or beside the one call that adds a row.</summary>
    public static bool Exist(SyntaxNode body, SyntaxNode save, Rows? rows, SemanticModel model, SyntaxNode? except = null) =>
        body.DescendantNodes().Where(node => node.SpanStart < save.SpanStart && !node.Contains(save) && except?.Span.Contains(node.Span) != true).Any(node => node switch
        {
            InvocationExpressionSyntax call => MayChange(call, model),
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax target } => IsOtherRow(target, rows, model),
            PostfixUnaryExpressionSyntax { Operand: MemberAccessExpressionSyntax target } => IsOtherRow(target, rows, model),
            PrefixUnaryExpressionSyntax { Operand: MemberAccessExpressionSyntax target } when node.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression => IsOtherRow(target, rows, model),
            _ => false,
        });

    private static bool MayChange(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || method.MethodKind == MethodKind.DelegateInvoke)
        {
            return true;
        }

        var space = method.ContainingNamespace?.ToDisplayString() ?? "";
        if (space.IsWithin(Namespaces.EntityFramework))
        {
            return IsNamedForChanging(method.Name) || method.Name.StartsWith("SaveChanges", StringComparison.Ordinal);
        }

        return method.MethodKind != MethodKind.LocalFunction
            ? !(method.ReceiverType?.TypeKind == TypeKind.Interface && IsNamedForReading(method.Name))
                && (!Harmless.Any(space.IsWithin) || IsCollectionOfRow(call, method))
            : true;
    }

    /// <summary>A call whose effects nobody sees here: it may send something, and sends it again when it runs again.</summary>
    public static bool IsOutOfSight(InvocationExpressionSyntax call, SemanticModel model) =>
        model.GetSymbolInfo(call).Symbol is not IMethodSymbol method
            ? Style.NameOf(call) != "nameof"
            : method.MethodKind == MethodKind.DelegateInvoke || method.ContainingNamespace?.ToDisplayString() is not { } space
                || Sending.Any(space.IsWithin)
                || !space.IsWithin(Namespaces.EntityFramework)
                    && !Harmless.Any(space.IsWithin);

    /// <summary><c>order.Lines.Add(line)</c> adds a row by way of a navigation.</summary>
    private static bool IsCollectionOfRow(InvocationExpressionSyntax call, IMethodSymbol method) =>
        call.Expression is MemberAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax } && Changing.Contains(method.Name)
        && method.ContainingType.IsCollection();

    private static bool IsOtherRow(MemberAccessExpressionSyntax target, Rows? rows, SemanticModel model) =>
        target.Expression is not (ThisExpressionSyntax or BaseExpressionSyntax)
        && model.GetSymbolInfo(target).Symbol is IPropertySymbol { ContainingType.IsReferenceType: true, IsStatic: false }
        && rows?.All.Any(row => rows.IsRow(target.Expression, row)) != true;
}

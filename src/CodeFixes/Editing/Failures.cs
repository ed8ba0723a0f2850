using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>Whether a failed save gets out of the body that makes it.</summary>
internal static class Failures
{
    /// <summary>Each turn of a loop saves: a second run would repeat the turns that succeeded.</summary>
    public static bool IsRepeated(SyntaxNode save, SyntaxNode within) => Way.IsRepeated(save, within);

    /// <summary>A clause around it takes the failure, or it happens where one is handled.</summary>
    public static bool AreCaught(SyntaxNode save, SyntaxNode within, SemanticModel model) => save.Ancestors().TakeWhile(part => part != within).Any(part => part switch
    {
        TryStatementSyntax attempt => attempt.Block.Span.Contains(save.Span) && !attempt.Catches.All(clause => PassesOn(clause, model)),
        CatchClauseSyntax or FinallyClauseSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax => true,
        _ => false,
    });

    /// <summary>Ends with <c>throw;</c>, or is for something else than a failed save.</summary>
    private static bool PassesOn(CatchClauseSyntax clause, SemanticModel model) =>
        clause.Block.Statements.LastOrDefault() is ThrowStatementSyntax { Expression: null } && !clause.Block.Statements.Take(clause.Block.Statements.Count - 1).Any(Way.Jumps)
        || clause.Declaration is { } declaration && model.GetTypeInfo(declaration.Type).Type is INamedTypeSymbol { TypeKind: TypeKind.Class } type && !IsForSaves(type, model.Compilation);

    private static bool IsForSaves(INamedTypeSymbol caught, Compilation compilation) =>
        compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException") is not { } conflict
        || IsOrInherits(conflict, caught) || conflict.BaseType is { } failure && IsOrInherits(caught, failure);

    private static bool IsOrInherits(INamedTypeSymbol? type, INamedTypeSymbol ancestor)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The method that saves, where it is in sight, tells its caller of no failure.</summary>
    public static bool AreSwallowed(InvocationExpressionSyntax save, SemanticModel model) => model.GetSymbolInfo(save).Symbol is IMethodSymbol method && AreSwallowed(method, model.Compilation);

    public static bool AreSwallowed(IMethodSymbol method, Compilation compilation) => new Implementations(compilation).TextOf(method) is { } body
        && body.Node.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Style.NameOf(call).StartsWith("SaveChanges", StringComparison.Ordinal) && AreCaught(call, body.Node, body.Sight));

    /// <summary>What a transaction did is taken back: it is disposed of at the end of its scope, or each failure rolls it back.</summary>
    public static bool RollBack(InvocationExpressionSyntax begin, IReadOnlyCollection<InvocationExpressionSyntax> written)
    {
        if (begin.Ancestors().FirstOrDefault(part => part is StatementSyntax) is { } statement
            && statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax)
        {
            var scope = statement is UsingStatementSyntax ? statement : statement.Parent!;
            return written.All(call => scope.Span.Contains(call.Span));
        }

        var attempt = written.First().Ancestors().OfType<TryStatementSyntax>().LastOrDefault(part => written.All(call => part.Block.Span.Contains(call.Span)));
        return attempt is not null && begin.FirstAncestorOrSelf<StatementSyntax>()?.Parent is { } list && (list == attempt.Parent || list == attempt.Block) && attempt.Catches.LastOrDefault() is { Filter: null } last
            && last.Declaration?.Type.ToString() is null or "Exception" or "System.Exception" && attempt.Catches.All(RollsBack);
    }

    public static bool RollsBack(CatchClauseSyntax clause) => clause.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Calls.IsRollback(Style.NameOf(call)));
}

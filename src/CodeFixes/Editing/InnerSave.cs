using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>
/// A save of a context, in the method that makes it. Of two contexts of which one ends with the call and one does not, nobody knows outside
/// which one failed, and one that has ended must not be touched: what the other could not save is taken out of it where it stands.
/// </summary>
internal sealed class InnerSave(InvocationExpressionSyntax call, SemanticModel sight)
{
    public InvocationExpressionSyntax Call { get; } = call;

    /// <summary>The context is gone after it, or what it could not save has left it.</summary>
    public bool EndsContext => IsOfOwnContext || Forgets;

    private bool IsOfOwnContext => Call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } && sight.GetSymbolInfo(name).Symbol is ILocalSymbol local && Sequence.IsContext(local.Type)
        && local.DeclaringSyntaxReferences.Any(place => place.GetSyntax().Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax);

    /// <summary>Each failure takes the one entity out, and goes on its way.</summary>
    private bool Forgets => Entity is { } entity && Call.Ancestors().OfType<TryStatementSyntax>().FirstOrDefault() is { } attempt && attempt.Block.Span.Contains(Call.Span)
        && attempt.Catches.All(clause => clause.Block.Statements is [ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax detach }, ThrowStatementSyntax { Expression: null }]
            && detach.Left.ToString() == $"{Sequence.ContextOf(Call, sight)}Entry({entity}).State" && detach.Right.ToString() == Detached);

    private const string Detached = "EntityState.Detached";

    /// <summary>The one parameter that the method leaves in the context for this save.</summary>
    private string? Entity => Call.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Body: { } body } && Sequence.ContextOf(Call, sight) is { Length: > 0 } context
        && body.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(change => PendingChanges.IsNamedForChanging(Style.NameOf(change)) && change.Expression.ToString().StartsWith(context, StringComparison.Ordinal)).ToArray() is { Length: > 0 } changes
        && changes.Where(change => !IsInCatch(change)).Select(Given).Distinct().ToArray() is [{ } entity] ? entity : null;

    private string? Given(InvocationExpressionSyntax change) =>
        change.ArgumentList.Arguments is [{ Expression: IdentifierNameSyntax name }] && sight.GetSymbolInfo(name).Symbol is IParameterSymbol ? name.Identifier.Text : null;

    private static bool IsInCatch(SyntaxNode node) => node.Ancestors().OfType<CatchClauseSyntax>().Any();

    /// <summary>Takes out what could not be saved. False where it is not one thing, or more than the save stands in its statement.</summary>
    public bool Forget(Plan plan, Solution solution)
    {
        if (Entity is not { } entity || Call.Parent is not ExpressionStatementSyntax statement && Call.Parent?.Parent is not ExpressionStatementSyntax || solution.GetDocument(Call.SyntaxTree) is not { } document
            || Way.Siblings(Way.StatementOf(Call)!) is null || Call.Ancestors().OfType<TryStatementSyntax>().Any())
        {
            return false;
        }

        var root = Call.SyntaxTree.GetRoot();
        var layout = new Layout(document, Call.SyntaxTree.GetText(), root);
        layout.Try(plan, Way.StatementOf(Call)!, $"catch (DbUpdateException)\n{{\n{layout.Step}// It must not wait for the next save of this context.\n{layout.Step}{Sequence.ContextOf(Call, sight)}Entry({entity}).State = {Detached};\n{layout.Step}throw;\n}}");
        plan.Import(document, "Microsoft.EntityFrameworkCore", sight, Call.SpanStart, "EntityState");
        return true;
    }
}

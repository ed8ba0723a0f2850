using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>What tells others of a change (a message, the removal of a cache entry) moves behind the commit of the change.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AfterCommitFix)), Shared]
public sealed class AfterCommitFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE304", "RACE305");

    protected override string Title => "Do this after the save";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (Way.StatementOf(finding.Act) is not ExpressionStatementSyntax statement || Way.Siblings(statement) is not { } siblings || finding.First("save") is not { } save
            || statement.ContainsDirectives)
        {
            return null;
        }

        // The save or the commit, whichever comes last in the same list.
        var last = siblings.LastOrDefault(sibling => sibling.SpanStart > statement.SpanStart
            && (sibling.Span.Contains(save.Span) && sibling is ExpressionStatementSyntax or LocalDeclarationStatementSyntax || sibling is ExpressionStatementSyntax && IsCommit(sibling)));
        if (last is null || siblings.Any(sibling => sibling.SpanStart > statement.SpanStart && sibling.SpanStart < last.SpanStart && (Way.Jumps(sibling) || UsesTheSame(sibling, statement))))
        {
            return null;
        }

        var behind = RolledBack(last) is not { } attempt ? last : IsUsableBehind(attempt, statement, finding.Model) ? attempt : null;
        var between = siblings.Where(sibling => sibling.SpanStart > statement.SpanStart && sibling.SpanStart <= last.SpanStart).ToArray();
        var old = OldValues(statement, between, finding);
        if (behind is null || old is null)
        {
            return null;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var plan = new Plan();
        var names = new Names(finding.Model, finding.Body ?? statement);
        var comments = layout.Remove(plan, [statement]);
        var kept = old.GroupBy(value => value.ToString()).ToDictionary(same => same.Key, same => names.Fresh("old" + same.First().Name.Identifier.Text));
        if (kept.Count > 0)
        {
            layout.Before(plan, siblings[siblings.IndexOf(statement) + 1], string.Join("\n", kept.Select(value => $"var {value.Value} = {value.Key};")), aboveComments: true);
        }

        var moved = layout.Unindented(statement, statement.ReplaceNodes(old, (value, _) => SyntaxFactory.IdentifierName(kept[value.ToString()]).WithTriviaFrom(value)));
        layout.After(plan, behind, comments + moved);
        return plan;
    }

    /// <summary>
    /// The members that the statement reads and that are set on the way: their values are kept. Null where an object that changes is handed
    /// on as a whole, or a row may change out of sight.
    /// </summary>
    private static IReadOnlyList<MemberAccessExpressionSyntax>? OldValues(StatementSyntax moved, StatementSyntax[] between, Finding finding)
    {
        var (model, database) = (finding.Model, new Database(finding));
        var steps = between.SelectMany(step => step.DescendantNodes()).ToArray();
        var set = steps.Select(Set).OfType<MemberAccessExpressionSyntax>().Where(target => target.Expression is IdentifierNameSyntax).Select(target => (Object: Symbol(target.Expression), Member: Symbol(target))).ToArray();
        var handed = steps.OfType<InvocationExpressionSyntax>().Where(call => PendingChanges.IsOutOfSight(call, model)).SelectMany(Given).Select(Symbol).ToArray();
        var old = new List<MemberAccessExpressionSyntax>();
        foreach (var use in moved.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => Symbol(name) is ILocalSymbol or IParameterSymbol))
        {
            var access = use.Parent is MemberAccessExpressionSyntax read && read.Expression == use ? read : null;
            var row = model.GetTypeInfo(use).Type is INamedTypeSymbol type && database.IsEntity(type) ? type : null;
            // A key does not change, unless by the save, which gives a new row its own.
            if (row is not null && access is not null && database.Facts(row).KeyMembers.Contains(access.Name.Identifier.Text))
            {
                continue;
            }

            if (row is not null && IsOneOf(handed, Symbol(use)) || access is null && IsOneOf(set.Select(target => target.Object), Symbol(use)))
            {
                return null;
            }

            if (access is not null && set.Any(target => Same(target.Object, Symbol(use)) && Same(target.Member, Symbol(access))))
            {
                old.Add(access);
            }
        }

        return old;

        ISymbol? Symbol(SyntaxNode node) => model.GetSymbolInfo(node).Symbol;

        static bool Same(ISymbol? one, ISymbol? other) => SymbolEqualityComparer.Default.Equals(one, other);

        static bool IsOneOf(IEnumerable<ISymbol?> all, ISymbol? one) => all.Any(other => Same(one, other));

        static IEnumerable<SyntaxNode> Given(InvocationExpressionSyntax call) =>
            call.ArgumentList.Arguments.Select(argument => (SyntaxNode)argument.Expression).Concat(call.Expression is MemberAccessExpressionSyntax receiver ? [receiver.Expression] : []);
    }

    /// <summary>The try block around a commit whose failure is rolled back: what fails behind the commit must not be.</summary>
    private static TryStatementSyntax? RolledBack(StatementSyntax last) => last.Ancestors().TakeWhile(part => !Finding.IsBody(part)).OfType<TryStatementSyntax>()
        .FirstOrDefault(attempt => attempt.Block.Contains(last) && attempt.Catches.Any(Failures.RollsBack));

    private static bool IsUsableBehind(TryStatementSyntax attempt, StatementSyntax moved, SemanticModel model) => moved.Parent == attempt.Block && Way.Siblings(attempt) is not null
        && attempt.Catches.All(clause => Way.AlwaysLeaves(clause.Block)) && !Way.Jumps(attempt.Block)
        && moved.DescendantNodes().OfType<IdentifierNameSyntax>().All(name => model.GetSymbolInfo(name).Symbol is not ILocalSymbol local || local.DeclaringSyntaxReferences.All(place => !attempt.Block.Span.Contains(place.Span) || moved.Span.Contains(place.Span)));

    private static bool IsCommit(StatementSyntax statement) => Sequence.CallAt(statement is ExpressionStatementSyntax expression ? expression.Expression : statement) is { } call && Style.NameOf(call) is "Commit" or "CommitAsync";

    /// <summary>A variable that is set on the way would have another value by then.</summary>
    private static bool UsesTheSame(StatementSyntax between, StatementSyntax moved) => between.DescendantNodes().Select(Set).OfType<IdentifierNameSyntax>()
        .Any(set => moved.DescendantNodes().OfType<IdentifierNameSyntax>().Any(used => used.Identifier.Text == set.Identifier.Text));

    private static SyntaxNode? Set(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PostfixUnaryExpressionSyntax unary => unary.Operand,
        PrefixUnaryExpressionSyntax unary when unary.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression => unary.Operand,
        ArgumentSyntax { RefKindKeyword.RawKind: not 0 } argument => argument.Expression,
        _ => null,
    };
}

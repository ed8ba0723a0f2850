using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>Whether a violation says no more, and undoes no less, than the check does when it finds the value taken.</summary>
internal sealed partial class Insertion
{
    /// <summary>
    /// The violation can be of nothing but what the check asks, the save leaves nothing but the one row behind when it fails, and no variable
    /// counts the row already. Where that is not so, the check itself must say it, in a second run.
    /// </summary>
    public bool IsAllThatFails => IsOfThisCheck() && !AddsMore() && !IsCounted();

    /// <summary>Each unique key that the row may violate is asked for by this check, or by another that answers alike.</summary>
    private bool IsOfThisCheck()
    {
        var facts = Database.Facts(query.Entity);
        var checks = Finding.Body!.DescendantNodes().OfType<IfStatementSyntax>().Where(other => other == check || other.SpanStart < save.SpanStart && SyntaxFactory.AreEquivalent(other.Statement, check.Statement));
        var asked = new HashSet<string>(checks.SelectMany(one => one.Condition.DescendantNodes().OfType<InvocationExpressionSyntax>()).Select(call => RowQuery.AskedBy(call, Finding.Model)).OfType<RowQuery>()
            .Where(other => SymbolEqualityComparer.Default.Equals(other.Entity, query.Entity)).Append(query).SelectMany(Asked));
        return facts.UniqueKeys.All(key => key.Source == UniqueKeySource.PrimaryKey && facts.GeneratedKey && !query.IsFind || key.Members.Any(asked.Contains));
    }

    /// <summary>The members of the row that a query speaks of.</summary>
    private IEnumerable<string> Asked(RowQuery other) => other.IsFind ? Database.Key(other.Entity).Select(member => member.Name) : other.Filters.SelectMany(filter => filter.DescendantNodes().OfType<MemberAccessExpressionSyntax>())
        .Where(access => SymbolEqualityComparer.Default.Equals(Finding.Model.GetSymbolInfo(access).Symbol?.ContainingType, other.Entity) || Database.PropertyOf(other.Entity, access.Name.Identifier.Text) is not null).Select(access => access.Name.Identifier.Text);

    /// <summary>What is done between the check and the save, where nothing is taken.</summary>
    private IEnumerable<SyntaxNode> Doing => Finding.Body!.DescendantNodes().Where(node => node.SpanStart > query.Call.Span.End && node.Span.End < save.SpanStart && TakenBranch()?.Span.Contains(node.Span) != true);

    /// <summary>Another row, a part of the new one, or a change of one that was read: with it the save would have written it, and it would wait for the next.</summary>
    private bool AddsMore()
    {
        var added = add.ArgumentList.Arguments[0].Expression;
        var calls = new Calls(Finding.Model, Database);
        var local = (added as IdentifierNameSyntax)?.Identifier.Text;
        var made = (local is null ? null : Finding.Body!.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(variable => variable.Identifier.Text == local)?.Initializer?.Value) ?? added;
        return HasParts() || Doing.Concat(made.DescendantNodesAndSelf()).OfType<BaseObjectCreationExpressionSyntax>().Where(creation => Database.IsEntity(Finding.Model.GetTypeInfo(creation).Type)).Distinct().Count() > 1
            || Doing.Any(node => node switch
            {
                InvocationExpressionSyntax call => call != add && (calls.In(call).First().Kind == Call.Change || calls.ChangeRow(call, Finding.Model)),
                AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax => Rows.TargetOf(node) is { } target && target.Expression.ToString() != local && Database.IsEntity(Finding.Model.GetTypeInfo(target.Expression).Type),
                _ => false,
            });
    }

    /// <summary>Something that lives on when the value is taken has been told of the new row.</summary>
    private bool IsCounted()
    {
        var taken = TakenBranch();
        var isOver = taken is not null && Way.AlwaysLeaves(taken) && !taken.DescendantNodesAndSelf().Any(node => node is ContinueStatementSyntax or BreakStatementSyntax);
        return Doing.SelectMany(node => Leftovers.Changed(node, Finding.Model)).Any(target => target.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().FirstOrDefault() is { } root && Finding.Model.GetSymbolInfo(root).Symbol switch
        {
            // A variable ends with the method, unless what happens to a taken value looks at it.
            ILocalSymbol local => local.DeclaringSyntaxReferences.All(place => place.Span.Start < query.Call.SpanStart) && !Database.IsEntity(local.Type)
                && (!isOver || taken!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(use => use.Identifier.Text == local.Name)),
            IParameterSymbol parameter => (target != root || target.Parent is MemberAccessExpressionSyntax) && !Database.IsEntity(parameter.Type),
            IFieldSymbol or IPropertySymbol => root == target || root.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax },
            _ => false,
        });
    }
}

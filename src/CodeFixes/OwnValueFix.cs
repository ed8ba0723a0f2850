using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>
/// The bulk update uses the row's own value instead of one that was read earlier; the check goes into its <c>Where</c>, and
/// the row count takes the check's place.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OwnValueFix)), Shared]
public sealed class OwnValueFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE204");

    protected override string Title => "Use the row's own value";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (!finding.IsLocal || finding.Body is not { } body || BulkCall(finding.Act) is not { } bulk || Way.StatementOf(bulk) is not { } statement
            || Way.Siblings(statement) is null || Setters(bulk) is not { Count: > 0 } setters || RowOf(finding, body, setters) is not { } row
            || Way.Between(row.Declaration, statement) is not { } way)
        {
            return null;
        }

        var rows = Rows.Single(finding.Model, body, row);
        var database = new Database(finding);
        var plan = new Plan();
        foreach (var setter in setters.Where(setter => rows.Mentions(setter.Value, row)))
        {
            if (new RowExpression(finding.Model, rows, row, setter.Parameter, database).Value(setter.Value) is not { } value)
            {
                return null;
            }

            plan.Replace(finding.Document, setter.Value.Span, $"{setter.Parameter} => {value}");
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        layout.Remove(plan, Leftovers(finding, rows, body, setters, way));
        var state = way.Guards.Where(guard => rows.MentionsAny(guard.Condition) && !OnlyAbsence(guard.Condition, rows)).ToArray();
        return state.Length == 0 ? plan : Guarded(plan, finding, rows, row, bulk, statement, state, way, database) ? plan : null;
    }

    /// <summary>Locals that only carried the new value.</summary>
    private static IEnumerable<StatementSyntax> Leftovers(Finding finding, Rows rows, SyntaxNode body, List<Setter> setters, Way way) => way.Steps.OfType<LocalDeclarationStatementSyntax>()
        .Where(step => step.Declaration.Variables is { Count: 1 } variables && finding.Model.GetDeclaredSymbol(variables[0]) is ILocalSymbol local
            && variables[0].Initializer is { } value && rows.MentionsAny(value) && rows.Uses(local).ToArray() is { Length: > 0 } uses
            && uses.All(use => setters.Any(setter => setter.Value.Span.Contains(use.Span))));

    private static bool Guarded(Plan plan, Finding finding, Rows rows, Row row, InvocationExpressionSyntax bulk, StatementSyntax statement, Guard[] state, Way way, Database database)
    {
        if (Filter(bulk) is not { } filter)
        {
            return false;
        }

        var parameter = RowQuery.ParameterOf(filter)!.Identifier.Text;
        var expression = new RowExpression(finding.Model, rows, row, parameter, database);
        var condition = Condition.True;
        foreach (var guard in state)
        {
            condition = Condition.And(condition, expression.Condition(guard.Condition, negate: !guard.MustHold));
            if (condition is null or { IsConstant: true })
            {
                return false;
            }
        }

        var body = filter.ExpressionBody!;
        var isOr = body is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } or ConditionalExpressionSyntax;
        var added = Condition.And(Condition.Of("x", 2), condition)!.Text.Substring(1);
        if (isOr)
        {
            plan.Insert(finding.Document, body.SpanStart, "(");
        }

        plan.Insert(finding.Document, body.Span.End, (isOr ? ")" : "") + added);

        // The last check stands right above, and looks at the count from now on.
        var check = state[state.Length - 1];
        var siblings = Way.Siblings(statement)!.Value;
        if (!check.IsExit || check.If.Parent != statement.Parent || statement is not ExpressionStatementSyntax || expression.Clocks.Count > 0
            || siblings.IndexOf(check.If) is var index && siblings.IndexOf(statement) != index + 1 || TestsAbsence(check.Condition, rows))
        {
            return false;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var updated = new Names(finding.Model, finding.Body!).Fresh("updated", "updatedRows");
        plan.Insert(finding.Document, statement.SpanStart, $"var {updated} = ");
        plan.Rewrite(finding.Document, finding.Text, Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(check.If.SpanStart, statement.FullSpan.End), text =>
        {
            // The statement changes places with the check above it.
            var split = check.If.FullSpan.End - check.If.SpanStart;
            var guard = text.Substring(0, split);
            var call = text.Substring(split).Trim();
            var test = guard.Substring(0, check.Condition.SpanStart - check.If.SpanStart) + $"{updated} == 0" + guard.Substring(check.Condition.Span.End - check.If.SpanStart);
            var indent = layout.IndentOf(check.If);
            return call + layout.NewLine + indent + test.TrimEnd('\r', '\n') + layout.NewLine;
        });
        return true;
    }

    private static bool TestsAbsence(ExpressionSyntax condition, Rows rows) =>
        condition.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Any(part => rows.NullTest(part) is not null || part is ConditionalAccessExpressionSyntax or IsPatternExpressionSyntax);

    private static bool OnlyAbsence(ExpressionSyntax condition, Rows rows) => rows.NullTest(condition) is not null;

    private static InvocationExpressionSyntax? BulkCall(SyntaxNode act) =>
        act.AncestorsAndSelf().Concat(act.DescendantNodes()).OfType<InvocationExpressionSyntax>().FirstOrDefault(call => Style.NameOf(call) is "ExecuteUpdate" or "ExecuteUpdateAsync");

    private sealed record Setter(string Parameter, ExpressionSyntax Value);

    private static List<Setter>? Setters(InvocationExpressionSyntax bulk)
    {
        var setters = new List<Setter>();
        foreach (var call in bulk.ArgumentList.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => Style.NameOf(call) == "SetProperty"))
        {
            if (call.ArgumentList.Arguments is not { Count: 2 } arguments || arguments[0].Expression is not LambdaExpressionSyntax property || RowQuery.ParameterOf(property) is not { } parameter)
            {
                return null;
            }

            if (arguments[1].Expression is not LambdaExpressionSyntax)
            {
                setters.Add(new Setter(parameter.Identifier.Text, arguments[1].Expression));
            }
        }

        return setters;
    }

    /// <summary>The first filter of the bulk call's own query.</summary>
    private static LambdaExpressionSyntax? Filter(InvocationExpressionSyntax bulk) =>
        (bulk.Expression as MemberAccessExpressionSyntax)?.Expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>()
            .FirstOrDefault(call => Style.NameOf(call) == "Where")?.ArgumentList.Arguments is { Count: 1 } arguments && arguments[0].Expression is LambdaExpressionSyntax { ExpressionBody: not null } filter && RowQuery.ParameterOf(filter) is not null
                ? filter
                : null;

    /// <summary>The row that the setters take their values from, of the same kind as those that are updated.</summary>
    private static Row? RowOf(Finding finding, SyntaxNode body, List<Setter> setters)
    {
        var names = setters.SelectMany(setter => setter.Value.DescendantNodesAndSelf()).OfType<IdentifierNameSyntax>().ToList();
        names.AddRange(names.Select(name => finding.Model.GetSymbolInfo(name).Symbol).OfType<ILocalSymbol>().SelectMany(local => local.DeclaringSyntaxReferences)
            .SelectMany(place => (place.GetSyntax() as VariableDeclaratorSyntax)?.Initializer?.Value is { } value and not AwaitExpressionSyntax ? value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>() : []).ToArray());
        return names.Select(name => Rows.RowOf(name, body, finding.Model)).OfType<Row>().FirstOrDefault();
    }
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>A query runs when it is enumerated: the lock that was only built is taken.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LockQueryFix)), Shared]
public sealed class LockQueryFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE206");

    protected override string Title => "Run the locking query";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (finding.Body is not { } body || finding.Act.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || Way.Siblings(statement) is null)
        {
            return null;
        }

        var query = statement switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } } discard } => discard.Right,
            ExpressionStatementSyntax plain => plain.Expression,
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } when !IsUsed(variables[0], body, finding.Model) => variables[0].Initializer?.Value,
            _ => null,
        };
        if (query is null || finding.Save is not { } save || Style.Of(save, finding.Model) is not { } style
            || !(finding.Model.GetTypeInfo(query).Type?.AllInterfaces.Any(type => type.Name == "IQueryable") ?? false))
        {
            return null;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var plan = new Plan();
        layout.Replace(plan, statement, style.Call(layout.Unindented(query), "Load") + ";");
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, statement.SpanStart, "EntityFrameworkQueryableExtensions");
        return plan;
    }

    private static bool IsUsed(VariableDeclaratorSyntax variable, SyntaxNode body, SemanticModel model) =>
        model.GetDeclaredSymbol(variable) is { } local
        && body.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == local.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, local));
}

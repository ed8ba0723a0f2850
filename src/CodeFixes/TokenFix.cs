using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>
/// Gives the entity a concurrency token of the database's kind, so that the second save finds no row to change, and a
/// handler at the save: read, check and write are repeated on what the first one left.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TokenFix)), Shared]
public sealed class TokenFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE001", "RACE002", "RACE003", "RACE004", "RACE201");

    protected override string Title => "Add a concurrency token, and run again on a conflict";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        var database = new Database(finding);
        return finding.Save is { } save && Calls.IsIdentity(finding.Model.GetSymbolInfo(save).Symbol as IMethodSymbol) ? null : finding.Property("for") switch
        {
            "RACE003" => OfAll(finding, database, cancellation),
            "RACE001" or "RACE002" or "RACE004" => OfOne(finding, database, cancellation),
            _ => null,
        };
    }

    private static Plan? OfOne(Finding finding, Database database, CancellationToken cancellation)
    {
        if (finding.Model.Compilation.GetTypeByMetadataName(finding.Property("entity")) is not { } entity || ConcurrencyToken.Of(finding, database, entity, cancellation) is not { } token)
        {
            return null;
        }

        // A new object that takes the row's place brings no token with it.
        if (finding.Act is InvocationExpressionSyntax act && Attaches(act, finding.Model))
        {
            return null;
        }

        var plan = new Plan();
        if (Sequence.Of(finding) is { Rows.All: { Count: 1 } rows } sequence && Region.Of(finding, [rows[0].Query.Call]) is { Open: null } region && !rows[0].Query.IsUntracked
            && Repetition.Of(region, region.From) is { } repetition)
        {
            if (token.Generated(plan) is not { } name)
            {
                return null;
            }

            if (token.IsAppManaged)
            {
                // Nothing in the database changes it: it is set with the row.
                sequence.Layout.After(plan, rows[0].Writes.OrderBy(write => write.Statement.SpanStart).Last().Statement, $"{rows[0].Local.Name}.{name} = Guid.NewGuid();");
            }

            return Again(plan, finding, repetition);
        }

        return (token.IsAppManaged ? !IsAttachedAgain(finding) && token.OnMember(plan) : token.Generated(plan) is not null)
            ? Repetition.OfWhole(finding) is { } whole ? Again(plan, finding, whole) : finding.Id != "RACE201" && Refuse(plan, finding) ? plan : null
            : null;
    }

    /// <summary>Of an object that is attached after it was changed, the values before are not known: a member cannot be its own token.</summary>
    private static bool IsAttachedAgain(Finding finding) =>
        finding.Property("untracked").Length > 0 || finding.Body?.DescendantNodes().Any(node => node is InvocationExpressionSyntax call && Attaches(call, finding.Model) || node is AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Name.Identifier.Text: "State" } }) == true;

    private static bool Attaches(InvocationExpressionSyntax call, SemanticModel model) =>
        Style.NameOf(call) is "Update" or "UpdateRange" or "Attach" or "AttachRange" && model.GetSymbolInfo(call).Symbol?.ContainingType is { Name: "DbSet" or "DbContext" };

    /// <summary>Of a transfer each row that is written needs one, or two transfers that share only the other row pass each other.</summary>
    private static Plan? OfAll(Finding finding, Database database, CancellationToken cancellation)
    {
        var written = finding.All("write").Append(finding.Act).Select(act => Rows.TargetOf(act) is { } target ? finding.Model.GetTypeInfo(target.Expression).Type as INamedTypeSymbol : null).ToArray();
        if (finding.Property("skew").Length > 0 || written.Length < 2 || written.Any(entity => entity is null || !database.IsEntity(entity)) || Repetition.OfWhole(finding) is not { } whole)
        {
            return null;
        }

        var plan = new Plan();
        foreach (var entity in written.Distinct<INamedTypeSymbol?>(SymbolEqualityComparer.Default))
        {
            if (ConcurrencyToken.Of(finding, database, entity!, cancellation) is not { IsAppManaged: false } token || token.Generated(plan) is null)
            {
                return null;
            }
        }

        return Again(plan, finding, whole);
    }

    private static Plan? Again(Plan plan, Finding finding, Repetition repetition)
    {
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "DbUpdateConcurrencyException");
        return repetition.InLoop(plan, caught => $"DbUpdateConcurrencyException{(caught.Length > 0 ? " " + caught : "")}) when ($again", named: false) ? plan : null;
    }

    /// <summary>Where the sequence cannot run again, the second caller hears what it hears when the check refuses it.</summary>
    private static bool Refuse(Plan plan, Finding finding)
    {
        var refusal = finding.All("check").Select(check => check.FirstAncestorOrSelf<IfStatementSyntax>()).FirstOrDefault(guard => guard is { Else: null } && Way.AlwaysLeaves(guard.Statement) && !guard.Span.Contains(finding.Act.Span) && guard.Parent!.Span.Contains(finding.Act.Span))?.Statement;
        // A way out in silence would lose the change without a word.
        if (refusal is null || !refusal.DescendantNodesAndSelf().Any(node => node is ThrowStatementSyntax or ReturnStatementSyntax { Expression: not null }) || finding.Body is not { } body || !body.Span.Contains(refusal.Span)
            || Saving(finding, body) is not { Count: > 0 } statements || statements.Any(statement => refusal.Parent?.Parent?.Span.Contains(statement.Span) != true || Way.Siblings(statement) is null
                || statement.Parent is BlockSyntax { Parent: TryStatementSyntax { Catches.Count: > 0 } }))
        {
            return false;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var branch = refusal is BlockSyntax ? layout.Unindented(refusal) : $"{{\n{layout.Step}{layout.Unindented(refusal)}\n}}";
        foreach (var statement in statements)
        {
            layout.Try(plan, statement, $"catch (DbUpdateConcurrencyException)\n{branch}");
        }

        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "DbUpdateConcurrencyException");
        return true;
    }

    /// <summary>
    /// The statements whose conflict is to be answered: the save behind the act, or the act itself, where what it calls saves, once, and
    /// the like calls of other branches, which are given the same row. Null where one of them is no statement of its own.
    /// </summary>
    private static IReadOnlyList<ExpressionStatementSyntax>? Saving(Finding finding, SyntaxNode body)
    {
        if (finding.Save is { } save && body.Span.Contains(save.Span) && !save.Span.Contains(finding.Act.Span))
        {
            return Way.StatementOf(save) is ExpressionStatementSyntax statement && statement.SpanStart >= finding.Act.SpanStart ? [statement] : null;
        }

        var database = new Database(finding);
        IEnumerable<ISymbol?> Given(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.Where(argument => database.IsEntity(finding.Model.GetTypeInfo(argument.Expression).Type)).Select(argument => finding.Model.GetSymbolInfo(argument.Expression).Symbol);
        if (Sequence.CallAt(finding.Act) is not { } act || Given(act).OfType<ILocalSymbol>().FirstOrDefault() is not { } row)
        {
            return null;
        }

        var made = new Calls(finding.Model, database).In(body).Where(call => call.Kind != Call.Plain && Given(call.Node).Contains(row, SymbolEqualityComparer.Default)).ToArray();
        return made.All(call => call.Kind is Call.Save or Call.Final && Way.StatementOf(call.Node) is ExpressionStatementSyntax && (call.Node == act || Way.AreExclusive(call.Node, act)))
            ? [.. made.Select(call => (ExpressionStatementSyntax)Way.StatementOf(call.Node)!)]
            : null;
    }
}

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

        if (Repetition.OfWhole(finding) is not { } repetition)
        {
            return null;
        }

        var plan = new Plan();
        return (token.IsAppManaged ? SetWithRow(plan, finding, token) || !IsAttachedAgain(finding) && token.OnMember(plan) : token.Generated(plan) is not null) ? Again(plan, finding, repetition) : null;
    }

    /// <summary>Nothing in the database changes it: it is set with the row, which is one, and is changed in one place.</summary>
    private static bool SetWithRow(Plan plan, Finding finding, ConcurrencyToken token)
    {
        if (Sequence.Of(finding) is not { Rows.All: { Count: 1 } rows } sequence || rows[0].Query.IsUntracked || rows[0].Writes.Select(write => write.Statement.Parent).Distinct().Count() > 1 || token.Generated(plan) is not { } name)
        {
            return false;
        }

        sequence.Layout.After(plan, rows[0].Writes.OrderBy(write => write.Statement.SpanStart).Last().Statement, $"{rows[0].Local.Name}.{name} = Guid.NewGuid();");
        return true;
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
}

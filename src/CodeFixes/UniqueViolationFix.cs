using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.CodeFixes;

/// <summary>
/// Lets the unique index decide: the violation is caught by the database's own code, the entity that failed leaves the
/// context, and the caller hears what it hears when the check finds the value taken.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UniqueViolationFix)), Shared]
public sealed class UniqueViolationFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE101", "RACE103", "RACE211");

    protected override string Title => "Catch the violation of the unique index";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation) =>
        finding.Id == "RACE211" ? Narrow(finding) : (Insertion.Of(finding) is { } insertion ? Catch(insertion) : null) ?? Again(finding);

    /// <summary>The catch takes duplicates only; every other failure goes its own way.</summary>
    private static Plan? Narrow(Finding finding)
    {
        if (finding.Act.FirstAncestorOrSelf<CatchClauseSyntax>() is not { Filter: null, Declaration: { } declaration }
            || finding.Body is not { } body)
        {
            return null;
        }

        var isNamed = declaration.Identifier.Text.Length > 0;
        var caught = isNamed ? declaration.Identifier.Text : new Names(finding.Model, body).Fresh("e", "ex", "failure");
        if (UniqueViolation.Of(new Database(finding), caught) is not { } test)
        {
            return null;
        }

        var plan = new Plan();
        if (!isNamed)
        {
            plan.Insert(finding.Document, declaration.Type.Span.End, " " + caught);
        }

        plan.Insert(finding.Document, declaration.Span.End, $" when ({test.Test})");
        UniqueViolation.Import(plan, finding, test.Namespaces);
        return plan;
    }

    /// <summary>Where what happens to a taken value is not a branch of its own: the second run finds the row that the other session made.</summary>
    private static Plan? Again(Finding finding)
    {
        var database = new Database(finding);
        if (finding.Model.Compilation.GetTypeByMetadataName(finding.Property("entity")) is not { } entity || !IsEnforced(finding, database.Facts(entity)) || Repetition.OfWhole(finding) is not { } repetition)
        {
            return null;
        }

        var plan = new Plan();
        IReadOnlyList<string> namespaces = [];
        var isMade = repetition.InLoop(plan, caught =>
        {
            var test = UniqueViolation.Of(database, caught);
            namespaces = test?.Namespaces ?? [];
            return test is { } known ? $"DbUpdateException {caught}) when ($again && {known.Test}" : "";
        }, named: true);
        if (!isMade || namespaces.Count == 0)
        {
            return null;
        }

        UniqueViolation.Import(plan, finding, namespaces);
        return plan;
    }

    /// <summary>Without a unique index over what the check compares there is no violation to catch.</summary>
    private static bool IsEnforced(Finding finding, EntityFacts facts)
    {
        var columns = finding.Property("columns").Split(',').Select(column => column.Trim()).ToArray();
        return facts.UniqueKeys.Any(key => key.Members.All(columns.Contains));
    }

    private static Plan? Catch(Insertion insertion)
    {
        var finding = insertion.Finding;
        var layout = insertion.Layout;
        var caught = insertion.Names.Fresh("e", "ex", "failure");
        if (UniqueViolation.Of(insertion.Database, caught) is not { } test || insertion.Taken is not { } taken)
        {
            return null;
        }

        var plan = new Plan();
        if (insertion.Entity(plan) is not { } detach)
        {
            return null;
        }

        detach = detach.Replace("$caught", caught);
        var step = layout.Step;
        var body = string.Concat((detach + taken).TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : $"\n{step}{line}"));
        var clause = $"catch (DbUpdateException {caught}) when ({test.Test})\n{{{body}\n}}";
        if (insertion.Try is { } surrounding)
        {
            // Before the others: the first clause that fits takes the exception.
            plan.Insert(finding.Document, surrounding.Catches[0].SpanStart, layout.Indented(clause, layout.IndentOf(surrounding)) + layout.NewLine + layout.IndentOf(surrounding));
        }
        else
        {
            var statement = insertion.SaveStatement;
            var indent = layout.IndentOf(statement);
            plan.Insert(finding.Document, statement.SpanStart, layout.Indented($"try\n{{\n{step}", indent));
            plan.Insert(finding.Document, statement.Span.End, layout.NewLine + indent + layout.Indented($"}}\n{clause}", indent) + (layout.NeedsGapAfter(statement) ? layout.NewLine : ""));
        }

        UniqueViolation.Import(plan, finding, test.Namespaces);
        return plan;
    }
}

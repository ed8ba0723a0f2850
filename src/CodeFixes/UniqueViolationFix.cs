using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
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
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE101", "RACE103", "RACE105", "RACE211");

    protected override string Title => "Catch the violation of the unique index";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation) =>
        finding.Id == "RACE211" ? Narrow(finding) : (finding.Id != "RACE105" && Insertion.Of(finding) is { IsAllThatFails: true } insertion ? Catch(insertion) : null) ?? Again(finding);

    /// <summary>Puts the save into a try of its own; what it told is kept for what asks for it.</summary>
    private static void Try(Plan plan, Insertion insertion, string clause)
    {
        var (document, layout, statement) = (insertion.Finding.Document, insertion.Layout, insertion.SaveStatement);
        if (statement is IfStatementSyntax choice)
        {
            var saved = insertion.Names.Fresh("saved", "isSaved");
            layout.Before(plan, statement, $"bool {saved};\ntry\n{{\n{layout.Step}{saved} = {choice.Condition};\n}}\n{clause}\n");
            plan.Replace(document, choice.Condition.Span, saved);
            return;
        }

        var declared = "";
        if (statement is LocalDeclarationStatementSyntax { Declaration: { Variables: [{ Initializer: not null } variable] } declaration })
        {
            var type = insertion.Finding.Model.GetTypeInfo(declaration.Type).Type?.ToMinimalDisplayString(insertion.Finding.Model, statement.SpanStart);
            declared = $"{type} {variable.Identifier};\n";
            plan.Replace(document, TextSpan.FromBounds(declaration.SpanStart, variable.SpanStart), "");
        }

        layout.Try(plan, statement, clause, declared);
    }

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

    /// <summary>
    /// Where what happens to a taken value is not a branch of its own, or the violation may be of something else than the check asks: the second
    /// run finds the row that the other session made, or counts it.
    /// </summary>
    private static Plan? Again(Finding finding)
    {
        var database = new Database(finding);
        if (database.Dialects.Count == 0 || finding.Model.Compilation.GetTypeByMetadataName(finding.Property("entity")) is not { } entity || !IsEnforced(finding, database.Facts(entity)) || Repetition.OfWhole(finding) is not { } repetition)
        {
            return null;
        }

        var plan = new Plan();
        IReadOnlyList<string> namespaces = [];
        var isMade = repetition.InLoop(plan, caught =>
        {
            if (UniqueViolation.Of(database, caught) is not { } test)
            {
                // Where a database's own exception is not in sight: what fails for another reason fails again, and gets out.
                return $"DbUpdateException{(caught.Length > 0 ? " " + caught : "")}) when ($again";
            }

            namespaces = test.Namespaces;
            return $"DbUpdateException {caught}) when ($again && {test.Test}";
        }, named: UniqueViolation.Of(database, "e") is not null);
        if (!isMade)
        {
            return null;
        }

        UniqueViolation.Import(plan, finding, namespaces);
        return plan;
    }

    /// <summary>Without a unique index over what the check compares there is no violation to catch. Of a key of several columns the check may be seen in part.</summary>
    private static bool IsEnforced(Finding finding, EntityFacts facts)
    {
        var columns = finding.Property("columns").Split(',').Select(column => column.Trim()).ToArray();
        return facts.UniqueKeys.Any(key => key.Members.All(columns.Contains) || columns.All(key.Members.Contains));
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
            Try(plan, insertion, clause);
        }

        UniqueViolation.Import(plan, finding, test.Namespaces);
        return plan;
    }
}

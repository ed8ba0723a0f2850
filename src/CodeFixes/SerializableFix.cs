using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>
/// A serializable transaction around read and save: of two that would not have been possible one after the other, the
/// database gives up on one, which is run again. In the execution strategy where the context retries, else in a bounded loop.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SerializableFix)), Shared]
public sealed class SerializableFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE003", "RACE104", "RACE105", "RACE201");

    protected override string Title => "Use a serializable transaction, and run it again when the database gives up on it";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        var database = new Database(finding);
        if (!database.IsRelational || Region.Of(finding, Reads(finding)) is not { } region || region.OpensTooLate)
        {
            return null;
        }

        var plan = new Plan();
        var first = region.From;
        if (region.Open is { } open)
        {
            // The transaction that is there gets the level; the repetition holds its beginning, too.
            if (open.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { UsingKeyword.RawKind: not 0 } begin || begin.Parent != region.From.Parent || open is not InvocationExpressionSyntax call || !Raise(plan, finding, call))
            {
                return null;
            }

            first = begin;
        }
        else if (!region.Write(plan, "", "IsolationLevel.Serializable"))
        {
            return null;
        }

        plan.Import(finding.Document, "System.Data", finding.Model, finding.Act.SpanStart, "IsolationLevel");
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "RelationalDatabaseFacadeExtensions");
        if (Repetition.Of(region, first) is not { } repetition)
        {
            return null;
        }

        if (database.Retries)
        {
            return repetition.InStrategy(plan) ? plan : null;
        }

        if (SerializationFailure.Of(database) is not { } test)
        {
            return null;
        }

        plan.Import(finding.Document, test.Namespace, finding.Model, finding.Act.SpanStart, test.Test.Split(' ')[0]);
        return repetition.InLoop(plan, caught => $"Exception {caught}) when ($again && {caught}.GetBaseException() is {test.Test}", named: true) ? plan : null;
    }

    /// <summary>Everything that was asked: the reads that the finding names, and the query in its check.</summary>
    private static IReadOnlyCollection<SyntaxNode> Reads(Finding finding)
    {
        var reads = finding.All("read").ToList();
        if (finding.Body is { } body)
        {
            reads.AddRange(finding.All("check").Concat([finding.Act]).SelectMany(node => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
                .Select(name => Rows.QueryOf(name, body, finding.Model)?.Call).OfType<SyntaxNode>());
        }

        return reads;
    }

    private static bool Raise(Plan plan, Finding finding, InvocationExpressionSyntax begin)
    {
        if (Style.NameOf(begin) is not ("BeginTransaction" or "BeginTransactionAsync"))
        {
            return false;
        }

        var arguments = begin.ArgumentList.Arguments;
        var level = arguments.FirstOrDefault(argument => finding.Model.GetTypeInfo(argument.Expression).Type is { Name: "IsolationLevel" });
        if (level is not null)
        {
            plan.Replace(finding.Document, level.Expression.Span, "IsolationLevel.Serializable");
        }
        else
        {
            plan.Insert(finding.Document, begin.ArgumentList.OpenParenToken.Span.End, "IsolationLevel.Serializable" + (arguments.Count > 0 ? ", " : ""));
        }

        return true;
    }
}

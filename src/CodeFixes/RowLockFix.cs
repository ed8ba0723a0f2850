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
/// Locks the row for the length of a transaction, before it is read: the second session waits, and then sees what the
/// first one wrote. <c>FOR UPDATE</c>, <c>WITH (UPDLOCK, ROWLOCK)</c>, or on SQLite the transaction alone.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RowLockFix)), Shared]
public sealed class RowLockFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create("RACE001", "RACE002", "RACE003", "RACE004", "RACE201", "RACE209");

    protected override string Title => "Lock the row in a transaction";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        var database = new Database(finding);
        if (Queries(finding) is not { } queries || !database.IsRelational
            || Region.Of(finding, [.. queries.Select(query => query.Call)]) is not { ReadsInTurns: false } region || queries.Any(query => region.ReadsBefore(query.Entity)))
        {
            return null;
        }

        var plan = new Plan();
        if (database.Dialect == Provider.Sqlite)
        {
            // BEGIN IMMEDIATE: what is read inside nobody else can change.
            return (region.Open is null || region.OpensTooLate) && region.Write(plan, "") && Repeated(plan, region, database) ? Imported(plan, finding) : null;
        }

        if (queries.Any(query => IsRepeated(query.Call, region)))
        {
            return null;
        }

        var locks = new RowLock(finding, database, region.Layout, region.Names, region.Style);
        var lines = Lock(plan, finding, region, locks, queries);
        return lines is not null && region.Write(plan, lines) && Repeated(plan, region, database) ? Imported(plan, finding) : null;
    }

    /// <summary>Where the context retries, a transaction of one's own must stand in its execution strategy.</summary>
    private static bool Repeated(Plan plan, Region region, Database database) =>
        !database.Retries || region.Open is not null || Repetition.Of(region, region.From)?.InStrategy(plan) == true;

    /// <summary>The reads of all rows that take part: those that are written, and those that the check looks at; null where one is read in another way.</summary>
    private static RowQuery[]? Queries(Finding finding)
    {
        if (finding.Body is not { } body)
        {
            return null;
        }

        var queries = new List<RowQuery>();
        foreach (var read in finding.All("read"))
        {
            if (RowQuery.Of(read, finding.Model) is not { } query)
            {
                return null;
            }

            queries.Add(query);
        }

        foreach (var act in Acts(finding))
        {
            // The row that is written: a local that a query filled, not one behind a navigation or of a list.
            if (Target(act) is { } target && (target.Expression is not IdentifierNameSyntax row || Rows.QueryOf(row, body, finding.Model) is null))
            {
                return null;
            }
        }

        var checks = finding.All("check").Select(check => (SyntaxNode?)check.FirstAncestorOrSelf<IfStatementSyntax>()?.Condition ?? check);
        var names = Acts(finding).Concat(checks).SelectMany(node => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>());
        queries.AddRange(names.Select(name => Rows.QueryOf(name, body, finding.Model)).OfType<RowQuery>());
        return queries.Count == 0 ? null : [.. queries.GroupBy(query => query.Call).Select(same => same.First()).OrderBy(query => query.Call.SpanStart)];
    }

    /// <summary>Lines that take the locks ahead of the reads, or nothing where each read takes its own; null where neither is possible.</summary>
    private static string? Lock(Plan plan, Finding finding, Region region, RowLock locks, RowQuery[] queries)
    {
        var alike = queries.GroupBy(query => query.Entity, SymbolEqualityComparer.Default).Any(group => group.Count() > 1);
        if (alike)
        {
            // Two rows of one table, in key order whatever the caller's order, or opposite calls deadlock.
            return queries.Length == 2 && queries.All(query => locks.KeyValue(query) is { } key && IsKnownBefore(key, region, finding.Model)) && locks.LockingBoth(queries[0], queries[1]) is { } both
                ? "// In key order, so that two opposite calls wait for each other and do not deadlock.\n" + both
                : null;
        }

        if (queries.All(query => locks.Locking(query) is not null))
        {
            foreach (var query in queries)
            {
                region.Layout.Replace(plan, query.Call, locks.Locking(query)!);
            }

            return "";
        }

        var touches = queries.Select(query => Members(finding).Where(member => member is not null && SymbolEqualityComparer.Default.Equals(member.ContainingType, query.Entity)).FirstOrDefault() is var member
            ? locks.Touching(query, member)
            : null).ToArray();
        return touches.All(touch => touch is not null) && queries.All(query => query.Filters.Concat<SyntaxNode>(query.Key).All(part => IsKnownBefore(part, region, finding.Model)))
            ? (queries.All(locks.IsOfOneRow) ? "// Sets a column to itself: the row is locked until the commit.\n" : "// Sets a column to itself: the rows to choose from are locked until the commit.\n") + string.Join("\n", touches)
            : null;
    }

    private static bool IsKnownBefore(SyntaxNode value, Region region, SemanticModel model) =>
        value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => model.GetSymbolInfo(name).Symbol is not ILocalSymbol local
            || local.DeclaringSyntaxReferences.All(place => place.Span.Start < region.From.SpanStart));

    /// <summary>In a loop the rows come in the caller's order, and two callers may deadlock.</summary>
    private static bool IsRepeated(SyntaxNode read, Region region) => Way.IsRepeated(read, region.From.Parent);

    private static IEnumerable<SyntaxNode> Acts(Finding finding) => [finding.Act, .. finding.All("write")];

    private static IEnumerable<IPropertySymbol?> Members(Finding finding) => Acts(finding).Select(act => Target(act) is { } target ? finding.Model.GetSymbolInfo(target).Symbol as IPropertySymbol : null);

    private static MemberAccessExpressionSyntax? Target(SyntaxNode act) => act switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left as MemberAccessExpressionSyntax,
        PostfixUnaryExpressionSyntax unary => unary.Operand as MemberAccessExpressionSyntax,
        PrefixUnaryExpressionSyntax unary => unary.Operand as MemberAccessExpressionSyntax,
        _ => null,
    };

    private static Plan Imported(Plan plan, Finding finding)
    {
        Transactions.Import(plan, finding);
        return plan;
    }
}

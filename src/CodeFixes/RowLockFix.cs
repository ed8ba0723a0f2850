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

    protected override string Title => "Lock the row in a transaction (SELECT … FOR UPDATE)";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        var reads = finding.All("read").Select(node => RowQuery.Of(node, finding.Model)).ToArray();
        var database = new Database(finding);
        if (reads.Length == 0 || reads.Any(read => read is null) || !database.IsRelational || database.Retries
            || Region.Of(finding, [.. reads.Select(read => read!.Call)]) is not { } region)
        {
            return null;
        }

        var queries = reads.Select(read => read!).ToArray();
        if (!Acts(finding).All(act => queries.Any(query => IsRowOf(finding, act, query))) || queries.Any(query => region.ReadsBefore(query.Entity)))
        {
            return null;
        }

        var plan = new Plan();
        if (database.Dialect == Provider.Sqlite)
        {
            // BEGIN IMMEDIATE: what is read inside nobody else can change.
            return (region.Open is null || region.OpensTooLate) && region.Write(plan, "") ? Imported(plan, finding) : null;
        }

        if (queries.Any(query => IsRepeated(query.Call, region)))
        {
            return null;
        }

        var locks = new RowLock(finding, database, region.Layout, region.Names, region.Style);
        var lines = Lock(plan, finding, region, locks, queries);
        return lines is not null && region.Write(plan, lines) ? Imported(plan, finding) : null;
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
            ? "// Sets a column to itself: the row is locked until the commit.\n" + string.Join("\n", touches)
            : null;
    }

    private static bool IsKnownBefore(SyntaxNode value, Region region, SemanticModel model) =>
        value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => model.GetSymbolInfo(name).Symbol is not ILocalSymbol local
            || local.DeclaringSyntaxReferences.All(place => place.Span.Start < region.From.SpanStart));

    /// <summary>In a loop the rows come in the caller's order, and two callers may deadlock.</summary>
    private static bool IsRepeated(SyntaxNode read, Region region) => read.Ancestors().TakeWhile(part => part != region.From.Parent)
        .Any(part => part is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    private static IEnumerable<SyntaxNode> Acts(Finding finding) => [finding.Act, .. finding.All("write")];

    private static IEnumerable<IPropertySymbol?> Members(Finding finding) => Acts(finding).Select(act => Target(act) is { } target ? finding.Model.GetSymbolInfo(target).Symbol as IPropertySymbol : null);

    private static MemberAccessExpressionSyntax? Target(SyntaxNode act) => act switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left as MemberAccessExpressionSyntax,
        PostfixUnaryExpressionSyntax unary => unary.Operand as MemberAccessExpressionSyntax,
        PrefixUnaryExpressionSyntax unary => unary.Operand as MemberAccessExpressionSyntax,
        _ => null,
    };

    /// <summary>The row that is written is one of those that were read, not one behind a navigation.</summary>
    private static bool IsRowOf(Finding finding, SyntaxNode act, RowQuery query)
    {
        if (Target(act) is { } target)
        {
            return SymbolEqualityComparer.Default.Equals(finding.Model.GetTypeInfo(target.Expression).Type, query.Entity);
        }

        // A call that changes the row, or that inserts another one by what the row allows.
        return act is InvocationExpressionSyntax;
    }

    private static Plan Imported(Plan plan, Finding finding)
    {
        Transactions.Import(plan, finding);
        return plan;
    }
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.CodeFixes;

/// <summary>A locking query returns the instance that the context already tracks, with its old values: once the lock is held, it is loaded again.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LockReloadFix)), Shared]
public sealed class LockReloadFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE203");

    protected override string Title => "Load the row again once it is locked";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (!finding.IsLocal || finding.Body is not { } body || Way.StatementOf(finding.First("lock")) is not { } locking || Way.Siblings(locking) is null
            || finding.Save is not { } save || Sequence.ContextOf(save, finding.Model) is not { } context || Style.Of(save, finding.Model) is not { } style
            || RowOf(finding, body) is not { } row)
        {
            return null;
        }

        // MySQL and MariaDB would load it from the snapshot that the transaction's first read took.
        if (new Database(finding).Dialect == Provider.MySql)
        {
            return null;
        }

        // A check of the values that were read before the lock would have to be made again.
        var early = body.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == row.Identifier.Text && name.SpanStart < locking.SpanStart
            && name.Parent is MemberAccessExpressionSyntax { Parent: not ArgumentSyntax } access && name.FirstAncestorOrSelf<IfStatementSyntax>() is { } choice && choice.Condition.Contains(access));
        if (early)
        {
            return null;
        }

        var plan = new Plan();
        new Layout(finding.Document, finding.Text, finding.Root).After(plan, locking, style.Call($"{context}Entry({row.Identifier.Text})", "Reload") + ";");
        return plan;
    }

    /// <summary>The local that holds the row: what the act writes.</summary>
    private static IdentifierNameSyntax? RowOf(Finding finding, SyntaxNode body) => finding.Act.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>()
        .Select(access => access.Expression).OfType<IdentifierNameSyntax>().FirstOrDefault(name => Rows.QueryOf(name, body, finding.Model) is not null);
}

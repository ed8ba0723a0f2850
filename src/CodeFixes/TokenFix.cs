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
/// Gives the entity a concurrency token of the database's kind, so that the second save finds no row to change, and a
/// handler at the save: read, check and write are repeated on what the first one left.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TokenFix)), Shared]
public sealed class TokenFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE001", "RACE002", "RACE004");

    protected override string Title => "Add a concurrency token, and run again on a conflict";

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        var plan = new Plan();
        var database = new Database(finding);
        if (finding.Model.Compilation.GetTypeByMetadataName(finding.Property("entity")) is not { } entity || Token(plan, finding, database, entity, cancellation) is not { } token)
        {
            return null;
        }

        if (Sequence.Of(finding) is not { Rows.All: { Count: 1 } rows } sequence || Region.Of(finding, [rows[0].Query.Call]) is not { Open: null } region || rows[0].Query.IsUntracked
            || Repetition.Of(region, region.From) is not { } repetition)
        {
            return !token.IsAppManaged && Refuse(plan, finding) ? plan : null;
        }

        if (token.IsAppManaged)
        {
            // Nothing in the database changes it: it is set with the row.
            sequence.Layout.After(plan, rows[0].Writes.OrderBy(write => write.Statement.SpanStart).Last().Statement, $"{rows[0].Local.Name}.{token.Name} = Guid.NewGuid();");
        }

        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "DbUpdateConcurrencyException");
        return repetition.InLoop(plan, _ => "DbUpdateConcurrencyException) when ($attempt < 3", named: false) ? plan : null;
    }

    /// <summary>Where the sequence cannot run again, the second caller hears what it hears when the check refuses it.</summary>
    private static bool Refuse(Plan plan, Finding finding)
    {
        var refusal = finding.All("check").Select(check => check.FirstAncestorOrSelf<IfStatementSyntax>()).FirstOrDefault(guard => guard is { Else: null } && Way.AlwaysLeaves(guard.Statement) && !guard.Span.Contains(finding.Act.Span))?.Statement;
        if (refusal is null || finding.Body is not { } body || finding.Save is not { } save || Way.StatementOf(save) is not ExpressionStatementSyntax statement
            || !body.Span.Contains(statement.Span) || !body.Span.Contains(refusal.Span) || Way.Siblings(statement) is null || statement.SpanStart < finding.Act.SpanStart
            || statement.Parent is BlockSyntax { Parent: TryStatementSyntax { Catches.Count: > 0 } })
        {
            return false;
        }

        var layout = new Layout(finding.Document, finding.Text, finding.Root);
        var indent = layout.IndentOf(statement);
        var branch = refusal is BlockSyntax ? layout.Unindented(refusal) : $"{{\n{layout.Step}{layout.Unindented(refusal)}\n}}";
        plan.Insert(finding.Document, statement.SpanStart, layout.Indented($"try\n{{\n{layout.Step}", indent));
        plan.Insert(finding.Document, statement.Span.End, layout.NewLine + indent + layout.Indented($"}}\ncatch (DbUpdateConcurrencyException)\n{branch}", indent) + (layout.NeedsGapAfter(statement) ? layout.NewLine : ""));
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "DbUpdateConcurrencyException");
        return true;
    }

    private static (string Name, bool IsAppManaged)? Token(Plan plan, Finding finding, Database database, INamedTypeSymbol entity, CancellationToken cancellation)
    {
        var facts = database.Facts(entity);
        if (facts.HasToken || facts.IsOwned || facts.HasInheritance
            || entity.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not ClassDeclarationSyntax declaration
            || declaration.Members.OfType<PropertyDeclarationSyntax>().LastOrDefault() is not { } last
            || finding.Document.Project.Solution.GetDocument(declaration.SyntaxTree) is not { } document || !finding.Model.Compilation.ContainsSyntaxTree(declaration.SyntaxTree))
        {
            return null;
        }

        var name = new[] { "Version", "RowVersion", "ConcurrencyVersion" }.FirstOrDefault(candidate => Database.PropertyOf(entity, candidate) is null && entity.GetMembers(candidate).IsEmpty && entity.Name != candidate);
        if (name is null)
        {
            return null;
        }

        var (attribute, member) = database.Dialect switch
        {
            Provider.PostgreSql => ("Timestamp", $"public uint {name} {{ get; set; }}"),
            Provider.SqlServer => ("Timestamp", $"public byte[] {name} {{ get; set; }} = {(IsCSharp12(declaration) ? "[]" : "System.Array.Empty<byte>()")};"),
            Provider.Sqlite or Provider.MySql => ("ConcurrencyCheck", $"public System.Guid {name} {{ get; set; }}"),
            _ => ("", ""),
        };
        if (attribute.Length == 0)
        {
            return null;
        }

        var text = declaration.SyntaxTree.GetText(cancellation);
        var layout = new Layout(document, text, declaration.SyntaxTree.GetRoot(cancellation));
        var indent = layout.IndentOf(last);
        var model = finding.Model.Compilation.GetSemanticModel(declaration.SyntaxTree);
        if (model.LookupNamespacesAndTypes(declaration.SpanStart, name: "Guid").Any(type => type.ContainingNamespace.ToDisplayString() == "System"))
        {
            member = member.Replace("System.", "");
        }

        plan.Insert(document, last.Span.End, $"{layout.NewLine}{layout.NewLine}{indent}[{attribute}]{layout.NewLine}{indent}{member}");
        plan.Import(document, "System.ComponentModel.DataAnnotations", model, declaration.SpanStart, attribute + "Attribute");
        return (name, attribute == "ConcurrencyCheck");
    }

    private static bool IsCSharp12(SyntaxNode node) => node.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp12 };
}

using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.CodeFixes;

/// <summary>
/// Gives the columns that the check compares a unique index: where the entity is configured in code there, otherwise as an
/// attribute of the entity. Then the database refuses the second row, and the violation can be caught.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UniqueIndexFix)), Shared]
public sealed class UniqueIndexFix : RaceFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("RACE102", "RACE103", "RACE201");

    protected override string Title => "Add a unique index";

    /// <summary>With the index the second save fails: its violation is the next to be handled.</summary>
    protected override IReadOnlyCollection<string> LeavesBehind { get; } = ["RACE101", "RACE103"];

    internal override Plan? Repair(Finding finding, CancellationToken cancellation)
    {
        if (finding.Property("for") is not ("RACE102" or "RACE103") || EntityOf(finding) is not { } entity || Columns(finding, entity) is not { Count: > 0 } columns)
        {
            return null;
        }

        var facts = new Database(finding).Facts(entity);
        var members = columns.ToArray();
        return facts.UniqueKeys.Any(key => key.Members.All(columns.Contains)) || facts.IsOwned || !facts.QueryFilters.IsEmpty || !columns.All(facts.Mapped.Contains) || !Uniqueness.IsWhole(finding, entity, facts, columns)
            ? null
            : Configuration.Find(entity, finding.Document.Project, finding.Model.Compilation, cancellation) is { } configuration
                ? configuration.IndexOf(entity, columns, finding.Model.Compilation) is { } index ? Unique(index, finding) : configuration.Add(Fluent(entity, members))
                : Attribute(entity, members, finding, cancellation);
    }

    private static INamedTypeSymbol? EntityOf(Finding finding) =>
        finding.Model.Compilation.GetTypeByMetadataName(finding.Property("entity")) ?? RowQuery.AskedBy(finding.First("read"), finding.Model)?.Entity;

    /// <summary>What the query compares; where it stands in another method, or has more than one part, what the finding says of it.</summary>
    private static HashSet<string>? Columns(Finding finding, INamedTypeSymbol entity) =>
        RowQuery.AskedBy(finding.First("read"), finding.Model) is { Filters.Count: > 0 } query && SymbolEqualityComparer.Default.Equals(query.Entity, entity)
            ? Insertion.Columns(query, finding.Model)
            : [.. finding.Property("columns").Split([','], StringSplitOptions.RemoveEmptyEntries).Select(column => column.Trim())];

    private static string Fluent(INamedTypeSymbol entity, string[] members)
    {
        var name = char.ToLowerInvariant(entity.Name[0]);
        var columns = string.Join(", ", members.Select(member => $"{name}.{member}"));
        return $"HasIndex({name} => {(members.Length == 1 ? columns : $"new {{ {columns} }}")}).IsUnique();";
    }

    /// <summary>The index that is there becomes unique, where nothing more is said of it.</summary>
    private static Plan? Unique(InvocationExpressionSyntax index, Finding finding)
    {
        if (index.Parent is not (ExpressionStatementSyntax or MemberAccessExpressionSyntax { Name.Identifier.Text: "HasDatabaseName", Parent: InvocationExpressionSyntax { Parent: ExpressionStatementSyntax } }) || finding.Document.Project.Solution.GetDocument(index.SyntaxTree) is not { } document)
        {
            return null;
        }

        var plan = new Plan();
        plan.Insert(document, index.Span.End, ".IsUnique()");
        return plan;
    }

    private static Plan? Attribute(INamedTypeSymbol entity, string[] members, Finding finding, CancellationToken cancellation)
    {
        if (entity.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not TypeDeclarationSyntax declaration
            || finding.Document.Project.Solution.GetDocument(declaration.SyntaxTree) is not { } document || Source.ModelOf(declaration.SyntaxTree, finding.Model.Compilation) is not { } model)
        {
            return null;
        }

        var plan = new Plan();
        var same = declaration.AttributeLists.SelectMany(list => list.Attributes).FirstOrDefault(attribute => attribute.Name.ToString() is "Index" or "IndexAttribute"
            && attribute.ArgumentList is { Arguments: var arguments } && arguments.Where(argument => argument.NameEquals is null).Select(Name).ToArray() is var indexed
            && indexed.Length == members.Length && indexed.All(members.Contains) && arguments.All(argument => argument.NameEquals?.Name.Identifier.Text != "IsUnique"));
        if (same is not null)
        {
            plan.Insert(document, same.ArgumentList!.CloseParenToken.SpanStart, ", IsUnique = true");
            return plan;
        }

        var layout = new Layout(document, declaration.SyntaxTree.GetText(cancellation), declaration.SyntaxTree.GetRoot(cancellation));
        var attribute = $"[Index({string.Join(", ", members.Select(member => $"nameof({member})"))}, IsUnique = true)]";
        plan.Insert(document, declaration.SpanStart, attribute + layout.NewLine + layout.IndentOf(declaration));
        plan.Import(document, "Microsoft.EntityFrameworkCore", model, declaration.SpanStart, "IndexAttribute");
        return plan;
    }

    private static string Name(AttributeArgumentSyntax argument) => argument.Expression switch
    {
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } of } => of[0].Expression.ToString().Split('.').Last(),
        LiteralExpressionSyntax literal => literal.Token.ValueText,
        _ => "",
    };
}

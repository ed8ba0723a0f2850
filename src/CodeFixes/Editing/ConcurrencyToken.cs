using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>A token for an entity that has none: a version of the row, of the database's kind, or the member itself that the sequence checks and writes.</summary>
internal sealed class ConcurrencyToken
{
    private readonly Finding finding;
    private readonly INamedTypeSymbol entity;
    private readonly ClassDeclarationSyntax declaration;
    private readonly Document document;
    private readonly SemanticModel model;
    private readonly Layout layout;
    private readonly string attribute;
    private readonly string type;
    private readonly string value;

    private ConcurrencyToken(Finding finding, INamedTypeSymbol entity, ClassDeclarationSyntax declaration, Document document, SemanticModel model, Provider dialect, CancellationToken cancellation)
    {
        (this.finding, this.entity, this.declaration, this.document, this.model) = (finding, entity, declaration, document, model);
        layout = new Layout(document, declaration.SyntaxTree.GetText(cancellation), declaration.SyntaxTree.GetRoot(cancellation));
        (attribute, type, value) = dialect switch
        {
            Provider.PostgreSql => ("Timestamp", "uint", ""),
            Provider.SqlServer => ("Timestamp", "byte[]", $" = {(IsCSharp12 ? "[]" : "System.Array.Empty<byte>()")};"),
            Provider.Sqlite or Provider.MySql => ("ConcurrencyCheck", "System.Guid", ""),
            _ => ("ConcurrencyCheck", "", ""),
        };
    }

    /// <summary>No database makes it: it must be set on each save, or be a member that each change sets anyway.</summary>
    public bool IsAppManaged => attribute == "ConcurrencyCheck";

    private bool IsCSharp12 => declaration.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp12 };

    public static ConcurrencyToken? Of(Finding finding, Database database, INamedTypeSymbol entity, CancellationToken cancellation) =>
        database.Facts(entity) is { HasToken: false, IsOwned: false, HasInheritance: false }
        && entity.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is ClassDeclarationSyntax declaration
        && finding.Document.Project.Solution.GetDocument(declaration.SyntaxTree) is { } document && Source.ModelOf(declaration.SyntaxTree, finding.Model.Compilation) is { } model
            ? new ConcurrencyToken(finding, entity, declaration, document, model, database.Dialect, cancellation)
            : null;

    /// <summary>A new member for the version; its name, or null where there is no kind or name for one.</summary>
    public string? Generated(Plan plan)
    {
        var name = new[] { "Version", "RowVersion", "ConcurrencyVersion" }.FirstOrDefault(candidate => Database.PropertyOf(entity, candidate) is null && entity.GetMembers(candidate).IsEmpty && entity.Name != candidate);
        if (name is null || type.Length == 0 || declaration.Members.OfType<PropertyDeclarationSyntax>().LastOrDefault() is not { } last)
        {
            return null;
        }

        var indent = layout.IndentOf(last);
        var member = $"public {type} {name} {{ get; set; }}{value}";
        if (model.LookupNamespacesAndTypes(declaration.SpanStart, name: "Guid").Any(known => known.ContainingNamespace.ToDisplayString() == "System"))
        {
            member = member.Replace("System.", "");
        }

        // A class of one line stays one.
        var isOneLine = declaration.SyntaxTree.GetText().Lines is var lines && lines.GetLineFromPosition(declaration.OpenBraceToken.SpanStart).LineNumber == lines.GetLineFromPosition(last.Span.End).LineNumber;
        plan.Insert(document, last.Span.End, isOneLine ? $" [{attribute}] {member}" : $"{layout.NewLine}{layout.NewLine}{indent}[{attribute}]{layout.NewLine}{indent}{member}");
        Import(plan);
        return name;
    }

    /// <summary>
    /// Makes the member of the finding its own token: two changes of it from one state are a conflict, on every database. Only where the
    /// sequence writes it, and where what was read is what the database compares.
    /// </summary>
    public bool OnMember(Plan plan)
    {
        if (Database.PropertyOf(entity, finding.Property("member")) is not { } member || !SymbolEqualityComparer.Default.Equals(member.ContainingType, entity) || !IsComparable(member.Type) || !IsWritten(member)
            || member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not PropertyDeclarationSyntax property || property.SyntaxTree != declaration.SyntaxTree)
        {
            return false;
        }

        plan.Insert(document, property.SpanStart, $"[ConcurrencyCheck]{layout.NewLine}{layout.IndentOf(property)}");
        Import(plan);
        return true;
    }

    private void Import(Plan plan) => plan.Import(document, "System.ComponentModel.DataAnnotations", model, declaration.SpanStart, attribute + "Attribute");

    /// <summary>Not a binary floating number, nor what is kept through a converter of its own.</summary>
    private static bool IsComparable(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsComparable(nullable.TypeArguments[0]),
        { TypeKind: TypeKind.Enum } or { Name: "Guid" or "DateTimeOffset" or "DateOnly" } => true,
        _ => type.SpecialType is SpecialType.System_Boolean or SpecialType.System_String or SpecialType.System_Decimal or SpecialType.System_DateTime or (>= SpecialType.System_SByte and <= SpecialType.System_UInt64),
    };

    /// <summary>The acts assign it: in their own text, or in the entity's method that they call.</summary>
    private bool IsWritten(IPropertySymbol member) => finding.All("write").Append(finding.Act).Any(act => IsWritten(member, act, finding.Model, 3));

    private bool IsWritten(IPropertySymbol member, SyntaxNode node, SemanticModel sight, int depth) => node.DescendantNodesAndSelf().Any(part => part switch
    {
        AssignmentExpressionSyntax assignment => IsNamed(assignment.Left, member),
        PostfixUnaryExpressionSyntax unary => IsNamed(unary.Operand, member),
        PrefixUnaryExpressionSyntax unary => unary.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression && IsNamed(unary.Operand, member),
        InvocationExpressionSyntax call => depth > 0 && sight.GetSymbolInfo(call).Symbol is IMethodSymbol method && SymbolEqualityComparer.Default.Equals(method.ContainingType, entity)
            && method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } body && body.SyntaxTree == declaration.SyntaxTree && IsWritten(member, body, model, depth - 1),
        _ => false,
    });

    private static bool IsNamed(ExpressionSyntax target, IPropertySymbol member) => target switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text == member.Name,
        IdentifierNameSyntax name => name.Identifier.Text == member.Name,
        _ => false,
    };
}

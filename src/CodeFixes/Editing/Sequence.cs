using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>A sequence that stands in one body: rows read, guarded, written and saved.</summary>
internal sealed class Sequence
{
    private Sequence(Finding finding, SyntaxNode body, Rows rows, InvocationExpressionSyntax save, StatementSyntax saveStatement, Style style)
    {
        (Finding, Body, Rows, Save, SaveStatement, Style) = (finding, body, rows, save, saveStatement, style);
        Layout = new Layout(finding.Document, finding.Text, finding.Root);
        Names = new Names(finding.Model, body);
        Database = new Database(finding);
    }

    public Finding Finding { get; }

    public SyntaxNode Body { get; }

    public Rows Rows { get; }

    public InvocationExpressionSyntax Save { get; }

    public StatementSyntax SaveStatement { get; }

    /// <summary>The save with its <c>await</c>: how many rows it wrote.</summary>
    public ExpressionSyntax Count => Style.IsAsync ? Style.Awaited(Save)! : Save;

    /// <summary>Nobody looks at how many rows the save wrote.</summary>
    public bool DropsCount => SaveStatement is ExpressionStatementSyntax statement
        && (statement.Expression == Count || statement.Expression is AssignmentExpressionSyntax discard && Model.GetSymbolInfo(discard.Left).Symbol is IDiscardSymbol);

    public Style Style { get; }

    public Layout Layout { get; }

    public Names Names { get; }

    public Database Database { get; }

    public SemanticModel Model => Finding.Model;

    /// <summary>The context's own expression, with a dot behind it: <c>_db.</c>, or nothing inside the context itself. Null where the save belongs to something else.</summary>
    public string? Context => ContextOf(Save, Model);

    public ITypeSymbol? ContextType => Save.Expression is MemberAccessExpressionSyntax access ? Model.GetTypeInfo(access.Expression).Type : null;

    public static Sequence? Of(Finding finding)
    {
        if (!finding.IsLocal || finding.Body is not { } body
            || Rows.Of(body, [finding.Act, .. finding.All("write")], finding.Model) is not { } rows
            || finding.Save is not { } save || Way.StatementOf(save) is not { } statement
            || Style.Of(save, finding.Model) is not { } style)
        {
            return null;
        }

        return new Sequence(finding, body, rows, save, statement, style);
    }

    public static InvocationExpressionSyntax? CallAt(SyntaxNode? node) =>
        node?.AncestorsAndSelf().TakeWhile(part => part is not StatementSyntax).OfType<InvocationExpressionSyntax>().FirstOrDefault()
        ?? node?.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault();

    public static string? ContextOf(InvocationExpressionSyntax save, SemanticModel model) => save.Expression switch
    {
        MemberAccessExpressionSyntax access when IsContext(model.GetTypeInfo(access.Expression).Type) => access.Expression + ".",
        SimpleNameSyntax when model.GetSymbolInfo(save).Symbol is IMethodSymbol method && IsContext(method.ContainingType) => "",
        _ => null,
    };

    public static bool IsContext(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == "DbContext" && type.ContainingNamespace.ToDisplayString() == "Microsoft.EntityFrameworkCore")
            {
                return true;
            }
        }

        return false;
    }
}

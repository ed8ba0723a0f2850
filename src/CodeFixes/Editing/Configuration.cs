using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>The place where an entity is configured in code: its <c>IEntityTypeConfiguration&lt;T&gt;</c>, or <c>Entity&lt;T&gt;(…)</c> in <c>OnModelCreating</c>.</summary>
internal sealed class Configuration
{
    private readonly Document document;
    private readonly SyntaxTree tree;
    private readonly string receiver;
    private readonly BlockSyntax? block;
    private readonly StatementSyntax? after;

    private Configuration(Document document, SyntaxTree tree, string receiver, BlockSyntax? block, StatementSyntax? after) =>
        (this.document, this.tree, this.receiver, this.block, this.after) = (document, tree, receiver, block, after);

    public static Configuration? Find(INamedTypeSymbol entity, Project project, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var document in project.Documents.OrderBy(document => document.FilePath ?? document.Name, StringComparer.Ordinal))
        {
            if (!document.TryGetSyntaxTree(out var tree) || !tree.GetText(cancellation).ToString().Contains(entity.Name) || compilation.SyntaxTrees.Contains(tree) is false)
            {
                continue;
            }

            var names = tree.GetRoot(cancellation).DescendantNodes().OfType<GenericNameSyntax>()
                .Where(name => name.TypeArgumentList.Arguments.Count == 1 && name.Identifier.Text is "IEntityTypeConfiguration" or "Entity").ToArray();
            var model = names.Length == 0 ? null : compilation.GetSemanticModel(tree);
            foreach (var name in names)
            {
                if (SymbolEqualityComparer.Default.Equals(model!.GetTypeInfo(name.TypeArgumentList.Arguments[0], cancellation).Type, entity) && At(name, document, tree) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static Configuration? At(GenericNameSyntax name, Document document, SyntaxTree tree)
    {
        if (name.Identifier.Text == "IEntityTypeConfiguration")
        {
            return name.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(method => method.Identifier.Text == "Configure")
                is { Body: { } body, ParameterList.Parameters: { Count: 1 } parameters }
                    ? new Configuration(document, tree, parameters[0].Identifier.Text, body, null)
                    : null;
        }

        if (name.Parent is not MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access)
        {
            return null;
        }

        if (call.ArgumentList.Arguments is { Count: 1 } arguments && arguments[0].Expression is LambdaExpressionSyntax { Block: { } block } lambda && RowQuery.ParameterOf(lambda) is { } parameter)
        {
            return new Configuration(document, tree, parameter.Identifier.Text, block, null);
        }

        return call.ArgumentList.Arguments.Count == 0 && call.FirstAncestorOrSelf<StatementSyntax>() is ExpressionStatementSyntax statement && Way.Siblings(statement) is not null
            ? new Configuration(document, tree, $"{access.Expression}.{name}()", null, statement)
            : null;
    }

    /// <summary>The call that gives the entity an index over just these columns, in the same text.</summary>
    public InvocationExpressionSyntax? IndexOf(INamedTypeSymbol entity, ICollection<string> columns, Compilation compilation) => Source.ModelOf(tree, compilation) is { } model
        ? tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => Style.NameOf(call) == "HasIndex" && call.ArgumentList.Arguments is [{ Expression: LambdaExpressionSyntax { ExpressionBody: { } body } lambda }]
            && RowQuery.ParameterOf(lambda) is { } row && model.GetDeclaredSymbol(row) is IParameterSymbol { Type: var type } && SymbolEqualityComparer.Default.Equals(type, entity)
            && body.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>().Select(access => access.Name.Identifier.Text).ToArray() is var indexed && indexed.Length == columns.Count && indexed.All(columns.Contains))
        : null;

    /// <summary>Adds a call on the entity's builder.</summary>
    public Plan? Add(string call)
    {
        var plan = new Plan();
        var layout = new Layout(document, tree.GetText(), tree.GetRoot());
        if ((after ?? block?.Statements.LastOrDefault()) is { } last)
        {
            layout.After(plan, last, $"{receiver}.{call}");
            return plan;
        }

        if (block is null)
        {
            return null;
        }

        plan.Insert(document, block.CloseBraceToken.SpanStart, $"{layout.Step}{receiver}.{call}{layout.NewLine}{layout.IndentOf(block)}");
        return plan;
    }
}

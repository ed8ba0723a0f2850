using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>What a diagnostic says of its sequence, as nodes of the document: the act, and the read, check, save … that go with it.</summary>
internal sealed class Finding
{
    private readonly ILookup<string, Location> parts;

    private Finding(Document document, SyntaxNode root, SourceText text, SemanticModel model, Diagnostic diagnostic)
    {
        (Document, Root, Text, Model, Diagnostic) = (document, root, text, model, diagnostic);
        var roles = Property("locations").Split([','], StringSplitOptions.RemoveEmptyEntries);
        parts = roles.Zip(diagnostic.AdditionalLocations, (role, place) => (role, place)).ToLookup(part => part.role.Trim(), part => part.place);
        Act = NodeAt(diagnostic.Location) ?? root;
    }

    public Document Document { get; }

    public SyntaxNode Root { get; }

    public SourceText Text { get; }

    public SemanticModel Model { get; }

    public Diagnostic Diagnostic { get; }

    /// <summary>The node that carries the squiggle.</summary>
    public SyntaxNode Act { get; }

    public string Id => Diagnostic.Id;

    /// <summary>The method, accessor, local function or lambda that the act stands in.</summary>
    public SyntaxNode? Body => Act.AncestorsAndSelf().FirstOrDefault(IsBody);

    public static bool IsBody(SyntaxNode node) => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax;

    /// <summary>All of the sequence is in this body, or is called in it: a fix must look at what the calls are.</summary>
    public bool IsLocal => Body is { } body && IsWithin(body);

    /// <summary>All of the sequence is in one of these bodies of the document.</summary>
    public bool IsWithin(params SyntaxNode[] bodies) => parts.SelectMany(part => part).All(place => NodeAt(place) is { } node && bodies.Any(body => body.Span.Contains(node.Span)));

    /// <summary>The act and all that goes with it, as far as it stands in this text.</summary>
    public IEnumerable<SyntaxNode> Parts => parts.SelectMany(part => part).Select(NodeAt).OfType<SyntaxNode>().Append(Act);

    public string Provider => Property("provider");

    public string Property(string name) => Diagnostic.Properties.TryGetValue(name, out var value) ? value ?? "" : "";

    public IReadOnlyList<SyntaxNode> All(string role) => [.. parts[role].Select(NodeAt).OfType<SyntaxNode>()];

    /// <summary>The nodes of a role, in whichever text of the solution they stand.</summary>
    public IEnumerable<SyntaxNode> Anywhere(string role) => parts[role].Where(place => place.SourceTree is not null).Select(place => place.SourceTree!.GetRoot().FindNode(place.SourceSpan, getInnermostNodeForTie: true));

    public SyntaxNode? First(string role) => All(role).FirstOrDefault();

    /// <summary>The save: as told, or the call behind the act that is named so, where the finding does not know whose save it is.</summary>
    public InvocationExpressionSyntax? Save => First("save") is { } told
        ? told.AncestorsAndSelf().TakeWhile(part => part is not StatementSyntax).OfType<InvocationExpressionSyntax>().FirstOrDefault() ?? told.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault()
        : Body?.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => call.SpanStart > Act.Span.End && Style.NameOf(call) is "SaveChanges" or "SaveChangesAsync" or "SaveEntities" or "SaveEntitiesAsync");

    private SyntaxNode? NodeAt(Location place)
    {
        if (place.SourceTree != Root.SyntaxTree || !Root.FullSpan.Contains(place.SourceSpan))
        {
            return null;
        }

        var node = Root.FindNode(place.SourceSpan, getInnermostNodeForTie: true);
        return node is ArgumentSyntax argument ? argument.Expression : node;
    }

    public static async Task<Finding?> ReadAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return root is null || model is null || diagnostic.Location.SourceTree != root.SyntaxTree || !root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            ? null
            : new Finding(document, root, text, model, diagnostic);
    }
}

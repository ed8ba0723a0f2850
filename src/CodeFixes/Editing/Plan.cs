using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>
/// The edits by which one fix repairs one finding: changes of text, so that everything they do not touch keeps its
/// comments and layout to the letter, and the namespaces that the new text needs.
/// </summary>
internal sealed class Plan
{
    private readonly Dictionary<DocumentId, List<TextChange>> changes = [];
    private readonly HashSet<(DocumentId, string)> usings = [];
    private readonly List<(DocumentId Id, TextSpan Span)> claims = [];

    public IEnumerable<DocumentId> Documents => changes.Keys;

    public bool IsEmpty => changes.Count == 0;

    /// <summary>The pieces of a document's text that the edits want.</summary>
    public IEnumerable<TextSpan> Edits(Document document) => changes.TryGetValue(document.Id, out var list) ? list.Select(change => change.Span) : [];

    /// <summary>No two edits want the same piece of text.</summary>
    public bool IsSound => changes.Values.All(list => list.OrderBy(change => change.Span.Start).ThenBy(change => change.Span.End)
        .Aggregate((End: 0, Sound: true), (before, change) => (Math.Max(before.End, change.Span.End), before.Sound && change.Span.Start >= before.End)).Sound);

    public void Replace(Document document, TextSpan span, string text)
    {
        if (!changes.TryGetValue(document.Id, out var list))
        {
            changes.Add(document.Id, list = []);
        }

        list.Add(new TextChange(span, text));
    }

    public void Insert(Document document, int position, string text) => Replace(document, new TextSpan(position, 0), text);

    /// <summary>Puts the text that a stretch has after the edits inside it through a rewriting, and makes all of that one edit.</summary>
    public void Rewrite(Document document, SourceText text, TextSpan stretch, Func<string, string> rewriting)
    {
        var inside = changes.TryGetValue(document.Id, out var list) ? list.Where(change => stretch.Contains(change.Span) || change.Span.Start == stretch.End).ToArray() : [];
        list?.RemoveAll(inside.Contains);
        var moved = inside.Select(change => new TextChange(new TextSpan(change.Span.Start - stretch.Start, change.Span.Length), change.NewText ?? ""));
        var part = SourceText.From(text.ToString(stretch)).WithChanges(moved.OrderBy(change => change.Span.Start).ThenBy(change => change.Span.End));
        Replace(document, stretch, rewriting(part.ToString()));
    }

    public void Import(Document document, string @namespace) => usings.Add((document.Id, @namespace));

    /// <summary>Imports a namespace where the type is not in reach without.</summary>
    public void Import(Document document, string @namespace, SemanticModel model, int position, string type)
    {
        if (!model.LookupNamespacesAndTypes(position, name: type).Any(symbol => symbol.ContainingNamespace?.ToDisplayString() == @namespace))
        {
            Import(document, @namespace);
        }
    }

    /// <summary>Says that the plan relies on a stretch of a document to stay as it is: the body of the method.</summary>
    public void Claim(Document document, TextSpan stretch) => claims.Add((document.Id, stretch));

    /// <summary>Takes over the edits of another plan, unless the two rely on the same stretch of a document.</summary>
    public bool TryMerge(Plan other)
    {
        if (claims.Any(mine => other.claims.Any(its => its.Id == mine.Id && its.Span.IntersectsWith(mine.Span))))
        {
            return false;
        }

        foreach (var id in other.Documents)
        {
            if (!changes.TryGetValue(id, out var list))
            {
                changes.Add(id, list = []);
            }

            // Two findings may ask for the same index or token of one entity.
            list.AddRange(other.changes[id].Where(change => !list.Contains(change)));
        }

        claims.AddRange(other.claims);
        usings.UnionWith(other.usings);
        return true;
    }

    public async Task<Solution> ApplyAsync(Solution solution, CancellationToken cancellation)
    {
        foreach (var id in changes.Keys)
        {
            if (solution.GetDocument(id) is not { } document)
            {
                continue;
            }

            var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
            // A stable sort: insertions at one position keep the order in which they were made.
            var sorted = changes[id].OrderBy(change => change.Span.Start).ThenBy(change => change.Span.End);
            document = document.WithText(text.WithChanges(sorted));
            var imports = usings.Where(use => use.Item1 == id).Select(use => use.Item2).ToArray();
            document = await Imports.AddAsync(document, imports, cancellation).ConfigureAwait(false);
            solution = document.Project.Solution;
        }

        return solution;
    }
}

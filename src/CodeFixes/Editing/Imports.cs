using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>Adds the <c>using</c> directives that new code needs, in order, <c>System</c> first.</summary>
internal static class Imports
{
    public static async Task<Document> AddAsync(Document document, IReadOnlyCollection<string> namespaces, CancellationToken cancellation)
    {
        foreach (var name in namespaces.OrderBy(name => name, StringComparer.Ordinal))
        {
            if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is CompilationUnitSyntax root && !Has(root, name))
            {
                var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
                document = document.WithText(text.WithChanges(Directive(root, text, name)));
            }
        }

        return document;
    }

    private static bool Has(CompilationUnitSyntax root, string name) =>
        root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<UsingDirectiveSyntax>()
            .Any(use => use.Alias is null && use.StaticKeyword.IsKind(SyntaxKind.None) && use.Name?.ToString() == name);

    private static TextChange Directive(CompilationUnitSyntax root, SourceText text, string name)
    {
        var newLine = NewLine(text);
        var usings = root.Usings;
        if (usings.Count == 0 && root.Members.FirstOrDefault() is BaseNamespaceDeclarationSyntax { Usings.Count: > 0 } space)
        {
            usings = space.Usings;
        }

        var plain = usings.Where(use => use.Alias is null && use.GlobalKeyword.IsKind(SyntaxKind.None) && use.StaticKeyword.IsKind(SyntaxKind.None)).ToArray();
        if (plain.Length == 0)
        {
            var first = usings.Count > 0 ? usings.Last().FullSpan.End : root.Externs.Count > 0 ? root.Externs.Last().FullSpan.End : AfterHeader(root);
            var gap = usings.Count > 0 ? "" : newLine;
            return new TextChange(new TextSpan(first, 0), $"using {name};{newLine}{gap}");
        }

        var indent = text.ToString(TextSpan.FromBounds(text.Lines.GetLineFromPosition(plain[0].SpanStart).Start, plain[0].SpanStart));
        var previous = plain.LastOrDefault(use => Compare(use.Name?.ToString() ?? "", name) < 0);
        if (previous is null)
        {
            return new TextChange(new TextSpan(plain[0].SpanStart, 0), $"using {name};{newLine}{indent}");
        }

        return new TextChange(new TextSpan(previous.Span.End, 0), $"{newLine}{indent}using {name};");
    }

    /// <summary>A licence comment at the top of the file stays at the top.</summary>
    private static int AfterHeader(CompilationUnitSyntax root)
    {
        var token = root.GetFirstToken(includeZeroWidth: true);
        var comments = token.LeadingTrivia.TakeWhile(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)
            || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia)).ToArray();
        return comments.Any(trivia => !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) ? comments.Last().FullSpan.End : 0;
    }

    private static int Compare(string left, string right)
    {
        var (leftSystem, rightSystem) = (left.IsWithin("System"), right.IsWithin("System"));
        return leftSystem != rightSystem ? (leftSystem ? -1 : 1) : StringComparer.OrdinalIgnoreCase.Compare(left, right);
    }

    public static string NewLine(SourceText text)
    {
        var line = text.Lines[0];
        return line.EndIncludingLineBreak > line.End ? text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) : "\n";
    }
}

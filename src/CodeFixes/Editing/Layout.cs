using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>Where new lines go: indentation, line ends and comments as the file has them.</summary>
internal sealed class Layout(Document document, SourceText text, SyntaxNode root)
{
    public string NewLine { get; } = Imports.NewLine(text);

    /// <summary>One step of indentation.</summary>
    public string Step { get; } = text.Lines.Select(line => line.ToString()).Any(line => line.StartsWith("\t", StringComparison.Ordinal)) ? "\t" : StepOf(root, text);

    public string IndentOf(SyntaxNode node)
    {
        var line = text.Lines.GetLineFromPosition(node.SpanStart).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    /// <summary>Lines (separated by \n) before a statement: after the comments that belong to it, or above them.</summary>
    public void Before(Plan plan, StatementSyntax statement, string lines, bool aboveComments = false)
    {
        var indent = IndentOf(statement);
        var position = statement.SpanStart;
        if (aboveComments && statement.GetLeadingTrivia() is { Count: > 0 } trivia && !trivia.Any(part => part.IsDirective))
        {
            position = trivia.FirstOrDefault(part => part.IsKind(SyntaxKind.SingleLineCommentTrivia) || part.IsKind(SyntaxKind.MultiLineCommentTrivia)) is { RawKind: > 0 } comment
                ? comment.SpanStart
                : position;
        }

        plan.Insert(document, position, Indented(lines, indent) + NewLine + indent);
    }

    public void After(Plan plan, StatementSyntax statement, string lines)
    {
        var indent = IndentOf(statement);
        var end = statement.FullSpan.End;
        var endsLine = statement.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);
        plan.Insert(document, end, endsLine ? indent + Indented(lines, indent) + NewLine : NewLine + indent + Indented(lines, indent));
    }

    /// <summary>Puts a statement into a try block of its own, with the lines of the clause below it and others above it.</summary>
    public void Try(Plan plan, StatementSyntax statement, string clause, string above = "")
    {
        var indent = IndentOf(statement);
        plan.Insert(document, statement.SpanStart, Indented($"{above}try\n{{\n{Step}", indent));
        plan.Insert(document, statement.Span.End, NewLine + indent + Indented($"}}\n{clause}", indent) + (NeedsGapAfter(statement) ? NewLine : ""));
    }

    public void Replace(Plan plan, SyntaxNode node, string lines) =>
        plan.Replace(document, node.Span, Indented(lines, IndentOf(node)));

    /// <summary>Takes statements away with their lines; their comments are handed back, each on a line of its own.</summary>
    public string Remove(Plan plan, IEnumerable<StatementSyntax> statements)
    {
        var gone = new HashSet<StatementSyntax>(statements);
        foreach (var statement in gone)
        {
            // The blank line above a paragraph that is gone stands above what comes next.
            var siblings = Way.Siblings(statement) ?? default;
            var index = siblings.IndexOf(statement);
            var next = siblings.Skip(index + 1).FirstOrDefault(sibling => !gone.Contains(sibling));
            var isFirst = index <= 0 || !gone.Contains(siblings[index - 1]);
            var run = siblings.Skip(index).TakeWhile(gone.Contains);
            var keepsGap = isFirst && index > 0 && next is not null && !StartsWithGap(next) && run.Any(StartsWithGap);
            plan.Replace(document, statement.FullSpan, (keepsGap ? NewLine : "") + Directives(statement));
        }

        return string.Concat(gone.OrderBy(statement => statement.SpanStart).Select(Comments));
    }

    private string Directives(StatementSyntax statement) => string.Concat(statement.GetLeadingTrivia().Where(part => part.IsDirective).Select(part => IndentOf(statement) + part.ToFullString()));

    /// <summary>Something follows at once: a block in the statement's place would touch it.</summary>
    public bool NeedsGapAfter(StatementSyntax statement) =>
        Way.Siblings(statement) is { } siblings && siblings.IndexOf(statement) is var index && index + 1 < siblings.Count && !StartsWithGap(siblings[index + 1]);

    public static bool StartsWithGap(StatementSyntax statement) => statement.GetLeadingTrivia().FirstOrDefault(part => !part.IsKind(SyntaxKind.WhitespaceTrivia)).IsKind(SyntaxKind.EndOfLineTrivia);

    public string Comments(StatementSyntax statement) => string.Concat(
        statement.GetLeadingTrivia().Concat(statement.GetTrailingTrivia())
            .Where(part => part.IsKind(SyntaxKind.SingleLineCommentTrivia) || part.IsKind(SyntaxKind.MultiLineCommentTrivia))
            .Select(part => part + "\n"));

    /// <summary>The comments of a block without statements, each followed by a line break.</summary>
    public string CommentsIn(BlockSyntax block) => string.Concat(block.DescendantTrivia()
        .Where(part => part.SpanStart > block.OpenBraceToken.SpanStart && part.SpanStart < block.CloseBraceToken.SpanStart && (part.IsKind(SyntaxKind.SingleLineCommentTrivia) || part.IsKind(SyntaxKind.MultiLineCommentTrivia)))
        .Select(part => part + "\n" + Step));

    /// <summary>Text of the file, or what takes its place, written for another depth: its lines moved so that the first stands at the margin.</summary>
    public string Unindented(SyntaxNode node, SyntaxNode? changed = null)
    {
        var indent = IndentOf(node);
        return string.Join("\n", (changed ?? node).ToString().Split('\n').Select((line, index) =>
            (index > 0 && line.StartsWith(indent, StringComparison.Ordinal) ? line.Substring(indent.Length) : line).TrimEnd('\r')));
    }

    public string Indented(string lines, string indent) =>
        string.Join(NewLine, lines.Split('\n').Select((line, index) => index == 0 || line.Length == 0 ? line : indent + line));

    private static string StepOf(SyntaxNode root, SourceText text)
    {
        foreach (var block in root.DescendantNodes().OfType<BlockSyntax>().Where(block => block.Statements.Count > 0))
        {
            var outer = text.Lines.GetLineFromPosition(block.CloseBraceToken.SpanStart);
            var inner = text.Lines.GetLineFromPosition(block.Statements[0].SpanStart);
            var width = Width(inner.ToString()) - Width(outer.ToString());
            if (outer.LineNumber != inner.LineNumber && width is 2 or 3 or 4 or 8)
            {
                return new string(' ', width);
            }
        }

        return "    ";
    }

    private static int Width(string line) => line.Length - line.TrimStart().Length;
}

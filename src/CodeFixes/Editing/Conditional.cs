using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>Code that is there or not, as a symbol is defined: what is not there now nobody has looked at, and no edit reaches it.</summary>
internal static class Conditional
{
    /// <summary>An <c>#if</c> or one of its arms begins or ends in the stretch of a body that holds the edits and the finding's parts.</summary>
    public static bool IsTouched(Plan plan, Finding finding)
    {
        var edits = plan.Edits(finding.Document).ToArray();
        return finding.Root.ContainsDirectives && finding.Root.DescendantNodes(node => !Finding.IsBody(node)).Where(Finding.IsBody).Any(body =>
        {
            var inside = edits.Where(edit => body.FullSpan.Contains(edit)).ToArray();
            var stretch = inside.Concat(finding.Parts.Select(part => part.Span).Where(part => inside.Length > 0 && body.FullSpan.Contains(part))).ToArray();
            return stretch.Length > 0 && body.ContainsDirectives && body.DescendantTrivia().Any(part => IsConditional(part) && TextSpan.FromBounds(stretch.Min(edit => edit.Start), stretch.Max(edit => edit.End)).IntersectsWith(part.Span));
        });
    }

    private static bool IsConditional(SyntaxTrivia part) => part.Kind() is SyntaxKind.IfDirectiveTrivia or SyntaxKind.ElifDirectiveTrivia or SyntaxKind.ElseDirectiveTrivia or SyntaxKind.EndIfDirectiveTrivia;
}

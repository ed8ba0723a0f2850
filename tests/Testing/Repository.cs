using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Testing;

/// <summary>Files of this repository that tests read: samples, and the pieces of code that other tests are made of.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The sources below a folder, each with its path from there.</summary>
    public static IReadOnlyList<(string Path, string Text)> Sources(string folder)
    {
        string root = Path.Combine(Root, folder);
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(file => (file, File.ReadAllText(Path.Combine(root, file))))];
    }

    /// <summary>The members of a service that the tests of the rules are made of, without the marks of what is expected.</summary>
    public static IReadOnlyList<string> RuleSnippets() =>
        [.. Sources("tests/Analyzers.Tests/Rules")
            .SelectMany(file => CSharpSyntaxTree.ParseText(file.Text, Snippet.ParseOptions).GetRoot().DescendantNodes())
            .OfType<LiteralExpressionSyntax>()
            .Select(literal => literal.Token.Value as string)
            .Where(text => text is not null && text.Contains("_db.", StringComparison.Ordinal) && text.Contains('\n', StringComparison.Ordinal))
            .Select(text => Mark.Replace(text!, "").Replace("|}", "", StringComparison.Ordinal))];

    private static readonly System.Text.RegularExpressions.Regex Mark = new(@"\{\|RACE\d{3}(\.Info)?:", System.Text.RegularExpressions.RegexOptions.Compiled);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RaceAnalyzers.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("RaceAnalyzers.sln was not found above the tests.");
    }
}

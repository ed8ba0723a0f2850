using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Tests;

/// <summary>The examples of the pages are code: they compile on every supported version of EF Core.</summary>
public partial class PageExampleTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");
    private static readonly string Rules = Path.Combine(Docs, "rules");

    /// <summary>The pages of the rules that are about code; the 9xx are about settings.</summary>
    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Rules, "RACE*.md").Select(file => Path.GetFileNameWithoutExtension(file)!).Where(id => id[4] != '9').Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Examples_CompileOnEveryVersion(string rule)
    {
        foreach (string example in Examples(rule))
        {
            foreach (var version in Enum.GetValues<EfCore>().Distinct())
            {
                Compile(example, version);
            }
        }
    }

    [Fact]
    public void DjangoPage_Compiles()
    {
        string page = File.ReadAllText(Path.Combine(Docs, "django.md")).ReplaceLineEndings("\n");
        string[] examples = [.. CodeBlock().Matches(page).Select(match => match.Groups["code"].Value)];
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            Compile(example, EfCore.Newest);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void RacingExample_MarksTheAct(string rule) =>
        Assert.Single(Examples(rule), example => example.Contains($"// {rule}", StringComparison.Ordinal));

    /// <summary>Sets an example into the shop: its types take the place of the shop's, the rest are members of the service.</summary>
    private static CSharpCompilation Compile(string example, EfCore version)
    {
        var block = (ClassDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration($"public partial class ShopService\n{{\n{example}\n}}\n")!;
        var types = block.Members.OfType<BaseTypeDeclarationSyntax>().ToList();
        var service = block.RemoveNodes(types, SyntaxRemoveOptions.KeepNoTrivia)!;

        var shop = SyntaxFactory.ParseCompilationUnit(File.ReadAllText(Path.Combine(Rules, "Shop.cs")), options: Snippet.ParseOptions);
        var replaced = shop.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(type => types.Any(other => other.Identifier.ValueText == type.Identifier.ValueText));
        shop = shop.RemoveNodes(replaced, SyntaxRemoveOptions.KeepNoTrivia)!;

        string source = $"namespace Shop;\n\n{string.Concat(types.Select(type => type.ToFullString()))}\n{service.ToFullString()}";
        return Snippet.Compile(ReferenceCatalog.For(version, Library.PostgreSql, Library.Redis), source, shop.ToFullString());
    }

    /// <summary>The C# code of a page's examples and fixes.</summary>
    private static IReadOnlyList<string> Examples(string rule)
    {
        string page = File.ReadAllText(Path.Combine(Rules, rule + ".md")).ReplaceLineEndings("\n");
        int begin = page.IndexOf("## Example\n", StringComparison.Ordinal);
        int end = page.IndexOf("## What is not reported\n", StringComparison.Ordinal);
        return [.. CodeBlock().Matches(page[begin..end]).Select(match => match.Groups["code"].Value)];
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}

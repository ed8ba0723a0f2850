using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RaceAnalyzers.Package.Tests;

public sealed class ContentTests : IDisposable
{
    private readonly ZipArchive package = ZipFile.OpenRead(Feed.PackageFile);

    public void Dispose() => package.Dispose();

    [Fact]
    public void The_package_holds_these_files_and_no_others() =>
        Assert.Equal(
            [
                "LICENSE",
                "README.md",
                "RaceAnalyzers.nuspec",
                "analyzers/dotnet/cs/RaceAnalyzers.CodeFixes.dll",
                "analyzers/dotnet/cs/RaceAnalyzers.dll",
                "buildTransitive/RaceAnalyzers.props",
                "buildTransitive/RaceAnalyzers.targets",
                "buildTransitive/presets/Off.globalconfig",
                "buildTransitive/presets/Recommended.globalconfig",
                "buildTransitive/presets/Strict.globalconfig",
                "icon.png",
            ],
            package.Entries.Select(entry => entry.FullName).Where(IsNotOfTheFormat).Order(StringComparer.Ordinal));

    [Fact]
    public void It_is_a_development_dependency_without_dependencies()
    {
        var nuspec = XDocument.Load(Open("RaceAnalyzers.nuspec"));
        string? Value(string name) => nuspec.Descendants().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal("RaceAnalyzers", Value("id"));
        Assert.Equal(Feed.Version, Value("version"));
        Assert.Equal("true", Value("developmentDependency"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.NotEmpty(Value("description")!);
        Assert.DoesNotContain(nuspec.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.DoesNotContain(nuspec.Descendants(), element => element.Name.LocalName == "frameworkReference");
    }

    [Theory]
    [InlineData("RaceAnalyzers.dll", "netstandard", "System.Collections.Immutable", "System.Memory", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp")]
    [InlineData("RaceAnalyzers.CodeFixes.dll", "netstandard", "System.Collections.Immutable", "System.Memory", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp",
        "Microsoft.CodeAnalysis.Workspaces", "Microsoft.CodeAnalysis.CSharp.Workspaces", "System.Composition.AttributedModel", "RaceAnalyzers")]
    public void An_assembly_needs_only_what_its_host_has(string assembly, params string[] allowed)
    {
        var copy = new MemoryStream();
        Open($"analyzers/dotnet/cs/{assembly}").CopyTo(copy);
        copy.Position = 0;
        using var file = new PEReader(copy);
        var metadata = file.GetMetadataReader();
        var references = metadata.AssemblyReferences
            .Select(handle => metadata.GetAssemblyReference(handle))
            .ToDictionary(reference => metadata.GetString(reference.Name), reference => reference.Version);

        Assert.Empty(references.Keys.Except(allowed));
        // The oldest compiler that loads the package: the one of the .NET 8 SDK and of Visual Studio 17.8.
        Assert.All(references.Where(reference => reference.Key.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)),
            reference => Assert.Equal(new Version(4, 8, 0, 0), reference.Value));
    }

    [Fact]
    public void The_readme_is_the_one_of_the_repository_and_leads_nowhere_that_a_package_has_not()
    {
        var readme = new StreamReader(Open("README.md")).ReadToEnd();
        Assert.Contains("dotnet add package RaceAnalyzers", readme, StringComparison.Ordinal);
        Assert.Contains("RACE001", readme, StringComparison.Ordinal);
        Assert.All(Regex.Matches(readme, @"\]\(([^)]+)\)"), link => Assert.Matches("^(https://|#)", link.Groups[1].Value));
    }

    private Stream Open(string name) => package.GetEntry(name)?.Open() ?? throw new FileNotFoundException($"{name} is not in the package.");

    private static bool IsNotOfTheFormat(string name) =>
        name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal);
}

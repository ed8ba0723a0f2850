using System.Reflection;

namespace RaceAnalyzers.Package.Tests;

/// <summary>What the package is made from.</summary>
public sealed class SourceTests : IDisposable
{
    private static readonly string Sources = Told("Sources");
    private readonly FreshFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Presets_tables_pages_and_release_file_agree_with_the_descriptors()
    {
        var run = await folder.DotNet(Path.Combine(Sources, "DocGenerator", "bin", Told("Configuration"), "net10.0", "DocGenerator.dll"), "--verify");

        run.Succeeded();
    }

    [Fact]
    public async Task No_package_is_made_without_the_assemblies()
    {
        // A configuration that nobody has built: the assemblies are named and do not exist.
        var run = await folder.DotNet("msbuild", Path.Combine(Sources, "Package"), "-t:CollectAnalyzers", "-nologo", "-nodeReuse:false",
            "-p:Configuration=NeverBuilt", "-p:BuildProjectReferences=false");

        run.Failed();
        Assert.Contains("The package cannot be made", run.Output, StringComparison.Ordinal);
    }

    private static string Told(string key) =>
        typeof(SourceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}

using System.Reflection;
using RaceAnalyzers.Package.Tests;

[assembly: AssemblyFixture(typeof(Feed))]

namespace RaceAnalyzers.Package.Tests;

/// <summary>
/// The package under test as a local feed, with a package folder of its own, so that no other package of the same
/// version (an older build, in a cache) is ever installed in its place.
/// </summary>
public sealed class Feed
{
    /// <summary>The package that this project's build has made, or the one named by RACE_ANALYZERS_PACKAGE.</summary>
    public static string PackageFile { get; } =
        Environment.GetEnvironmentVariable("RACE_ANALYZERS_PACKAGE") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : typeof(Feed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Package").Value!;

    public static string Version { get; } = Path.GetFileNameWithoutExtension(PackageFile)["RaceAnalyzers.".Length..];

    public static string PackagesFolder { get; } = Path.Combine(AppContext.BaseDirectory, "packages");

    public Feed()
    {
        Assert.True(File.Exists(PackageFile), $"There is no package at {PackageFile}.");
        if (Directory.Exists(InstalledFolder))
        {
            Directory.Delete(InstalledFolder, recursive: true);
        }
    }

    public static string InstalledFolder => Path.Combine(PackagesFolder, "raceanalyzers");

    public static string NuGetConfig => $"""
        <configuration>
          <packageSources>
            <add key="under-test" value="{Path.GetDirectoryName(PackageFile)}" />
          </packageSources>
          <config>
            <add key="globalPackagesFolder" value="{PackagesFolder}" />
          </config>
        </configuration>
        """;
}

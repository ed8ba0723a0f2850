using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Testing;

/// <summary>
/// The real assemblies that snippets are compiled against: .NET, ASP.NET Core, and EF Core in each supported version with
/// the libraries that a snippet asks for by name. Each assembly is read once and shared by all tests.
/// </summary>
public static class ReferenceCatalog
{
    private static readonly ConcurrentDictionary<string, MetadataReference> Loaded = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, ImmutableArray<MetadataReference>> Sets = new(StringComparer.Ordinal);
    private static readonly ImmutableArray<SnippetPackage> Packages = ReadPackages();

    /// <summary>.NET and ASP.NET Core alone: EF Core absent.</summary>
    public static ImmutableArray<MetadataReference> WithoutEntityFramework { get; } = Resolve(EfCore.Newest, []);

    /// <summary>The assemblies of one EF Core version with the given libraries.</summary>
    public static ImmutableArray<MetadataReference> For(EfCore version, params ReadOnlySpan<Library> libraries)
    {
        string[] names = [.. libraries.ToArray().Select(library => library.ToString()).Order(StringComparer.Ordinal)];
        return Sets.GetOrAdd($"{version}+{string.Join('+', names)}", _ => Resolve(version, ["EntityFramework", .. names]));
    }

    private static ImmutableArray<MetadataReference> Resolve(EfCore version, string[] sets)
    {
        // A package may bring an assembly that the shared frameworks hold too: the first one found by that name stands.
        var byName = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var package in Packages.Where(package => package.With.Length == 0 || sets.Contains(package.With)))
        {
            foreach (string dll in package.Assemblies(version))
            {
                byName.TryAdd(Path.GetFileName(dll), dll);
            }
        }

        foreach (string dll in AspNetCore())
        {
            byName.TryAdd(Path.GetFileName(dll), dll);
        }

        return [.. byName.Values.Select(path => Loaded.GetOrAdd(path, static path => MetadataReference.CreateFromFile(path)))];
    }

    /// <summary>ASP.NET Core's reference assemblies come with the SDK.</summary>
    private static string[] AspNetCore()
    {
        string pack = Path.Combine(Metadata("TargetingPackRoot"), "Microsoft.AspNetCore.App.Ref");
        string newest = Directory.GetDirectories(pack, "10.*").OrderBy(path => Version.Parse(Path.GetFileName(path))).Last();
        return Directory.GetFiles(Path.Combine(newest, "ref", "net10.0"), "*.dll");
    }

    private static ImmutableArray<SnippetPackage> ReadPackages() =>
        [.. Attributes()
            .Where(attribute => attribute.Key.StartsWith("SnippetPackage:", StringComparison.Ordinal))
            .Select(attribute =>
            {
                string[] parts = attribute.Value!.Split('|');
                return new SnippetPackage(
                    Folder: Path.Combine(Metadata("NuGetPackageRoot"), attribute.Key["SnippetPackage:".Length..].ToLowerInvariant()),
                    With: parts[0],
                    PerEntityFramework: bool.Parse(parts[1]),
                    Versions: [.. parts[2].Split(';').Select(version => Version.Parse(version.Trim('[', ']')))]);
            })];

    private static string Metadata(string key) => Attributes().Single(attribute => attribute.Key == key).Value!;

    private static IEnumerable<AssemblyMetadataAttribute> Attributes() =>
        typeof(ReferenceCatalog).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();

    private sealed record SnippetPackage(string Folder, string With, bool PerEntityFramework, ImmutableArray<Version> Versions)
    {
        private static readonly string[] Frameworks =
            ["ref/net10.0", "lib/net10.0", "lib/net9.0", "lib/net8.0", "lib/net7.0", "lib/net6.0", "lib/netstandard2.1", "lib/netstandard2.0"];

        public IEnumerable<string> Assemblies(EfCore entityFramework)
        {
            var version = PerEntityFramework
                ? Versions.Where(version => version.Major <= (int)entityFramework).Max()
                : Versions.Single();
            if (version is null)
            {
                throw new InvalidOperationException($"{With} has no version for EF Core {(int)entityFramework}.");
            }

            string root = Path.Combine(Folder, version.ToString());
            string? folder = Frameworks.Select(framework => Path.Combine(root, framework)).FirstOrDefault(Directory.Exists);
            return Directory.GetFiles(folder ?? throw new DirectoryNotFoundException($"No assemblies in {root}."), "*.dll");
        }
    }
}

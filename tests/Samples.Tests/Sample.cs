using System.Reflection;

namespace RaceAnalyzers.Samples.Tests;

/// <summary>A project under <c>samples/</c>, and what its build left behind.</summary>
internal sealed record Sample(string Name)
{
    public string Folder => Path.Combine(Metadata("Samples"), Name);

    /// <summary>The program, as the build made it.</summary>
    public string Program => Path.Combine(Folder, "bin", Metadata("Configuration"), "net10.0", $"{Path.GetFileName(Name)}.dll");

    /// <summary>What the compiler and the analyzers reported when the project was last compiled.</summary>
    public string ErrorLog => Path.Combine(Folder, "obj", Metadata("Configuration"), "warnings.sarif");

    private static string Metadata(string key) =>
        typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}

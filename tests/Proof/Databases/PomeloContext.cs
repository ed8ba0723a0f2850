using System.Reflection;
using System.Runtime.Loader;
using Interleaving;

namespace Proof.Databases;

/// <summary>Pomelo and the EF Core 9 that it needs, loaded beside the EF Core 10 of the other databases.</summary>
internal sealed class PomeloContext : AssemblyLoadContext
{
    private PomeloContext()
        : base("Pomelo")
    {
    }

    public static PomeloContext Instance { get; } = new();

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "pomelo");

    /// <summary>The assemblies of this context. The scheduler is shared with everyone else.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Folder, "*.dll").Where(f => Path.GetFileNameWithoutExtension(f) != "Interleaving")];

    public static IScenarioSource MariaDb(string connectionString) => (IScenarioSource)Activator.CreateInstance(
        Instance.LoadFromAssemblyName(new AssemblyName("Proof.Pomelo")).GetType("Proof.Pomelo.MariaDb", throwOnError: true)!, connectionString)!;

    protected override Assembly? Load(AssemblyName assemblyName) =>
        Files.FirstOrDefault(f => Path.GetFileNameWithoutExtension(f) == assemblyName.Name) is { } file ? LoadFromAssemblyPath(file) : null;
}

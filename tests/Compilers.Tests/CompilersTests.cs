using System.Diagnostics;
using System.Reflection;

namespace RaceAnalyzers.Compilers.Tests;

/// <summary>
/// The analyzers and the fixes are built for the oldest compiler and loaded by all later ones. So are their tests: the folder they were built to is
/// copied, the compiler's assemblies in it are replaced, and the same tests run there.
/// </summary>
public sealed class CompilersTests(ITestOutputHelper output)
{
    private static readonly string[] Frameworks = ["net10.0", "net9.0", "net8.0", "net7.0", "netstandard2.0"];

    public static TheoryData<string> Versions => [.. Metadata("Compilers").Split(';').Select(version => version.Trim('[', ']'))];

    private static string Newest => Versions.Select(row => row.Data).MaxBy(Version.Parse)!;

    [Theory]
    [MemberData(nameof(Versions))]
    public Task Rules_hold_in(string compiler) => Hold("Analyzers.Tests", compiler, "RaceAnalyzers.Tests.Rules.*", "RaceAnalyzers.Tests.CompilerTests");

    /// <summary>All of them in the newest; elsewhere those that ask most of a workspace, since they take minutes.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public Task Fixes_hold_in(string compiler) => Hold("CodeFixes.Tests", compiler, compiler == Newest ? ["*FixTests", "*FixAllTests", "*LocalRepairTests"] : ["*FixAllTests", "*UniqueIndexFixTests"]);

    private async Task Hold(string tests, string compiler, params string[] classes)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, $"{tests}-{compiler}");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Copy(Metadata("Tests").Replace("*", tests), folder);
        foreach (string package in Metadata("CompilerPackages").Split(';')) Copy(Assemblies(package, compiler), folder);
        foreach (string package in Metadata("CompositionPackages").Split(';')) Copy(Assemblies(package, Metadata("CompositionVersion").Trim('[', ']')), folder);

        var (code, text) = await Run(Path.Combine(folder, $"{tests}.dll"), classes, compiler);

        output.WriteLine(text);
        Assert.True(code == 0, text);
    }

    private static async Task<(int Code, string Text)> Run(string tests, string[] classes, string compiler)
    {
        var start = new ProcessStartInfo("dotnet", [tests, "-noColor", .. classes.SelectMany(wanted => new[] { "-class", wanted })])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(tests),
            Environment = { ["RACE_ANALYZERS_COMPILER"] = compiler },
        };
        // The child must not take itself for a part of the run that started it.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("TESTINGPLATFORM_", StringComparison.Ordinal) || key.StartsWith("DOTNET_CLI_TEST", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, string.Concat(texts));
    }

    private static string Assemblies(string package, string version)
    {
        string root = Path.Combine(Metadata("NuGetPackageRoot"), package.ToLowerInvariant(), version, "lib");
        return Frameworks.Select(framework => Path.Combine(root, framework)).First(Directory.Exists);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    private static string Metadata(string key) =>
        typeof(CompilersTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}

using System.Diagnostics;

namespace RaceAnalyzers.Package.Tests;

/// <summary>A folder outside this repository, in which a developer's project is written, restored and built with the SDK.</summary>
public sealed class FreshFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("race-analyzers-").FullName;

    public FreshFolder() => Write("nuget.config", Feed.NuGetConfig);

    public string this[string file] => Path.Combine(Root, file);

    public FreshFolder Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
        File.WriteAllText(this[file], text);
        return this;
    }

    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    /// <summary>Builds a project (from scratch) and reads what the compiler logged.</summary>
    public async Task<Build> Build(string project, params string[] options)
    {
        var log = Path.Combine(Path.GetDirectoryName(this[project])!, "obj", "log.sarif");
        if (File.Exists(log))
        {
            File.Delete(log);
        }

        var run = await DotNet(["build", project, "--no-incremental", "-nologo", "-nodeReuse:false", "-maxCpuCount:1", "-tl:off", .. options]);
        return new Build(run, File.Exists(log) ? Sarif.Read(log) : []);
    }

    public async Task<Run> DotNet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the build that runs these tests has set is not part of a fresh folder.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Run(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

/// <summary>A command that has ended.</summary>
public record Run(int ExitCode, string Output)
{
    public void Succeeded() => Assert.True(ExitCode == 0, Output);

    public void Failed() => Assert.True(ExitCode != 0, Output);
}

/// <summary>A build that has ended, with what the compiler logged.</summary>
public sealed record Build(Run Run, IReadOnlyList<Finding> Log) : Run(Run)
{
    /// <summary>What this package's rules report and nothing suppresses.</summary>
    public IEnumerable<Finding> Races => Log.Where(finding => finding.Id.StartsWith("RACE", StringComparison.Ordinal) && !finding.Suppressed);

    public IEnumerable<Finding> Suppressed => Log.Where(finding => finding.Id.StartsWith("RACE", StringComparison.Ordinal) && finding.Suppressed);

    public IEnumerable<Finding> CompilerErrors => Log.Where(finding => finding.Id.StartsWith("CS", StringComparison.Ordinal) && finding.Level == "error");

    /// <summary>No analyzer failed to load (CS8032, CS8034…) or threw (AD0001).</summary>
    public void AnalyzersWorked()
    {
        foreach (var code in (string[])["AD0001", "CS8032", "CS8033", "CS8034", "CS9057"])
        {
            Assert.DoesNotContain(code, Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Log, finding => finding.Id == code);
        }
    }
}

using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RaceAnalyzers.Testing;

namespace RaceAnalyzers.Benchmarks;

/// <summary>What an application has to do with EF Core.</summary>
public enum Share
{
    /// <summary>EF Core is not referenced.</summary>
    WithoutEntityFramework,

    /// <summary>All services are on EF Core, and no row is raced for.</summary>
    NoRace,

    /// <summary>All services are on EF Core, and each of their methods races.</summary>
    ManyRaces,

    /// <summary>One service beside many lines that have nothing to do with EF Core; a race in each fifth.</summary>
    Realistic,
}

/// <summary>A generated application, compiled against the real assemblies.</summary>
public sealed record Application(string Name, CSharpCompilation Compilation)
{
    /// <summary>An editor asks for the squiggles of the first file, which has just been changed; all others are as they were.</summary>
    public bool IsEdited { get; init; }

    public int Lines { get; } = Compilation.SyntaxTrees.Sum(tree => tree.GetText().Lines.Count);

    /// <summary>How many times it is analyzed to be timed once: what takes a few milliseconds is timed more than once.</summary>
    public int Repetitions => Math.Clamp(2_000 / Lines, 1, 4);

    /// <summary>An application of about so many lines.</summary>
    public static Application Of(Share share, int lines)
    {
        var files = new List<string>();
        var sets = new StringBuilder();
        for (int module = 0, written = 0; written < lines; module++)
        {
            string text = Module(share, module);
            files.Add(text);
            written += text.Count(character => character == '\n');
            sets.Append(Modules.Sets(module));
        }

        if (share != Share.WithoutEntityFramework) files.Add(Modules.Context(sets.ToString()));
        return Of(Names[(int)share], share == Share.WithoutEntityFramework ? ReferenceCatalog.WithoutEntityFramework : References, [.. files]);
    }

    /// <summary>Sources on EF Core.</summary>
    public static Application Of(string name, params string[] sources) => Of(name, References, sources);

    public override string ToString() => $"{Name}, {Lines} lines";

    private static readonly string[] Names = ["without EF Core", "EF Core, no race", "EF Core, many races", "EF Core, a realistic share"];

    private static ImmutableArray<MetadataReference> References => ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);

    private static Application Of(string name, ImmutableArray<MetadataReference> references, string[] sources)
    {
        string usings = references == ReferenceCatalog.WithoutEntityFramework
            ? Snippet.GlobalUsings.Replace("global using Microsoft.EntityFrameworkCore;", "", StringComparison.Ordinal)
            : Snippet.GlobalUsings;
        var compilation = CSharpCompilation.Create(
            "Application",
            [.. sources.Append(usings).Select((source, i) => CSharpSyntaxTree.ParseText(source, Snippet.ParseOptions, $"File{i}.cs", Encoding.UTF8))],
            references,
            Snippet.CompilationOptions.WithConcurrentBuild(false));
        return new(name, compilation);
    }

    private static string Module(Share share, int n) => share switch
    {
        Share.WithoutEntityFramework => Modules.Entities(n) + Modules.Logic(n) + Modules.InMemoryService(n),
        Share.NoRace => Modules.Entities(n) + Modules.QuietService(n, ""),
        Share.ManyRaces => Modules.Entities(n) + Modules.QuietService(n, Modules.Races(n)),
        _ => Modules.Entities(n) + Modules.Logic(n) + Modules.QuietService(n, n % 5 == 0 ? Modules.Race(n) : ""),
    };
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Proof.Databases;

namespace Proof.Texts;

/// <summary>Compiles a case against the EF Core and the provider of one database.</summary>
public static class Compiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Interleaving.EntityFramework;
        global using Microsoft.EntityFrameworkCore;
        """;

    private static readonly ConcurrentDictionary<Target, ImmutableArray<MetadataReference>> AllReferences = new();

    /// <summary>A project as an editor or the build would see it, with the provider as its option.</summary>
    public static Document Document(string text, Target target)
    {
        var workspace = new AdhocWorkspace();
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                id, VersionStamp.Default, "Case", "Case", LanguageNames.CSharp,
                compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
                parseOptions: new CSharpParseOptions(LanguageVersion.Latest, preprocessorSymbols: [target.Symbol]),
                metadataReferences: AllReferences.GetOrAdd(target, References)))
            .AddDocument(DocumentId.CreateNewId(id), "Usings.cs", ImplicitUsings)
            .AddAnalyzerConfigDocument(
                DocumentId.CreateNewId(id),
                ".globalconfig",
                SourceText.From($"is_global = true\nrace_analyzers.provider = {target.Provider}\n"),
                filePath: "/.globalconfig");
        var document = DocumentId.CreateNewId(id);
        return solution.AddDocument(document, "Case.cs", SourceText.From(text), filePath: "/Case.cs").GetDocument(document)!;
    }

    public static async Task<Compiled> CompileAsync(Document document)
    {
        var compilation = (await document.Project.GetCompilationAsync())!;
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        var errors = result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()).ToArray();
        return new Compiled(stream.ToArray(), errors);
    }

    private static ImmutableArray<MetadataReference> References(Target target)
    {
        var others = Target.All.Where(t => t != target).SelectMany(t => t.Assemblies).ToArray();
        var own = target.LoadContext == PomeloContext.Instance ? PomeloContext.Files : [];
        var shared = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return [.. own.Concat(shared)
            .DistinctBy(Path.GetFileName)
            .Where(f => !others.Any(o => Path.GetFileName(f).StartsWith(o, StringComparison.Ordinal)))
            .Where(f => !Path.GetFileName(f).StartsWith("xunit", StringComparison.Ordinal))
            .Select(f => MetadataReference.CreateFromFile(f))];
    }
}

/// <summary>A compiled text, or why it does not compile.</summary>
public sealed record Compiled(byte[] Assembly, IReadOnlyList<string> Errors);

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RaceAnalyzers.Testing;

/// <summary>A piece of source compiled against the real assemblies of the <see cref="ReferenceCatalog"/>.</summary>
public static class Snippet
{
    /// <summary>What an ASP.NET Core project with implicit usings and EF Core sees without saying so.</summary>
    public const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.ComponentModel.DataAnnotations;
        global using System.ComponentModel.DataAnnotations.Schema;
        global using System.Data;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.EntityFrameworkCore;
        """;

    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Parse);

    public static readonly CSharpCompilationOptions CompilationOptions =
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>Compiles sources, which must be free of errors, against one version of EF Core with PostgreSQL.</summary>
    public static CSharpCompilation Compile(params string[] sources) =>
        Compile(ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql), sources);

    /// <summary>Compiles sources, which must be free of errors, against the given references.</summary>
    public static CSharpCompilation Compile(ImmutableArray<MetadataReference> references, params string[] sources) =>
        Compile("Snippet", references, sources);

    /// <inheritdoc cref="Compile(ImmutableArray{MetadataReference}, string[])"/>
    public static CSharpCompilation Compile(string assembly, ImmutableArray<MetadataReference> references, params string[] sources)
    {
        var compilation = CSharpCompilation.Create(
            assembly,
            [Parse(GlobalUsings, "GlobalUsings.cs"), .. sources.Select((source, i) => Parse(source, $"Snippet{i}.cs"))],
            references,
            CompilationOptions);
        var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        return errors.Count == 0
            ? compilation
            : throw new InvalidOperationException("The snippet does not compile: " + string.Join(Environment.NewLine, errors));
    }

    /// <summary>A compilation as a build hands it to those that refer to it: metadata without source.</summary>
    public static MetadataReference AsMetadata(CSharpCompilation compilation)
    {
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        return result.Success
            ? MetadataReference.CreateFromImage(stream.ToArray())
            : throw new InvalidOperationException(string.Join(Environment.NewLine, result.Diagnostics));
    }

    private static SyntaxTree Parse(string source, string path) =>
        CSharpSyntaxTree.ParseText(source, ParseOptions, path, System.Text.Encoding.UTF8);
}

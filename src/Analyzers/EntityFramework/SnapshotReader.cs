using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Why a model snapshot that was handed over says nothing.</summary>
internal readonly record struct SnapshotProblem(string Path, string Reason);

/// <summary>The model of one snapshot, and the database that it was made for.</summary>
internal sealed record SnapshotDraft(ModelDraft Model, Provider Provider);

/// <summary>
/// Reads <c>…ModelSnapshot.cs</c>, of the compilation and among the <c>AdditionalFiles</c>. A snapshot names everything with texts, so
/// its syntax is all it takes; and it is long, so that of most entities it is read when they are asked for.
/// </summary>
internal sealed class SnapshotReader(Compilation compilation, IReadOnlyList<AdditionalText> files)
{
    public const int LargestSize = 8 * 1024 * 1024;

    private readonly object _gate = new();
    private (List<SnapshotDraft> Snapshots, List<SnapshotProblem> Problems)? _read;

    /// <summary>What the files that were handed over say.</summary>
    public IReadOnlyList<SnapshotDraft> Files(CancellationToken cancellation) => ReadFiles(cancellation).Snapshots;

    public IReadOnlyList<SnapshotProblem> Problems(CancellationToken cancellation) => ReadFiles(cancellation).Problems;

    /// <summary>What the compilation's own snapshots say, and then the files.</summary>
    public IReadOnlyList<SnapshotDraft> Read(IReadOnlyList<INamedTypeSymbol> inSource, CancellationToken cancellation)
    {
        var snapshots = new List<SnapshotDraft>();
        foreach (var type in inSource)
        {
            foreach (var reference in type.DeclaringSyntaxReferences)
            {
                if (compilation.ContainsSyntaxTree(reference.SyntaxTree) && ReadModel(reference.GetSyntax(cancellation)) is { } snapshot)
                {
                    snapshots.Add(snapshot);
                }
            }
        }

        snapshots.AddRange(Files(cancellation));
        return snapshots;
    }

    private (List<SnapshotDraft> Snapshots, List<SnapshotProblem> Problems) ReadFiles(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_read is not { } read)
            {
                read = ([], []);
                foreach (var file in files)
                {
                    if (file.Path.EndsWith("ModelSnapshot.cs", StringComparison.OrdinalIgnoreCase))
                    {
                        ReadFile(file, read.Item1, read.Item2, cancellation);
                    }
                }

                _read = read;
            }

            return read;
        }
    }

    private static void ReadFile(AdditionalText file, List<SnapshotDraft> snapshots, List<SnapshotProblem> problems, CancellationToken cancellation)
    {
        var text = file.GetText(cancellation);
        if (text is null)
        {
            problems.Add(new SnapshotProblem(file.Path, "it cannot be read"));
        }
        else if (text.Length > LargestSize)
        {
            problems.Add(new SnapshotProblem(file.Path, "it is larger than 8 MB"));
        }
        else if ((Cut(text.ToString()) ?? ReadModel(CSharpSyntaxTree.ParseText(text, cancellationToken: cancellation).GetRoot(cancellation))) is { } snapshot)
        {
            snapshots.Add(snapshot);
        }
        else
        {
            problems.Add(new SnapshotProblem(file.Path, "it holds no model"));
        }
    }

    private static SnapshotDraft? Cut(string text)
    {
        if (SnapshotText.Of(text) is not { } snapshot)
        {
            return null;
        }

        var model = new ModelDraft(isSnapshot: true);
        foreach (var statement in snapshot.Statements)
        {
            model.ReadLater(statement.Entity, () => Read(model, SyntaxFactory.ParseStatement(statement.ToString(), consumeFullText: false), snapshot.Builder));
        }

        // These may speak of entities that have no statement of their own.
        foreach (var statement in snapshot.Statements)
        {
            if (statement.ReachesOthers)
            {
                model.Find(statement.Entity);
            }
        }

        return new SnapshotDraft(model, snapshot.Provider);
    }

    private static SnapshotDraft? ReadModel(SyntaxNode node)
    {
        var build = node.DescendantNodes(inner => inner is not BaseMethodDeclarationSyntax)
            .OfType<MethodDeclarationSyntax>()
            .FirstOrDefault(method => method.Identifier.ValueText == "BuildModel" && method.ParameterList.Parameters.Count == 1);
        if (build is null)
        {
            return null;
        }

        var model = new ModelDraft(isSnapshot: true);
        Read(model, build, build.ParameterList.Parameters[0].Identifier.ValueText);
        // A context may have no entities, and its snapshot is then a model of nothing.
        return model.All.Any() || IsSnapshot(build) ? new SnapshotDraft(model, SnapshotText.ProviderIn(build.ToString(), 0)) : null;
    }

    private static bool IsSnapshot(MethodDeclarationSyntax build) =>
        build.Parent is TypeDeclarationSyntax { BaseList.Types: var bases, ContainsDiagnostics: false } && bases.Any(b => b.Type is SimpleNameSyntax { Identifier.ValueText: "ModelSnapshot" });

    private static void Read(ModelDraft model, SyntaxNode code, string builder)
    {
        var frame = new FluentFrame(null, null, 0);
        frame.Names[builder] = new ModelScope(null);
        new FluentReader(null, model, CancellationToken.None).ReadBody(code, frame);
    }
}

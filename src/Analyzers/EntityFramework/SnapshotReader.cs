using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Why a model snapshot that was handed over says nothing.</summary>
internal readonly record struct SnapshotProblem(string Path, string Reason);

/// <summary>The model of one snapshot, and the database that it was made for.</summary>
internal sealed record SnapshotDraft(ModelDraft Model, Provider Provider);

/// <summary>
/// Reads <c>…ModelSnapshot.cs</c>, of the compilation and among the <c>AdditionalFiles</c>. A snapshot names everything with texts, so
/// its syntax is all it takes; and it is long, so that of most entities it is read when they are asked for.
/// </summary>
internal sealed class SnapshotReader(Compilation compilation, IReadOnlyList<AdditionalText> files, Func<SourceText, SnapshotFile> snapshotOf)
{
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
                if (compilation.ContainsSyntaxTree(reference.SyntaxTree) && SnapshotFile.ReadModel(reference.GetSyntax(cancellation)) is { } snapshot)
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

    private void ReadFile(AdditionalText file, List<SnapshotDraft> snapshots, List<SnapshotProblem> problems, CancellationToken cancellation)
    {
        var read = file.GetText(cancellation) is { } text ? snapshotOf(text) : SnapshotFile.Unreadable;
        if (read.Snapshot is { } snapshot)
        {
            snapshots.Add(snapshot);
        }
        else
        {
            problems.Add(new SnapshotProblem(file.Path, read.Problem));
        }
    }
}

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
/// its syntax is all it takes.
/// </summary>
internal sealed class SnapshotReader(Compilation compilation, IReadOnlyList<AdditionalText> files)
{
    public const int LargestSize = 8 * 1024 * 1024;

    private readonly List<SnapshotProblem> _problems = [];

    public IReadOnlyList<SnapshotProblem> Problems => _problems;

    public IReadOnlyList<SnapshotDraft> Read(IReadOnlyList<INamedTypeSymbol> inSource, CancellationToken cancellation)
    {
        _problems.Clear();
        var snapshots = new List<SnapshotDraft>();
        foreach (var type in inSource)
        {
            foreach (var reference in type.DeclaringSyntaxReferences)
            {
                if (compilation.ContainsSyntaxTree(reference.SyntaxTree) && ReadModel(reference.GetSyntax(cancellation), cancellation) is { } snapshot)
                {
                    snapshots.Add(snapshot);
                }
            }
        }

        foreach (var file in files)
        {
            if (file.Path.EndsWith("ModelSnapshot.cs", StringComparison.OrdinalIgnoreCase) && ReadFile(file, cancellation) is { } snapshot)
            {
                snapshots.Add(snapshot);
            }
        }

        return snapshots;
    }

    private SnapshotDraft? ReadFile(AdditionalText file, CancellationToken cancellation)
    {
        var text = file.GetText(cancellation);
        if (text is null)
        {
            _problems.Add(new SnapshotProblem(file.Path, "it cannot be read"));
            return null;
        }

        if (text.Length > LargestSize)
        {
            _problems.Add(new SnapshotProblem(file.Path, "it is larger than 8 MB"));
            return null;
        }

        var root = CSharpSyntaxTree.ParseText(text, cancellationToken: cancellation).GetRoot(cancellation);
        var snapshot = ReadModel(root, cancellation);
        if (snapshot is null)
        {
            _problems.Add(new SnapshotProblem(file.Path, "it holds no model"));
        }

        return snapshot;
    }

    private static SnapshotDraft? ReadModel(SyntaxNode node, CancellationToken cancellation)
    {
        var build = node.DescendantNodes(inner => inner is not BaseMethodDeclarationSyntax)
            .OfType<MethodDeclarationSyntax>()
            .FirstOrDefault(method => method.Identifier.ValueText == "BuildModel" && method.ParameterList.Parameters.Count == 1);
        if (build is null)
        {
            return null;
        }

        var model = new ModelDraft(isSnapshot: true);
        var frame = new FluentFrame(null, null, 0);
        frame.Names[build.ParameterList.Parameters[0].Identifier.ValueText] = new ModelScope(null);
        new FluentReader(null, model, cancellation).ReadBody(build, frame);
        return model.Entities.Count == 0 ? null : new SnapshotDraft(model, ProviderDetection.OfSnapshot(build));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.EntityFramework;

/// <summary>What one snapshot among the <c>AdditionalFiles</c> says, by its text alone, or why it says nothing.</summary>
internal sealed class SnapshotFile
{
    public const int LargestSize = 8 * 1024 * 1024;

    public static readonly SnapshotFile Unreadable = new(null, "it cannot be read");

    private SnapshotFile(SnapshotDraft? snapshot, string problem) => (Snapshot, Problem) = (snapshot, problem);

    public SnapshotDraft? Snapshot { get; }

    public string Problem { get; }

    public static SnapshotFile Of(SourceText text)
    {
        if (text.Length > LargestSize)
        {
            return new(null, "it is larger than 8 MB");
        }

        return (Cut(text.ToString()) ?? ReadModel(CSharpSyntaxTree.ParseText(text).GetRoot())) is { } snapshot ? new(snapshot, "") : new(null, "it holds no model");
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

    /// <summary>What the class in the source says; null where it is no snapshot.</summary>
    public static SnapshotDraft? ReadModel(SyntaxNode node)
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

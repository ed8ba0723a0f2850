using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Editing;

/// <summary>The sources of a solution as one project's compilation sees them: its own, and those of the projects that it references.</summary>
internal static class Source
{
    /// <summary>The meaning of a text of this project or of a referenced one; null where it is neither.</summary>
    public static SemanticModel? ModelOf(SyntaxTree tree, Compilation compilation) =>
        (compilation.ContainsSyntaxTree(tree) ? compilation : compilation.References.OfType<CompilationReference>().Select(reference => reference.Compilation).FirstOrDefault(other => other.ContainsSyntaxTree(tree)))
            ?.GetSemanticModel(tree);
}

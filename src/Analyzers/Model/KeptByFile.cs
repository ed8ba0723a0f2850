using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>
/// What follows from the text of one file alone. The compiler keeps it for as long as the text lives, so that after an edit an editor's next compilation
/// computes it for the file that changed, and for no other. See <see cref="SyntaxTreeValueProvider{TValue}"/>.
/// </summary>
internal sealed class KeptByFile(Func<SyntaxTree, FileNames> names, Func<SourceText, SnapshotFile> snapshot)
{
    public static readonly SyntaxTreeValueProvider<FileNames> NamesOf = new(FileNames.Of);
    public static readonly SourceTextValueProvider<SnapshotFile> SnapshotOf = new(SnapshotFile.Of);

    /// <summary>Keeps nothing.</summary>
    public static readonly KeptByFile Nowhere = new(FileNames.Of, SnapshotFile.Of);

    public Func<SyntaxTree, FileNames> Names => names;
    public Func<SourceText, SnapshotFile> Snapshot => snapshot;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A bare <c>catch (DbUpdateException)</c> around an insert that calls every failure a duplicate.</summary>
internal sealed class AnyFailureIsDuplicate : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE211",
        title: "Every save failure taken for a duplicate",
        messageFormat: "Every failure to save '{0}' is taken for a duplicate here: a deadlock or a broken reference, too, is told as though a concurrent execution had been first",
        description: "A deadlock or a broken reference raises the same exception as a duplicate does. Look at the provider's own error code in the clause's filter.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE211.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach (var (insert, save, handler) in Conflicts.TakenForDuplicates(model))
        {
            if (!told.Add(handler.Clause)) continue;
            var entity = insert.Entity as INamedTypeSymbol;
            yield return new Notice(this, handler.Keyword, entity?.Name ?? "entity", ImmutableArray.Create<(string, SyntaxNode)>(("insert", insert.Node), ("save", save.Node)))
            {
                Entity = entity,
                IsThroughCalls = insert.Site is not null,
            };
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>After a caught failure the entity stays <c>Added</c>, and the next save sends it again.</summary>
internal sealed class FailedInsertLeft : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE208",
        title: "Failed insert left in the context",
        messageFormat: "The '{0}' whose insert failed is still in the context: when a concurrent execution was first, this save sends the same insert again and fails with it",
        description: "The entity stays Added after its insert failed, and every later save of the context sends it again. Detach it, or clear the change tracker, where the failure is handled.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE208.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach (var (insert, handler, again) in Conflicts.InsertsLeftBehind(model))
        {
            if (!told.Add(again.Node)) continue;
            var entity = insert.Entity as INamedTypeSymbol;
            yield return new Notice(this, again.Node.GetLocation(), entity?.Name ?? "entity", ImmutableArray.Create<(string, SyntaxNode)>(("insert", insert.Node), ("catch", handler.Clause)))
            {
                Entity = entity,
                IsThroughCalls = insert.Site is not null || again.Site is not null,
            };
        }
    }
}

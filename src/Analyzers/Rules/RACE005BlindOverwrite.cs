using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>All columns of a row are overwritten with what came from outside, as old as the page it was edited on.</summary>
internal sealed class BlindOverwrite : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE005",
        title: "Blind overwrite of a detached row",
        messageFormat: "All columns of '{0}' are overwritten with what came from outside, and no concurrency token tells that a concurrent execution changed the row in between",
        description: "The copy that was sent is as old as the page it was edited on, and all its columns are written back. Read the row and change what was edited, or let a concurrency token travel with the page.",
        category: Category.Rows,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: false,
        helpLinkUri: HelpLinkTo + "RACE005.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        foreach (var update in model.Of(EventKind.Update))
        {
            if (update.Target.Origins.IsEmpty || !update.Target.Origins.All(o => o is { Kind: OriginKind.Is, Subject: Outside { Root: IParameterSymbol } })) continue;
            var entity = (update.Entity ?? TypeOf(update.Target)) as INamedTypeSymbol;
            if (entity is null || !model.Engine.Model.IsEntity(entity) || model.IsExempt(entity, Origin.Whole)) continue;
            var facts = model.Engine.Model.Facts(entity);
            if (!facts.Tokens.IsEmpty || model.SaveOf(update, update.Context, null) is not { } save) continue;
            // Who calls a repository of this compilation knows where the row came from.
            if (model.Engine.CallersOf(model.Body, 1, model.Cancellation).Any()) continue;
            yield return new Notice(this, update.Node.GetLocation(), entity.Name, save.Event is { } e ? ImmutableArray.Create(("save", e.Node)) : ImmutableArray<(string, SyntaxNode)>.Empty)
            {
                Entity = entity,
                IsAssumed = facts.Sight == Sight.Unknown || !save.IsSeen,
                IsThroughCalls = update.Site is not null,
            };
        }
    }

    private static ITypeSymbol? TypeOf(Value value) => value.Origins.Select(o => (o.Subject as Outside)?.Root as IParameterSymbol).FirstOrDefault(p => p is not null)?.Type;
}

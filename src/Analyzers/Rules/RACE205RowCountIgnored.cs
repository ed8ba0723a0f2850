using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A guarded update of one row whose count nobody looks at, although more is done or a success is told.</summary>
internal sealed class RowCountIgnored : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE205",
        title: "Row count of a guarded update ignored",
        messageFormat: "The guard on '{0}' refuses the second of two concurrent executions, but the row count that says so is not looked at: both go on as though they had won",
        description: "A guarded update that finds the row in another state changes nothing and throws nothing: only the row count tells. Go on only if it is not zero.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE205.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        foreach (var command in model.Body.Events)
        {
            if (command.Kind is not (EventKind.Bulk or EventKind.RawCommand) || command.Site is not null) continue;
            var guarded = BulkCommands.GuardedMembers(model, command);
            if (guarded.IsEmpty || BulkCommands.IsCountLookedAt(model, command) || BulkCommands.Following(model, command, guarded) is null || BulkCommands.IsDecidedBefore(model, command)) continue;
            var entity = command.Entity as INamedTypeSymbol;
            if (entity is not null && model.IsExempt(entity, guarded[0])) continue;
            yield return new Notice(this, command.Node.GetLocation(), entity is null ? guarded[0] : entity.Name + "." + guarded[0], ImmutableArray<(string, SyntaxNode)>.Empty) { Entity = entity, Member = guarded[0] };
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A bulk update sets a value that was computed from an earlier read; neither the change tracker nor a token guards it.</summary>
internal sealed class StaleBulkUpdate : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE204",
        title: "Stale value in a bulk update",
        messageFormat: "'{0}' is set to a value computed from an earlier read: two concurrent executions read the same value, and the second update overwrites the first",
        description: "A bulk update is not guarded by the change tracker or a concurrency token. Compute the new value from the column inside the setter.",
        category: Category.Protections,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE204.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        foreach (var command in model.Body.Events)
        {
            if (command.Kind is not (EventKind.Bulk or EventKind.RawCommand) || BulkCommands.StaleValue(model, command) is not (var read, var member) || read.Entity is not INamedTypeSymbol entity) continue;
            if (command.Site is not null && command.Site == read.Site || model.IsExempt(entity, member)) continue;
            if (model.Protections.Of(read, command, null, new Needs(entity, IsRow: true, IsSet: false, IsSkew: false, model.IsAsync)).IsSafe) continue;
            var parts = ImmutableArray.Create(("read", read.Database.Node));
            if (command.Checks.FirstOrDefault(c => c.Condition.AllOrigins().Any(o => o.Read?.Database == read.Database)) is { } check) parts = parts.Add(("check", check.Node));
            yield return new Notice(this, command.Node.GetLocation(), entity.Name + "." + member, parts) { Entity = entity, Member = member, IsThroughCalls = command.Site is not null || read.Database.Site is not null };
        }
    }
}

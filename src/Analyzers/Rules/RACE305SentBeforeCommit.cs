using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A message or a job tells of a row whose change is committed only later: the worker may be quicker.</summary>
internal sealed class SentBeforeCommit : EventRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE305",
        title: "Message sent before the commit",
        messageFormat: "This is sent before the change of '{0}' is committed: whoever receives it concurrently still reads the old state, and when the save fails it is out",
        description: "The receiver can be quicker than the commit, and is told of a change that may yet fail. Send after the commit, or through a transactional outbox.",
        category: Category.Surroundings,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE305.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override IEnumerable<Notice> Find(RaceModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach (var sent in model.Of(EventKind.Send))
        {
            // A message that goes into the transaction goes out with it.
            if (sent.IsScope && model.Of(EventKind.Begin).Any(b => model.Body.Before(b, sent))) continue;
            if (Announcements.TooEarly(model, sent, c => Announcements.SpeaksOf(model.Engine, sent.Value, c, byKey: true)) is not (var change, var commit) || !told.Add(sent.Node)) continue;
            var entity = (change.Entity ?? change.Target.Origins.Select(o => o.Read?.Entity).FirstOrDefault(e => e is not null)) as INamedTypeSymbol;
            yield return new Notice(this, sent.Node.GetLocation(), entity?.Name ?? "row", ImmutableArray.Create(("write", change.Node), ("save", commit.Node)))
            {
                Entity = entity,
                Member = change.Member,
                IsThroughCalls = sent.Site is not null || change.Site is not null || commit.IsThroughCalls,
            };
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>
/// What a read before an insert asks about, in the terms of those who call: for rows of an object that the execution itself has just made, which no other
/// execution knows, or by more columns than the body itself compares.
/// </summary>
internal sealed class AskedByCallers(RaceModel model, Event insert)
{
    private const int MostCallers = 20;

    /// <summary>The insert and its read as each caller in sight sees them; a read of null where a caller does not lead to it.</summary>
    public IEnumerable<(Body Caller, Event Insert, Read? Read)> Of(Read read)
    {
        foreach (var (caller, calls) in model.Engine.CallersOf(model.Body, MostCallers, model.Cancellation))
            foreach (var call in calls)
                if (call.Kind == EventKind.Insert && call.Inner?.Node == insert.Node)
                    yield return (caller, call, Reads(call).FirstOrDefault(r => r.Inner is Read own && own.Node == read.Node));
    }

    private static IEnumerable<Read> Reads(Event insert) =>
        insert.Checks.SelectMany(c => c.Condition.AllOrigins()).Concat(insert.Value.AllOrigins()).Select(o => o.Read).OfType<Read>().SelectMany(r => new[] { r, r.Database });

    /// <summary>The rows belong to one that this execution has made: here, or in every caller in sight.</summary>
    public bool AreOwn(Read read) =>
        AreOwn(model.Body, insert, read) || Of(read).ToArray() is { Length: > 0 } callers && callers.All(c => c.Read is { } asked && AreOwn(c.Caller, c.Insert, asked));

    private bool AreOwn(Body body, Event act, Read read) =>
        read.AllConditions.Any(c => c.Kind == ConditionKind.Equal && !c.Operand.Origins.IsEmpty && c.Operand.Origins.All(o => IsOfNew(body, act, o)));

    /// <summary>A key that was generated here, of an object made here or added before.</summary>
    private bool IsOfNew(Body body, Event act, Origin origin) => origin.Subject switch
    {
        Fresh made => origin.Member == Origin.Generated || origin is { Kind: OriginKind.Of, IsComputed: false, Member: { } member } && IsKey(made.Type, member),
        Outside { Path: { IsEmpty: false } path } given => IsKey(path[path.Length - 1].ContainingType, path[path.Length - 1].Name) && IsAddedBefore(body, act, new Outside(given.Root, path.RemoveAt(path.Length - 1))),
        _ => false,
    };

    private static bool IsAddedBefore(Body body, Event act, Outside row) =>
        body.Events.Any(e => e.Kind == EventKind.Insert && e.Node != act.Node && body.Before(e, act) && e.Value.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside added } && added.Equals(row)));

    private bool IsKey(ITypeSymbol? type, string member) => type is INamedTypeSymbol entity && model.Engine.Model.IsEntity(entity) && model.Engine.KeyOf(entity).Contains(member);
}

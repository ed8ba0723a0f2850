using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>
/// What a read before an act asks about, in the terms of those who call: for rows of an object that the execution itself has just made, which no other
/// execution knows, or by more columns than the body itself compares.
/// </summary>
internal sealed class AskedByCallers(RaceModel model, Event act)
{
    private const int MostCallers = 20;
    private const int DeepestParent = 4;

    private (Body Caller, Event? Call)[]? _calls;

    /// <summary>The insert and its read as each caller in sight sees them; a read of null where a caller does not lead to it.</summary>
    public IEnumerable<(Event Insert, Read? Read)> Of(Read read)
    {
        foreach (var (_, calls) in model.Engine.CallersOf(model.Body, MostCallers, model.Cancellation))
            foreach (var call in calls)
                if (call.Kind == EventKind.Insert && call.Inner?.Node == act.Node)
                    yield return (call, Reads(call).FirstOrDefault(r => r.Inner is Read own && own.Node == read.Node));
    }

    private static IEnumerable<Read> Reads(Event insert) =>
        insert.Checks.SelectMany(c => c.Condition.AllOrigins()).Concat(insert.Value.AllOrigins()).Select(o => o.Read).OfType<Read>().SelectMany(r => new[] { r, r.Database });

    /// <summary>The rows belong to one that this execution has made: here, or in every caller in sight.</summary>
    public bool AreOwn(Read read)
    {
        for (var depth = 0; depth < DeepestParent; depth++)
        {
            if (read.AllConditions.Any(c => c.Kind == ConditionKind.Equal && IsNew(c.Operand))) return true;
            if (read.Database.Query.Parent?.Origins.Select(o => o.Read).FirstOrDefault(r => r is not null) is not { } parent) return false;
            read = parent;
        }
        return false;
    }

    private bool IsNew(Value key)
    {
        if (key.Origins.IsEmpty) return false;
        if (key.Origins.All(o => IsOfNew(model.Body, act, o))) return true;
        if (key.Origins is not [{ Kind: OriginKind.Is, Subject: Outside { Root: IParameterSymbol parameter } given }] || given.Path.Length > 1 || !SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, model.Body.Symbol)) return false;
        _calls ??= model.Engine.CallersOf(model.Body, MostCallers, model.Cancellation).Select(c => (c.Caller, c.Calls.FirstOrDefault(e => e.Kind == EventKind.Call))).ToArray();
        return _calls.Length > 0 && _calls.All(c => c.Call is { } call && parameter.Ordinal < call.Arguments.Length && Given(call.Arguments[parameter.Ordinal], given.Path) is { IsEmpty: false } origins && origins.All(o => IsOfNew(c.Caller, call, o)));
    }

    /// <summary>What a caller gave, or the member of it that is asked about.</summary>
    private static ImmutableArray<Origin> Given(Value argument, ImmutableArray<ISymbol> path)
    {
        if (path.IsEmpty) return argument.Origins;
        if (argument.Members is { } members && members.TryGetValue(path[0].Name, out var own)) return own.Origins;
        return argument.Origins.Select(o => o is { Kind: OriginKind.Is, Subject: Outside outside } && outside.Then(path[0]) is { } longer ? Origin.Is(longer) : o.Kind == OriginKind.Is ? Origin.Of(o.Thing!, path[0].Name) : o).ToImmutableArray();
    }

    /// <summary>A key that was generated here, of an object made here or added before.</summary>
    private bool IsOfNew(Body body, Event next, Origin origin) => origin.Subject switch
    {
        Fresh made => origin.Member == Origin.Generated || origin is { Kind: OriginKind.Of, IsComputed: false, Member: { } member } && IsKey(made.Type, member),
        Outside { Path: { IsEmpty: false } path } given => IsKey(path[path.Length - 1].ContainingType, path[path.Length - 1].Name) && IsAddedBefore(body, next, new Outside(given.Root, path.RemoveAt(path.Length - 1))),
        _ => false,
    };

    private static bool IsAddedBefore(Body body, Event next, Outside row) =>
        body.Events.Any(e => e.Kind == EventKind.Insert && e.Node != next.Node && body.Before(e, next) && e.Value.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside added } && added.Equals(row)));

    private bool IsKey(ITypeSymbol? type, string member) => type is INamedTypeSymbol entity && model.Engine.Model.IsEntity(entity) && model.Engine.KeyOf(entity).Contains(member);
}

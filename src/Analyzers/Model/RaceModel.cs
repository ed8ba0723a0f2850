using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>
/// The race model of one body: which rows it reads, checks, writes and saves, and what protects that. Rules are questions to it.
/// </summary>
internal sealed class RaceModel
{
    private bool? _isSaveHook;
    private ILookup<EventKind, Event>? _events;

    public Engine Engine { get; }
    public Body Body { get; }
    public CancellationToken Cancellation { get; }
    public Protections Protections { get; }
    public ImmutableArray<RowSequence> Rows { get; }
    public ImmutableArray<InsertSequence> Inserts { get; }

    public RaceModel(Engine engine, Body body, CancellationToken cancellation)
    {
        Engine = engine;
        Body = body;
        Cancellation = cancellation;
        Protections = new Protections(this);
        Rows = FindRows().ToImmutableArray();
        Inserts = FindInserts().ToImmutableArray();
    }

    /// <summary>Every save runs this code.</summary>
    public bool IsSaveHook => _isSaveHook ??= Hooks.IsHook(Engine, Body, Cancellation);

    public bool IsAsync => Body.Symbol is IMethodSymbol { IsAsync: true };

    public IEnumerable<Event> Of(EventKind kind) => (_events ??= Body.Events.ToLookup(e => e.Kind))[kind];

    /// <summary>The writes of each row that is read before and saved afterwards.</summary>
    private IEnumerable<RowSequence> FindRows()
    {
        var byRow = new Dictionary<Read, List<Event>>();
        var order = new List<Read>();
        foreach (var e in Body.Events)
        {
            foreach (var (row, write) in Copies(e)) Note(write, row);
            if (e.Kind is not (EventKind.Write or EventKind.Remove)) continue;
            foreach (var origin in e.Target.Origins)
                if (origin.IsRow && origin.Read is { } row && IsChanged(row)) Note(e, IsElsewhere(row, e) && GivenFrom(row, e) is { } earlier ? earlier : row);
        }
        foreach (var row in order)
        {
            if (row.Entity is not INamedTypeSymbol entity || IsExempt(entity)) continue;
            var writes = byRow[row];
            if (SaveOf(writes[0], row.Query.Context, row) is { } save) yield return new RowSequence(this, row, entity, writes.ToImmutableArray(), save);
        }

        void Note(Event write, Read row)
        {
            if (IsElsewhere(row, write) || write.Member is { } member && (IsIgnored(row.Entity, member) || IsUnmapped(row.Entity, member))) return;
            if (!byRow.TryGetValue(row, out var writes))
            {
                byRow[row] = writes = [];
                order.Add(row);
            }
            writes.Add(write);
        }
    }

    /// <summary>The read before the call of a method that reads the row once more, where the method is given what is computed from the member that it then writes.</summary>
    private static Read? GivenFrom(Read row, Event write) =>
        write.Member is not { } member ? null
        : write.Value.Sources().FirstOrDefault(o => o.IsComputed && o.Member == member && o.Read is { } earlier && RaceAnalyzers.Model.Rows.AreSame(row, earlier) && !IsElsewhere(earlier, write)).Read;

    /// <summary>A new object that takes the place of a row that was read, with a value computed from it: <c>Update(new Product { Id = p.Id, Stock = p.Stock - 1 })</c>.</summary>
    private static IEnumerable<(Read Row, Event Write)> Copies(Event update)
    {
        if (update is not { Kind: EventKind.Update, Value.Members: { } members } || !update.Value.Origins.Any(o => o.Subject is Fresh)) yield break;
        foreach (var member in members)
            if (member.Value.Sources().FirstOrDefault(o => o.IsComputed && o.Member == member.Key && o.Read is { Kind: ReadKind.Row } read && SymbolEqualityComparer.Default.Equals(read.Entity, update.Entity)).Read is { } row)
                yield return (row, new Event { Kind = EventKind.Write, Node = update.Node, Site = update.Site, Inner = update.Inner, Position = update.Position, Checks = update.Checks, Target = Value.From(Origin.Is(row)), Member = member.Key, Value = member.Value, Entity = update.Entity, Context = update.Context, SavesItself = update.SavesItself });
    }

    private IEnumerable<InsertSequence> FindInserts()
    {
        var added = new HashSet<object>();
        foreach (var e in Of(EventKind.Insert))
        {
            // A row that was added already, or else was there, is not inserted again: it is saved, or linked.
            var made = e.Value.Origins.Where(o => o is { Kind: OriginKind.Is, Subject: Fresh { Site: null } }).ToArray();
            if (made.Length > 0 && made.Length == e.Value.Origins.Count(o => !o.IsRow) && !made.Any(o => added.Add(o.Subject))) continue;
            var entity = (e.Entity ?? e.Value.Origins.Select(o => o.Subject).OfType<Fresh>().FirstOrDefault()?.Type) as INamedTypeSymbol;
            if (entity is null || IsExempt(entity) || e.Value.Origins.Any(o => o.IsRow) && !e.Value.Origins.Any(o => o.Subject is Fresh)) continue;
            if (!IsOfOwnCall(e) && !IsOfCallers(e) && !IsPartOfNew(e) && SaveOf(e, e.Context, null) is { } save) yield return new InsertSequence(this, entity, e, save);
        }
    }

    /// <summary>The method calls itself: the insert is told where it stands.</summary>
    private bool IsOfOwnCall(Event insert) => insert.Site is not null && Of(EventKind.Insert).Any(e => e.Site is null && e.Node == insert.Origin);

    /// <summary>An aggregate's own method asks of its collection and adds to it: whoever calls it holds the read, and there the sequence is whole.</summary>
    private bool IsOfCallers(Event insert) =>
        insert is { Name: "Navigation", Site: null } && insert.Target.Origins.Any(o => o.Read is { } read && InsertSequence.IsOfItself(read))
        && Engine.CallersOf(Body, 20, Cancellation).Any(c => c.Calls.Any(e => e.Kind == EventKind.Insert));

    /// <summary>What is added to a row that is itself new comes and goes with it.</summary>
    private static bool IsPartOfNew(Event insert) =>
        insert.Name == "Navigation" && insert.Target.Origins.SelectMany(o => o.Read?.Query.Parent?.Origins ?? ImmutableArray<Origin>.Empty).ToArray() is { Length: > 0 } parents && parents.All(p => p.Subject is Fresh);

    /// <summary>A read and a write that come from one and the same call are that callee's business, unless the write is a lambda's that stands here and is given to it.</summary>
    public static bool IsElsewhere(Read row, Event act) => row.Site is not null && row.Site == act.Site && (act.Node == act.Site || act.Site.Contains(row.Origin));

    /// <summary>Whether what is done to the row reaches the database: it is tracked, or attached later.</summary>
    public bool IsChanged(Read row) => row.IsTracked || Of(EventKind.Update).Any(u => u.Target.Origins.Any(o => o.Read == row));

    public bool IsExempt(INamedTypeSymbol entity) => RaceOptions.Names(Engine.Options.ProtectedTypes, entity);

    /// <summary>The options say that the rows, or the member, are protected or of no concern.</summary>
    public bool IsExempt(INamedTypeSymbol entity, string member) => IsExempt(entity) || IsIgnored(entity, member);

    /// <summary>A property that the model leaves out is no state of the row.</summary>
    private bool IsUnmapped(ITypeSymbol entity, string member) =>
        entity is INamedTypeSymbol named && named.FindMember(member) is IPropertySymbol property && Engine.NavigationTarget(property) is null
        && Engine.Model.Facts(named) is { Mapped.Count: > 0 } facts && !facts.IsMapped(property) && property.GetAttributes().Any(a => a.AttributeClass?.Name == "NotMappedAttribute");

    private bool IsIgnored(ITypeSymbol entity, string member)
    {
        if (Engine.Options.IgnoredMembers.IsEmpty) return false;
        return entity.FindMember(member) is { } symbol ? RaceOptions.Names(Engine.Options.IgnoredMembers, symbol) : Engine.Options.IgnoredMembers.Contains(member);
    }

    /// <summary>How the act is saved: here, by every caller in sight, or out of sight; null when it is never saved.</summary>
    public Saving? SaveOf(Event act, Value context, Read? row)
    {
        foreach (var save in Of(EventKind.Save))
            if (Body.Before(act, save) && IsSameContext(context, save.Context)) return new Saving(save, null, true);
        if (act.SavesItself || Of(EventKind.Update).Any(u => u.SavesItself && Body.Before(act, u))) return new Saving(act, null, true);
        if (IsOwn(context)) return null;
        if (IsSaveHook) return new Saving(null, null, true);
        return Engine.SavedByCallers(Body, Cancellation) switch
        {
            { } caller => new Saving(null, caller, true),
            null when Engine.Index.Saves && MayBeSavedOutOfSight() => new Saving(null, null, false),
            _ => null,
        };
    }

    /// <summary>A method that only its own type can call is saved by a caller in sight, or not at all.</summary>
    private bool MayBeSavedOutOfSight() => Body.Symbol is IMethodSymbol { DeclaredAccessibility: not Accessibility.Private, MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation };

    private static bool IsOwn(Value context) => context.Origins.Any(o => o.Subject is Fresh) && context.Origins.All(o => o.Subject is Fresh);

    public static bool IsSameContext(Value a, Value b)
    {
        if (a.Origins.IsEmpty || b.Origins.IsEmpty || !a.Origins.Any(IsMade) && !b.Origins.Any(IsMade)) return true;
        foreach (var made in a.Origins)
            if (IsMade(made) && b.Origins.Contains(made)) return true;
        return false;

        static bool IsMade(Origin origin) => origin is { Kind: OriginKind.Is, Subject: Fresh };
    }
}

/// <summary>The save of an act: in this body, in a caller, or assumed.</summary>
internal sealed record Saving(Event? Event, SyntaxNode? Caller, bool IsSeen);

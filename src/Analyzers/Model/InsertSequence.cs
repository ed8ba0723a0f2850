using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>A check of a set that decides an insert into it.</summary>
/// <param name="Check">The branch; null when the read chose the inserted value itself.</param>
/// <param name="Read">What the branch asked about.</param>
/// <param name="Members">The members that the read compared and the insert sets.</param>
internal sealed record InsertCheck(Check? Check, Read Read, ImmutableArray<string> Members);

/// <summary>The insert of a new row, and the reads of the same set that decide it: check → insert → save.</summary>
internal sealed partial class InsertSequence
{
    private readonly RaceModel _model;
    private readonly AskedByCallers _byCallers;

    public INamedTypeSymbol Entity { get; }
    public Event Insert { get; }
    public Saving Save { get; }
    public EntityFacts Facts { get; }
    /// <summary>Checks that no row has a value.</summary>
    public ImmutableArray<InsertCheck> Absences { get; }
    /// <summary>Checks of a count, a sum or a range.</summary>
    public ImmutableArray<InsertCheck> Quotas { get; }
    /// <summary>Inserted values computed from the largest, the last or the number of rows.</summary>
    public ImmutableArray<InsertCheck> Numbers { get; }

    public InsertSequence(RaceModel model, INamedTypeSymbol entity, Event insert, Saving save)
    {
        _model = model;
        Entity = entity;
        Insert = insert;
        Save = save;
        Facts = model.Engine.Model.Facts(entity);
        var absences = ImmutableArray.CreateBuilder<InsertCheck>();
        var quotas = ImmutableArray.CreateBuilder<InsertCheck>();
        var asked = Asked().ToArray();
        // Where a callee asked of the set before it added to it, the sequence is the callee's.
        if (asked.Any(a => a.Origin.Read is { } own && IsOwnSet(own) && IsElsewhere(own))) asked = [];
        foreach (var (check, origin) in asked)
        {
            if (check is not null && origin is { Kind: OriginKind.Of, Member: { } through, Read: { } parent } && IsNavigationHere(parent, through) && !IsElsewhere(parent) && check.Condition.Comparison is { IsOfOrder: true })
                quotas.Add(new InsertCheck(check, parent, ImmutableArray<string>.Empty));
            if (check is not null && UpdateThatFoundNone(check, origin) is { } update) absences.AddRange(MatchedMembers(update).Where(a => !a.IsEmpty).Select(a => new InsertCheck(check, update, a)));
            if (origin.Read is not { } read || !IsOwnSet(read) || IsElsewhere(read) || IsOfGetter(read)) continue;
            // A projected value that is compared with its default asks whether there is a row.
            if (check is not null && origin.Kind == OriginKind.Of && read.Kind == ReadKind.Row && read.Query.Projection is not null)
                absences.AddRange(MatchedMembers(read).Where(a => !a.IsEmpty).Select(a => new InsertCheck(check, read, a)));
            if (check is { IsLoop: true } && read.Query.Source is not null && origin.Kind == OriginKind.Result && read.Kind != ReadKind.Exists && read.Kind != ReadKind.Row) continue;
            var alternatives = MatchedMembers(read).ToArray();
            var inserted = alternatives.FirstOrDefault();
            var isRange = read.AllConditions.Any(AsksForRange);
            if (check is not null && IsAskedOneByOne(check, origin, read))
            {
                if (check.Condition.Comparison!.IsOfOrder) quotas.Add(new InsertCheck(check, read, inserted));
                else if (Compared(check, origin) is { } other && Sets(origin.Member!, other)) absences.Add(new InsertCheck(check, read, inserted.Add(origin.Member!)));
            }
            else if (origin.Kind == OriginKind.Result && read.Kind is ReadKind.Count or ReadKind.Aggregate && !AsksForNone(check, read)) quotas.Add(new InsertCheck(check, read, inserted));
            else if (origin.Kind == OriginKind.Result && isRange && !((read.IsScalar ? read.Query.Source : read) is { } found && UsesFound(new InsertCheck(check, found, inserted)))) quotas.Add(new InsertCheck(check, read, inserted));
            else if (origin.Kind == OriginKind.Result) absences.AddRange(alternatives.Where(a => a.Length > ParentKeys(read).Count()).Select(a => new InsertCheck(check, read, a)));
        }
        _byCallers = new AskedByCallers(model, insert);
        Absences = Shared(absences.Where(c => !(c.Check is { Node: BinaryExpressionSyntax } check && Amounts.FoundSome(check, c.Read))));
        Quotas = Shared(quotas);
        Numbers = Shared(FindNumbers());
    }

    /// <summary>Seen by a caller.</summary>
    private InsertSequence(InsertSequence own, Event insert)
    {
        _model = own._model;
        Entity = own.Entity;
        Insert = insert;
        Save = own.Save;
        Facts = own.Facts;
        _byCallers = new AskedByCallers(own._model, insert);
    }

    /// <summary>The checks of rows that other executions can know of, with all that they compare.</summary>
    private ImmutableArray<InsertCheck> Shared(IEnumerable<InsertCheck> checks) => checks.Where(c => !_byCallers.AreOwn(c.Read)).Select(Completed).ToImmutableArray();

    private static bool IsGiven(Read read) => read.Database.Query.Continues is { } start && start.Origins.Any(o => o.Subject is Outside { Root: IParameterSymbol, Path.IsEmpty: true });

    /// <summary>What a query that came as a parameter asks about, the callers know.</summary>
    private InsertCheck Completed(InsertCheck check)
    {
        if (!IsGiven(check.Read) || _byCallers.Of(check.Read).ToArray() is not { Length: > 0 } callers) return check;
        var members = callers.Select(c => c.Read is null ? ImmutableArray<string>.Empty : new InsertSequence(this, c.Insert).MatchedMembers(c.Read).First());
        return check with { Members = members.Aggregate((a, b) => a.Intersect(b).ToImmutableArray()).Union(check.Members).ToImmutableArray() };
    }

    public RaceModel Model => _model;
    public bool IsAsync => _model.IsAsync;

    public Needs Needs(bool isSet) => new(Entity, IsRow: false, isSet, IsSkew: true, _model.IsAsync);

    /// <summary>The checks of absence, those that nothing covers first: one insert is judged by them.</summary>
    public IEnumerable<InsertCheck> ByCover() => Absences.OrderBy(c => Uniqueness.Covers(this, c));

    /// <summary>The race of a check where a found row only means refusal; null where an index covers it and the violation is handled.</summary>
    public Rules.Race? RefusedBy(Rules.Rule rule, bool? covered)
    {
        foreach (var check in ByCover())
            if (covered is null || Uniqueness.Covers(this, check) == covered && Uniqueness.IsKnown(this, check)) return RaceOf(rule, check);
        return null;
    }

    public Rules.Race? RaceOf(Rules.Rule rule, InsertCheck check)
    {
        var covered = Uniqueness.Covers(this, check) || !Uniqueness.IsKnown(this, check);
        if ((covered || Facts.Sight == Sight.Unknown) && Handlers.AreThere(_model, Save, Insert)) return null;
        return new Rules.Race(rule, Insert, check.Read, check.Check, Save, Entity, string.Join(", ", check.Members), Needs(isSet: false)) { IsAssumed = covered || Facts.Sight == Sight.Unknown || IsPartlyUnderstood(check), IsCovered = covered };
    }

    /// <summary>The read also asks for a member that the insert sets, and whether to the same value was not seen: what is unique is not known.</summary>
    private bool IsPartlyUnderstood(InsertCheck check) =>
        IsGiven(check.Read) && !_byCallers.Of(check.Read).Any()
        || check.Read.AllConditions.Any(c => c.Kind == ConditionKind.Equal && !c.Operand.Constant.HasValue && c.Members is [var member] && !check.Members.Contains(member) && Inserted(member) is { IsUnknown: false, Constant.HasValue: false });

    private IEnumerable<(Check? Check, Origin Origin)> Asked()
    {
        var seen = new HashSet<Origin>();
        foreach (var check in Insert.Checks)
            foreach (var origin in check.Condition.AllOrigins())
            {
                seen.Add(origin);
                yield return (check, origin);
            }
        // A set difference, a filter in memory, a value chosen in a loop: the inserted value itself was decided by the read.
        foreach (var origin in Insert.Value.Decided)
            if (origin.Kind == OriginKind.Result && seen.Add(origin)) yield return (null, origin);
        if (Insert.Value.Members is { } members)
            foreach (var member in members)
                foreach (var origin in member.Value.Decided)
                    if (origin.Kind == OriginKind.Result && !IsDefault(member.Key, origin.Read!) && seen.Add(origin)) yield return (null, origin);
    }

    /// <summary><c>found?.Name ?? …</c>: the row that was found, by something else, only gives a value.</summary>
    private static bool IsDefault(string member, Read read) => read.Kind == ReadKind.Row && read.AllConditions.Any() && !read.AllConditions.Any(c => c.IsMemberUnknown || c.Members.Contains(member));

    /// <summary>An update that affected no row asks whether there is one, and has changed the one that there was.</summary>
    private Read? UpdateThatFoundNone(Check check, Origin origin)
    {
        if (!Amounts.FoundNone(check)) return null;
        var update = _model.Of(EventKind.Bulk).FirstOrDefault(e => e.Name != "ExecuteDelete" && BulkCommands.IsCountOf(origin, e));
        return update?.Query is { } query && SymbolEqualityComparer.Default.Equals(update.Entity, Entity) ? new Read(update.Node, null, update.Site) { Kind = ReadKind.Exists, Query = query } : null;
    }

    private bool IsOwnSet(Read read)
    {
        for (ITypeSymbol? type = Entity; type is not null; type = type.BaseType)
            if (SymbolEqualityComparer.Default.Equals(type, read.Entity)) return true;
        return false;
    }

    /// <summary>A count of the parent's children, taken through its navigation.</summary>
    private bool IsNavigationHere(Read parent, string member) =>
        parent.Entity.FindMember(member.Split('.')[0]) is { } navigation && _model.Engine.NavigationTarget(navigation) is { } target && SymbolEqualityComparer.Default.Equals(target, Entity);

    /// <summary>What adds a row on its way to give one back asks by itself whether there is one, though deeper than is looked: what another call asked decides nothing there.</summary>
    private bool IsOfGetter(Read read)
    {
        if (read.Site is null || read.Site == Insert.Site) return false;
        for (var e = Insert; e is { Site: { } site }; e = e.Inner)
            if (!site.Contains(e.Origin) && site is InvocationExpressionSyntax call && Wrappers.IsNamedForReading(call.CalledName()?.Identifier.ValueText)) return true;
        return false;
    }

    // What an aggregate's own method asked of its collection is asked, in truth, of the caller's row.
    private bool IsElsewhere(Read read) =>
        read.Site is not null && read.Site == Insert.Site
        && !(read.Inner is Read inner && IsOfItself(inner) && read.Query.Parent is { } parent && parent.Origins.Any(o => o.Read is { } row && row.Site != read.Site));

    /// <summary>A read of a collection of the object whose method reads it.</summary>
    public static bool IsOfItself(Read read) => read.Query.Parent is { } parent && parent.Origins.Any(p => p.Subject is Outside { Root: ITypeSymbol });

    private static bool AsksForRange(Condition condition) => condition.Kind == ConditionKind.Range || !condition.Alternatives.IsDefault && condition.Alternatives.Any(a => a.Any(AsksForRange));

    /// <summary>A loop looks through the rows of the set, and what it finds in one of them decides what follows it.</summary>
    private bool IsAskedOneByOne(Check check, Origin origin, Read read) =>
        check is { IsLoop: true, Condition.Comparison: not null } && read.Kind == ReadKind.Rows && origin is { Kind: OriginKind.Of, Member: not null } && !_model.Body.Flow!.IsInLoop(Insert.Position.Block);

    private static Value? Compared(Check check, Origin origin) =>
        check.Condition.Comparison is not { } comparison ? null : IsOf(comparison.Left, origin) ? comparison.Right : IsOf(comparison.Right, origin) ? comparison.Left : null;

    private static bool IsOf(Value value, Origin origin) => value.Origins.Any(o => o.Subject == origin.Subject && o.Member == origin.Member);

    /// <summary>A count that is compared with none, a maximum or a sum of no rows, which is null.</summary>
    private static bool AsksForNone(Check? check, Read read) =>
        check?.Condition.Comparison is { } comparison && (read.Kind == ReadKind.Count ? Amounts.AsksForAny(comparison) : comparison.Right.Constant is { HasValue: true, Value: null });

    private IEnumerable<InsertCheck> FindNumbers()
    {
        if (Insert.Value.Members is not { } members) yield break;
        foreach (var member in members)
            foreach (var origin in member.Value.Origins)
            {
                if (origin.Read is not { } read || !IsOwnSet(read) || IsElsewhere(read)) continue;
                var counts = origin.Kind == OriginKind.Result && read.Kind is ReadKind.Count or ReadKind.Aggregate && (read.Selector is null || read.Selector == member.Key || read.Kind == ReadKind.Count);
                var last = origin is { Kind: OriginKind.Of, IsComputed: true } && origin.Member == member.Key && (read.Query.Limited || IsOneOfAll(read));
                if (counts || last) yield return new InsertCheck(null, read, MatchedMembers(read).First().Remove(member.Key).Insert(0, member.Key));
            }
    }

    /// <summary>One of the rows that are in memory, and not one that was asked for: the first or the last of them.</summary>
    private static bool IsOneOfAll(Read read) => read is { Kind: ReadKind.Row, Query: { Source: not null, Conditions.IsEmpty: true } };

    /// <summary>
    /// Whether the row that was found is used, changed or removed where none had to be added: then the sequence gets or creates, rather than refuses.
    /// </summary>
    public bool UsesFound(InsertCheck check)
    {
        if (_model.Of(EventKind.Bulk).Any(e => e.Node == check.Read.Node)) return true;
        foreach (var e in _model.Body.Events)
            switch (e.Kind)
            {
                case EventKind.Write when e.Value.Sources().Any(o => IsFound(o)):
                    return true;
                case EventKind.Write or EventKind.Remove or EventKind.Update:
                    if (e.Target.Origins.Any(o => o.IsRow && IsFound(o))) return true;
                    break;
                case EventKind.Effect or EventKind.Send or EventKind.Invoke or EventKind.Insert:
                    if (e != Insert && (e.Kind == EventKind.Insert && e.Value.Sources().Any(o => IsFound(o)) || Holds(e.Value) || e.Arguments.Any(a => Holds(a)))) return true;
                    break;
                case EventKind.Return:
                    // What is found is given back as what is made would be: by itself or by its member, not inside a refusal.
                    if (Holds(e.Value) || e.Value.Origins.Any(o => o.Kind == OriginKind.Of && IsFound(o)) && e.Node is MemberAccessExpressionSyntax or IdentifierNameSyntax) return true;
                    break;
            }
        return check.Read.Kind == ReadKind.Row && _model.Body.Returns.Origins.Any(o => o.IsRow && IsFound(o))
            || _model.Body.Events.Any(e => e.Kind == EventKind.Write && Holds(e.Value));

        // Whether there is one may be asked first, and the row itself read afterwards.
        bool IsFound(Origin o) => o.Read is { } read && (read == check.Read || check.Read.IsScalar && read.Kind == ReadKind.Row && SymbolEqualityComparer.Default.Equals(read.Entity, check.Read.Entity) && Rows.PinSame(check.Read, read));
        bool Holds(Value value) => value.Origins.Any(o => o.IsRow && IsFound(o)) || value.Members is { } members && members.Values.Any(m => m.Origins.Any(o => o.IsRow && IsFound(o)));
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>The writes of one row that was read, up to their save: read → check → write → save.</summary>
internal sealed partial class RowSequence
{
    private readonly RaceModel _model;

    public Read Row { get; }
    public INamedTypeSymbol Entity { get; }
    public ImmutableArray<Event> Writes { get; }
    public Saving Save { get; }
    public EntityFacts Facts { get; }
    public ImmutableHashSet<string> Members { get; }

    public RowSequence(RaceModel model, Read row, INamedTypeSymbol entity, ImmutableArray<Event> writes, Saving save)
    {
        _model = model;
        Row = row;
        Entity = entity;
        Writes = writes;
        Save = save;
        Facts = model.Engine.Model.Facts(entity);
        Members = writes.Select(w => w.Member).OfType<string>().ToImmutableHashSet();
    }

    public RaceModel Model => _model;

    public Needs Needs(bool isSkew) => new(Entity, IsRow: true, IsSet: false, isSkew, IsAsync: _model.IsAsync);

    /// <summary><c>x.Flag = !x.Flag</c>: twice is none, which may be meant.</summary>
    public bool IsToggle(Event write) => write.Member is { } member && Entity.FindMember(member) is IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean };

    /// <summary>The writes whose new value was computed from the member's earlier value.</summary>
    public IEnumerable<Event> RelativeWrites => Writes.Where(IsRelative);

    public bool IsRelative(Event write) => write is { Kind: EventKind.Write, Member: { } member } && member != Origin.Whole
        && (write.Value.Sources().Any(o => o.IsComputed && MemberOf(o) == member) || IsChosenBy(write, member)) && !IsNormalized(write, member);

    /// <summary><c>x.State = x.State == A ? B : x.State</c>: the state before chooses the next one. Where it is asked first whether there is one to choose, that is a check.</summary>
    private bool IsChosenBy(Event write, string member) =>
        IsChoice(member) && IsAskedAbout(write.Value.Decided, member) && !write.Checks.Where((c, at) => IsAskedAbout(c.Condition.AllOrigins(), member) && write.OriginOf(at) is var asked && !(write.Origin.SyntaxTree == asked.SyntaxTree && write.Origin.Span.Contains(asked.Span))).Any();

    private bool IsAskedAbout(IEnumerable<Origin> origins, string member) => origins.Any(o => o.Kind == OriginKind.Of && MemberOf(o) == member);

    /// <summary>A text that a method brings into another form, as <c>x.Path = Normalize(x.Path)</c> does: twice is once.</summary>
    private bool IsNormalized(Event write, string member) =>
        Entity.FindMember(member).MemberType()?.SpecialType == SpecialType.System_String && write.Origin is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
        && Given(assignment.Right) is InvocationExpressionSyntax right && !right.DescendantNodes().Any(n => n is InterpolatedStringExpressionSyntax || n.IsKind(SyntaxKind.AddExpression) || n is IdentifierNameSyntax { Identifier.ValueText: "Concat" or "Join" or "Insert" or "Replace" or "Append" });

    /// <summary>What a local stands for that is given a value where it is declared.</summary>
    private ExpressionSyntax Given(ExpressionSyntax value) =>
        value is IdentifierNameSyntax name && _model.Body.Syntax?.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(v => v.Identifier.ValueText == name.Identifier.ValueText && v.Span.End <= name.SpanStart) is { Initializer.Value: var given } ? given : value;

    /// <summary>The member of this row that a value comes from; a part (an owned or complex value) is a member as a whole.</summary>
    private string? MemberOf(Origin origin)
    {
        if (origin is not { Kind: OriginKind.Of, Read: { } read }) return null;
        if (IsSameRow(read)) return origin.Member;
        return read.Query is { Navigation: { } part, Parent: { } owner } && owner.Origins.Any(o => o.IsRow && IsSameRow(o.Read!)) && read.Entity is INamedTypeSymbol type && _model.Engine.Model.Facts(type).IsOwned ? part : null;
    }

    /// <summary>A value taken from a member of another row that this sequence's save changes too.</summary>
    public bool IsSameRow(Read other) => Rows.AreSame(Row, other);

    /// <summary>The members that the read itself asked about and that the sequence then changes.</summary>
    public IEnumerable<Condition> PickedBy => Row.AllConditions.Where(c => c.Kind is ConditionKind.Equal or ConditionKind.NotEqual or ConditionKind.AnyOf or ConditionKind.Other && c.Members.Any(m => Members.Contains(m) && IsStateType(m)) && IsMovedOut(c));

    /// <summary>A state has few values: an enumeration, a flag, a stamp that is there or not, a constant text or number.</summary>
    private bool IsStateType(string member)
    {
        var type = Entity.FindMember(member).MemberType();
        return type is { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_Boolean or SpecialType.System_String or SpecialType.System_Int32 or SpecialType.System_Byte or SpecialType.System_Int16 } || type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T || type is { IsReferenceType: true };
    }

    /// <summary>The sequence sets the member to something that does not come from the row, and the read asked for a fixed value of it.</summary>
    private bool IsMovedOut(Condition condition) =>
        (condition.Kind == ConditionKind.AnyOf ? IsOfConstants(condition) : condition.Operand.Constant.HasValue || condition.Operand.Origins.IsEmpty)
        && Writes.Any(w => w.Member is { } member && condition.Members.Contains(member) && !w.Value.Origins.Any(o => o.Subject is Read from && from.Database == Row.Database) && !IsAskedFor(condition, member, w.Value));

    /// <summary>The row is put into a state that the read asks for: whoever asks again is given it again.</summary>
    private static bool IsAskedFor(Condition condition, string member, Value written) =>
        written.Constant is { HasValue: true, Value: var state } && (condition.Kind == ConditionKind.AnyOf
            ? condition.Alternatives.Any(a => a.Any(c => Asks(c, member, state)))
            : Asks(condition, member, state));

    private static bool Asks(Condition condition, string member, object? state) =>
        condition.Kind == ConditionKind.Equal && condition.Members.Contains(member) && condition.Operand.Constant is { HasValue: true, Value: var asked } && Equals(asked, state);

    /// <summary>All alternatives ask for fixed values, and not for both values of one flag: that asks for nothing.</summary>
    private static bool IsOfConstants(Condition condition)
    {
        var asked = condition.Alternatives.SelectMany(a => a).ToArray();
        return asked.All(c => c.Operand.Constant.HasValue || c.Operand.Origins.IsEmpty)
            && !asked.Any(a => a.Operand.Constant is { HasValue: true, Value: true } && asked.Any(b => b.Operand.Constant is { HasValue: true, Value: false } && b.Kind == a.Kind && b.Members.SequenceEqual(a.Members)));
    }

    /// <summary>Whether the row was asked for by its key: this row and no other would do.</summary>
    public bool IsPinned
    {
        get
        {
            var equal = Row.AllConditions.Where(c => c.Kind == ConditionKind.Equal && !c.Operand.Constant.HasValue).ToArray();
            if (equal.Any(c => c.IsMemberUnknown)) return true;
            var members = equal.SelectMany(c => c.Members).ToImmutableHashSet();
            if (Facts.KeyMembers.Length > 0 && Facts.KeyMembers.All(members.Contains)) return true;
            if (Facts.UniqueKeys.Any(k => k.Members.All(members.Contains))) return true;
            return members.Count > 0 && Row.Kind == ReadKind.Row && !Row.Query.Limited;
        }
    }

    /// <summary>A free row is given to whoever asks for one: two of them are given the same.</summary>
    public bool IsGivenTo(Condition picked) =>
        Row.Kind == ReadKind.Row && Writes.Any(w => w.Member is { } member && picked.Members.Contains(member) && w.Value.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside { Root: IParameterSymbol } }));

    /// <summary>The value is not read from anywhere.</summary>
    public static bool IsStamp(Event write) => !write.Value.Origins.Any(o => o.Subject is Read);

    /// <summary>When something was done last is no state: the later stamp stands, whoever writes it.</summary>
    public bool IsTimeOfAct(Event write) => write is { Kind: EventKind.Write, Member: { } member } && IsStamp(write) && IsTime(member);

    /// <summary>So is until when something holds, as other members of the row say that the sequence leaves alone.</summary>
    public bool IsTimeFromRow(Event write) => write is { Kind: EventKind.Write, Member: { } member } && IsTime(member)
        && write.Value.Origins.All(o => o.Subject is not Read || MemberOf(o) is { } from && !Members.Contains(from));

    private bool IsTime(string member) => Entity.FindMember(member).MemberType().WithoutNullable() is { Name: "DateTime" or "DateTimeOffset" or "DateOnly" or "Instant" };

    /// <summary>Whether a second execution would only do again what the first one did.</summary>
    public Idempotence Idempotence => new(this);

    /// <summary>Something is done for the row beside changing it: a call with it, an insert, a message, its return to the caller.</summary>
    public bool IsWorkDone => _model.Body.Events.Any(e => e.Kind switch
    {
        EventKind.Effect or EventKind.Send => e.Arguments.Any(Speaks) || Speaks(e.Value) || Speaks(e.Target) || Follows(e),
        EventKind.Return => Speaks(e.Value),
        EventKind.Insert => Speaks(e.Value) || Follows(e),
        EventKind.Write => e.Target.Origins.Any(o => o.IsRow && o.Read != Row) && (Speaks(e.Value) || Speaks(e.Target)),
        _ => false,
    });

    /// <summary>It is done after the row was claimed; of several rows, for each of them.</summary>
    private bool Follows(Event e) => _model.Body.Before(Writes[0], e) && (Row.Kind != ReadKind.Rows || _model.Body.Flow!.IsInLoop(e.Position.Block));

    private bool Speaks(Value value) => value.AllOrigins().Any(o => o.Read == Row || o.Read?.Database == Row.Database && o.Kind != OriginKind.Result || o.Read?.Query.Parent is { } parent && parent.Origins.Any(p => p.Read == Row));
}

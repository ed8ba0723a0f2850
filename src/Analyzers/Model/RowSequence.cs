using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>The writes of one row that was read, up to their save: read → check → write → save.</summary>
internal sealed class RowSequence
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

    /// <summary>The checks of the row's state that decide a write.</summary>
    public IEnumerable<(Check Check, string Member)> ChecksOf(Event write)
    {
        for (var at = 0; at < write.Checks.Length; at++)
        {
            var check = write.Checks[at];
            if (check.Site is not null && check.Site == write.Site && check.Site == Row.Site) continue;
            foreach (var origin in check.Condition.AllOrigins())
                if (MemberOf(origin) is { } member && IsState(member) && (Members.Contains(member) || !ChoosesValue(write, at)) && !(IsImplied(check, origin) && AsksWhetherChanged(member)) && Matters(check, member) && !StaysThere(check, member) && !AsksWhetherChanged(write, check, member) && !AsksWhoCalls(write, check, member))
                    yield return (check, member);
                else if (origin is { Kind: OriginKind.Result } && origin.Read is { } asked && asked.IsScalar && SymbolEqualityComparer.Default.Equals(asked.Entity, Entity) && Rows.PinSame(Row, asked))
                    foreach (var condition in asked.AllConditions)
                        foreach (var about in condition.Members)
                            if (Members.Contains(about) && !Facts.KeyMembers.Contains(about)) yield return (check, about);
        }
    }

    /// <summary><c>if (x.Total > 100) x.Rate = 10; else x.Rate = 0;</c>: the value is derived from another member, and is written either way.</summary>
    private bool ChoosesValue(Event write, int at)
    {
        if (write.Checks[at].Holds is not { } held) return false;
        var asked = write.OriginOf(at);
        foreach (var other in Writes)
            if (other != write && other.Member == write.Member)
                for (var i = 0; i < other.Checks.Length; i++)
                    if (other.Checks[i].Holds == !held && other.OriginOf(i) == asked) return true;
        return false;
    }

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

    /// <summary>A mapped member that can change: not the key, not one that nothing ever sets.</summary>
    private bool IsState(string member)
    {
        if (member == Origin.Whole) return false;
        var first = member.Split('.')[0];
        // What its children are is asked of their rows.
        if (Facts.KeyMembers.Contains(first) || Entity.FindMember(first) is { } symbol && KnownSymbols.ElementOf(symbol.MemberType()) is { TypeKind: TypeKind.Class, SpecialType: SpecialType.None }) return false;
        if (Members.Contains(first) || Members.Contains(Origin.Whole)) return true;
        if (Facts.IsForeign(first)) return false;
        if (Entity.FindMember(first) is IPropertySymbol property)
        {
            if (property.SetMethod is null or { IsInitOnly: true }) return false;
            if (_model.Engine.HasSource(property) && !_model.Engine.IsAssigned(property, _model.Cancellation)) return false;
        }
        return true;
    }

    private bool IsChoice(string member) => Entity.FindMember(member).MemberType() is { TypeKind: TypeKind.Enum };

    /// <summary><c>if (x.Name != name) x.Name = name</c>: did it change? Twice is once.</summary>
    private bool AsksWhetherChanged(Event decided, Check check, string member)
    {
        foreach (var write in Writes)
            if (write.Member is not null && !IsRelative(write) && (write.Member == member || IsFlag(member)) && decided.Checks.Any(c => (c == check || IsOneCondition(c, check)) && Compares(c, write) && (write.Member == member || Differs(c)))) return true;
        return false;
    }

    /// <summary>
    /// <c>if (string.IsNullOrEmpty(x.Hash)) throw; x.Hash = hash;</c>: a text or a number has to be there, and one is there afterwards. A second execution
    /// is let through when it comes later, too; a time, or a state, tells more than that it is there.
    /// </summary>
    private bool StaysThere(Check check, string member) =>
        Members.Contains(member) && Entity.FindMember(member).MemberType() is { } type && (type.SpecialType == SpecialType.System_String || type.WithoutNullable() is { TypeKind: TypeKind.Struct, SpecialType: not (SpecialType.None or SpecialType.System_Boolean or SpecialType.System_DateTime) })
        && Differs(check) && check.Condition.Comparison is { } comparison && (IsMissing(comparison.Left) || IsMissing(comparison.Right))
        && Writes.All(w => w.Member != member || w.Kind == EventKind.Write && !IsMissing(w.Value) && !IsRelative(w));

    private static bool IsMissing(Value value) => value.Constant is { HasValue: true, Value: null or "" };

    private bool IsFlag(string member) => Entity.FindMember(member).MemberType() is { SpecialType: SpecialType.System_Boolean };

    /// <summary>On the way to what the check decides, the two sides were not equal.</summary>
    public static bool Differs(Check check) => check.Condition.Comparison is { } comparison && check.Holds == (comparison.Operator == BinaryOperatorKind.NotEquals);

    /// <summary>The check only tells, by a flag, how another one came out.</summary>
    private static bool IsImplied(Check check, Origin origin) => !check.Condition.Origins.Contains(origin);

    private bool AsksWhetherChanged(string member) => Writes.Any(w => w.Member == member && !IsRelative(w) && w.Checks.Any(c => Compares(c, w)));

    /// <summary>Whether what the condition compares the row with is what is then written; which state may follow which is more than that, and a method or a table tells it.</summary>
    private bool Compares(Check check, Event write) =>
        check.Condition.Comparison is not { IsOfOrder: true } && !(check.Condition.Comparison is null && IsChoice(write.Member!))
        && check.Condition.Origins.Any(o => !(o.Read is { } read && IsSameRow(read)) && write.Value.Origins.Any(w => Equals(w.Subject, o.Subject) && (w.Subject is not Read || w.Member == o.Member)));

    /// <summary>Parts of one condition: <c>x.Name == null || !x.Name.Equals(name)</c>.</summary>
    private static bool IsOneCondition(Check a, Check b) => Whole(a.Node) == Whole(b.Node);

    private static SyntaxNode Whole(SyntaxNode condition)
    {
        while (condition.Parent is BinaryExpressionSyntax or ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax) condition = condition.Parent;
        return condition;
    }

    /// <summary>
    /// Whether a check of the member decides more than who may and whether there is a change: the sequence changes it, it is a state that refuses, or an
    /// amount that is used up.
    /// </summary>
    private bool Matters(Check check, string member)
    {
        var type = Entity.FindMember(member.Split('.')[0]).MemberType();
        if ((type?.SpecialType == SpecialType.System_String || Writes[0].Kind == EventKind.Remove) && IsOpaque(check)) return false;
        if (Members.Contains(member)) return true;
        if (type is null) return false;
        if (check.Condition.Comparison is { IsOfOrder: true }) return type.IsValueType && (_model.Engine.Writes.IsUsedUp(member) || _model.Engine.Writes.IsAssigned(member) && Refuses(check));
        return (IsStateOf(type, check) || IsTwoStates(type, check) && check.Site is null && Writes.Any(IsTransition)) && Refuses(check) && !Writes.All(IsTimeOfAct) && MayGoStale(check, member);
    }

    /// <summary>What was found to be in a state that nothing leaves is in it still.</summary>
    private bool MayGoStale(Check check, string member) =>
        check.Condition.Comparison is not { Operator: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison || Differs(check)
        || (comparison.Left.Constant is { HasValue: true } left ? left : comparison.Right.Constant) is not { HasValue: true, Value: var state }
        || Entity.FindMember(member) is not IPropertySymbol property || !_model.Engine.HasSource(property) || _model.Engine.MayLeave(property, state, _model.Cancellation);

    /// <summary>A flag, or a value that is there or not.</summary>
    private static bool IsTwoStates(ITypeSymbol type, Check check) => type.SpecialType == SpecialType.System_Boolean
        || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && check.Condition.Comparison is { } comparison && (IsMissing(comparison.Left) || IsMissing(comparison.Right));

    /// <summary>The row is put into a fixed state.</summary>
    private bool IsTransition(Event write) =>
        write is { Kind: EventKind.Write, Member: { } member, Value.Constant.HasValue: true } && Entity.FindMember(member).MemberType() is { } type && (type.SpecialType == SpecialType.System_Boolean || type.TypeKind == TypeKind.Enum);

    /// <summary>One of few states: an enumeration, a text that is compared with a fixed one; a flag that saves the row from being removed, where others may say who may, or that there is no row.</summary>
    private bool IsStateOf(ITypeSymbol type, Check check) =>
        type.TypeKind == TypeKind.Enum || type.SpecialType == SpecialType.System_Boolean && Writes[0].Kind == EventKind.Remove && check.Site is null
        || type.SpecialType == SpecialType.System_String && check.Condition.Comparison is { } comparison && (IsText(comparison.Left) || IsText(comparison.Right));

    private static bool IsText(Value value) => value.Constant is { HasValue: true, Value: string { Length: > 0 } };

    /// <summary>A method out of sight, not of the entity nor of the base library, was asked: by what it decides is not known.</summary>
    private bool IsOpaque(Check check)
    {
        if (check.Condition.Comparison is not null) return false;
        var node = check.Node;
        while (node is ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax or AwaitExpressionSyntax)
            node = node switch { ParenthesizedExpressionSyntax p => p.Expression, PrefixUnaryExpressionSyntax u => u.Operand, AwaitExpressionSyntax a => a.Expression, _ => node };
        if (node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: nameof(Task.ConfigureAwait), Expression: var awaited } }) node = awaited;
        if (node is not InvocationExpressionSyntax) return false;
        return _model.Engine.ModelOf(node.SyntaxTree).GetSymbolInfo(node, _model.Cancellation).Symbol is IMethodSymbol asked && !_model.Engine.IsSystem(asked.ContainingType) && !_model.Engine.Model.IsEntity(asked.ContainingType)
            && (asked.ContainingType.TypeKind == TypeKind.Interface || !_model.Engine.HasSource(asked));
    }

    /// <summary>The value is not read from anywhere.</summary>
    public static bool IsStamp(Event write) => !write.Value.Origins.Any(o => o.Subject is Read);

    /// <summary>When something was done last is no state: the later stamp stands, whoever writes it.</summary>
    public bool IsTimeOfAct(Event write) => write is { Kind: EventKind.Write, Member: { } member } && IsStamp(write) && IsTime(member);

    /// <summary>So is until when something holds, as other members of the row say that the sequence leaves alone.</summary>
    public bool IsTimeFromRow(Event write) => write is { Kind: EventKind.Write, Member: { } member } && IsTime(member)
        && write.Value.Origins.All(o => o.Subject is not Read || MemberOf(o) is { } from && !Members.Contains(from));

    private bool IsTime(string member) => Entity.FindMember(member).MemberType().WithoutNullable() is { Name: "DateTime" or "DateTimeOffset" or "DateOnly" or "Instant" };

    private bool Refuses(Check check) => check.Site is not null || _model.Body.Events.Any(e => e.Kind is EventKind.Throw or EventKind.Return && e.Checks.Any(c => c.Node == check.Node && c.Holds != check.Holds));

    /// <summary>Comparing an owner with the caller asks whether they may, not what state the row is in.</summary>
    private bool AsksWhoCalls(Event decided, Check check, string member) =>
        !Members.Contains(member) && (AsksWhoCalls(check, member) || IsFlag(member) && decided.Checks.Any(c => c != check && IsOneCondition(c, check) && IsOfCaller(c)));

    /// <summary>The owner of any row is compared with the caller.</summary>
    private static bool IsOfCaller(Check check) => check.Condition.Comparison is { } comparison && check.Condition.AllOrigins().Any(o => o is { Kind: OriginKind.Of, Subject: Read, Member: { } member } && AsksWhoCalls(check, member.Substring(member.LastIndexOf('.') + 1)))
        && (comparison.Left.Origins.Any(o => o.Subject is Outside) || comparison.Right.Origins.Any(o => o.Subject is Outside));

    private static bool AsksWhoCalls(Check check, string member) =>
        check.Condition.Comparison is { Operator: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
        && (member.EndsWith("Id", StringComparison.Ordinal) || member.EndsWith("By", StringComparison.Ordinal)) && !comparison.Right.Constant.HasValue;

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

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Which checks decide a write: those of a state that may change meanwhile, and not who may, whether it changed, or whether the row exists.</summary>
internal sealed partial class RowSequence
{
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
        Members.Contains(Origin.Whole) || check.Condition.Comparison is not { Operator: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison || Differs(check)
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

    private bool Refuses(Check check) => check.Site is not null || _model.Body.Events.Any(e => e.Kind is EventKind.Throw or EventKind.Return && e.Checks.Any(c => c.Node == check.Node && c.Holds != check.Holds));

    /// <summary>Comparing an owner with the caller asks whether they may, not what state the row is in.</summary>
    private bool AsksWhoCalls(Event decided, Check check, string member) =>
        AsksWhoCalls(check, member) && IsOfService(check.Condition.Comparison!) || !Members.Contains(member) && (AsksWhoCalls(check, member) || IsFlag(member) && decided.Checks.Any(c => c != check && IsOneCondition(c, check) && IsOfCaller(c)));

    /// <summary>Who calls is what the object knows (a service that it was given, a base type's member), and not an argument.</summary>
    private static bool IsOfService(Comparison comparison)
    {
        return IsKnown(comparison.Left) || IsKnown(comparison.Right);

        static bool IsKnown(Value value) => !value.Origins.IsEmpty && value.Origins.All(o => o.Subject is Outside { Root: not IParameterSymbol and not ILocalSymbol or IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } });
    }

    /// <summary>The owner of any row is compared with the caller.</summary>
    private static bool IsOfCaller(Check check) => check.Condition.Comparison is { } comparison && check.Condition.AllOrigins().Any(o => o is { Kind: OriginKind.Of, Subject: Read, Member: { } member } && AsksWhoCalls(check, member.Substring(member.LastIndexOf('.') + 1)))
        && (comparison.Left.Origins.Any(o => o.Subject is Outside) || comparison.Right.Origins.Any(o => o.Subject is Outside));

    private static bool AsksWhoCalls(Check check, string member) =>
        check.Condition.Comparison is { Operator: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
        && (member.EndsWith("Id", StringComparison.Ordinal) || member.EndsWith("By", StringComparison.Ordinal)) && !comparison.Right.Constant.HasValue;
}

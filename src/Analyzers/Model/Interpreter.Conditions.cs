using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>What a predicate asks of a row, conjunct by conjunct.</summary>
internal sealed partial class Interpreter
{
    private IEnumerable<Condition> Conditions(IAnonymousFunctionOperation lambda, Query query)
    {
        var before = _state;
        var recording = _recording;
        _recording = false;
        if (lambda.Symbol.Parameters.FirstOrDefault() is { } parameter) _state = _state.With(parameter, query.Projection ?? Value.From(Origin.Is(Element.Instance)));
        var conditions = new List<Condition>();
        if (lambda.Body.Operations.LastOrDefault() is IReturnOperation { ReturnedValue: { } predicate }) Conjuncts(predicate, conditions, 0);
        _state = before;
        _recording = recording;
        return conditions;
    }

    private void Conjuncts(IOperation predicate, List<Condition> conditions, int depth)
    {
        while (predicate is IConversionOperation or IParenthesizedOperation)
            predicate = predicate is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)predicate).Operand;
        if (depth > 40 || conditions.Count > 16) return;
        switch (predicate)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } and:
                Conjuncts(and.LeftOperand, conditions, depth + 1);
                Conjuncts(and.RightOperand, conditions, depth + 1);
                return;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } or:
                var left = new List<Condition>();
                var right = new List<Condition>();
                Conjuncts(or.LeftOperand, left, depth + 1);
                Conjuncts(or.RightOperand, right, depth + 1);
                var alternatives = Flat(left).Concat(Flat(right)).ToImmutableArray();
                conditions.Add(new Condition(ConditionKind.AnyOf, left.Concat(right).SelectMany(c => c.Members).Distinct().ToImmutableArray(), Value.Computed([.. left.Concat(right).Select(c => c.Operand)]), or.Syntax, alternatives));
                return;
            default:
                if (Condition(predicate) is { } condition) conditions.Add(condition);
                return;
        }

        static IEnumerable<ImmutableArray<Condition>> Flat(List<Condition> side) => side is [{ Kind: ConditionKind.AnyOf } nested] ? nested.Alternatives : ImmutableArray.Create(side.ToImmutableArray());
    }

    private Condition? Condition(IOperation predicate)
    {
        var negated = false;
        while (predicate is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
        {
            negated = !negated;
            predicate = not.Operand;
        }
        var value = Evaluate(predicate);
        var members = MembersOf(value).ToImmutableArray();
        if (value.Comparison is { } comparison)
        {
            var rowIsLeft = MembersOf(comparison.Left).Any();
            var operand = rowIsLeft ? comparison.Right : comparison.Left;
            var kind = comparison.Operator is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals
                ? comparison.Operator == BinaryOperatorKind.Equals != negated ? ConditionKind.Equal : ConditionKind.NotEqual
                : ConditionKind.Range;
            if (MembersOf(operand).Any()) kind = ConditionKind.Other;
            return new Condition(kind, members, operand, predicate.Syntax);
        }
        if (members.IsEmpty) return value.IsUnknown ? null : new Condition(ConditionKind.Other, members, value, predicate.Syntax);
        if (predicate is IMemberReferenceOperation && members.Length == 1) return new Condition(ConditionKind.Equal, members, Value.OfConstant(!negated), predicate.Syntax);
        var isIn = predicate is IInvocationOperation { TargetMethod.Name: "Contains" } && !negated;
        return new Condition(isIn ? ConditionKind.In : ConditionKind.Other, members, Value.From(value.Origins.Where(o => o.Subject is not Element)), predicate.Syntax);
    }
}

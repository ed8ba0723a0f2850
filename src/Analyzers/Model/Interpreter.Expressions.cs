using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    private readonly Stack<Value> _conditionalReceivers = new();
    private readonly Stack<Value> _initialized = new();

    private Value Evaluate(IOperation? operation)
    {
        if (operation is null) return Value.Unknown;
        if (_expression >= DeepestExpression) return Value.Unknown;
        _expression++;
        try
        {
            var value = EvaluateCore(operation);
            return operation.ConstantValue.HasValue && value.IsUnknown ? Value.OfConstant(operation.ConstantValue.Value) : value;
        }
        finally
        {
            _expression--;
        }
    }

    private Value EvaluateCore(IOperation operation)
    {
        switch (operation)
        {
            case ILiteralOperation: return Value.Unknown;
            case ILocalReferenceOperation local: return Local(local.Local);
            case IParameterReferenceOperation parameter: return Local(parameter.Parameter);
            case IInstanceReferenceOperation instance: return Instance(instance);
            case IFieldReferenceOperation field: return field.Field.IsConst ? Value.Unknown : MemberOf(field.Instance, field.Field, field);
            case IPropertyReferenceOperation property: return Property(property);
            case IConversionOperation conversion:
                return conversion.OperatorMethod is null ? Evaluate(conversion.Operand) : Evaluate(conversion.Operand).Derived();
            case IAwaitOperation await: return Evaluate(await.Operation);
            case IParenthesizedOperation parenthesized: return Evaluate(parenthesized.Operand);
            case IInvocationOperation invocation: return Call(invocation);
            case IInvalidOperation broken: return Broken(broken);
            case IFlowCaptureOperation capture:
                _captured[capture.Id] = capture.Value;
                var captured = Evaluate(capture.Value);
                // A structure is copied by being kept.
                if (capture.Syntax.Parent is WithExpressionSyntax copying && copying.Expression == capture.Syntax) captured = Copied(captured, copying, capture.Value.Type);
                _state = _state.With(capture.Id, DecidedHere(captured, _block));
                return captured;
            case IFlowCaptureReferenceOperation reference:
                return _state.Of(reference.Id) ?? Value.Unknown;
            case ISimpleAssignmentOperation assignment:
                if (assignment.Target is IPropertyReferenceOperation { Property: { Name: "CommandText", ContainingType: var command } }) CommandText(command, assignment.Value);
                return Assign(assignment.Target, Evaluate(assignment.Value), assignment.Syntax);
            case ICompoundAssignmentOperation compound:
                return Assign(compound.Target, Operated(compound.OperatorMethod, Evaluate(compound.Target), Evaluate(compound.Value), compound.Syntax), compound.Syntax);
            case IIncrementOrDecrementOperation increment:
                return Assign(increment.Target, Evaluate(increment.Target).Derived(), increment.Syntax);
            case ICoalesceAssignmentOperation coalesce:
                return Assign(coalesce.Target, Value.Join(Evaluate(coalesce.Target), Evaluate(coalesce.Value)), coalesce.Syntax);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction.Target, Evaluate(deconstruction.Value), deconstruction.Syntax, deconstruction.Value.Type);
            case IBinaryOperation binary: return Binary(binary);
            case IUnaryOperation unary:
                var operand = Evaluate(unary.Operand);
                return unary.OperatorKind == UnaryOperatorKind.Not ? operand.Negated() : operand.Derived();
            case IIsNullOperation isNull: return IsMissing(Evaluate(isNull.Operand));
            case IIsTypeOperation isType: return OfType(Evaluate(isType.ValueOperand), isType.ValueOperand.Type, isType.TypeOperand);
            case IIsPatternOperation pattern:
                var tested = Evaluate(pattern.Value);
                return Match(pattern.Pattern, tested);
            case ICoalesceOperation coalesce:
                return Value.Join(Evaluate(coalesce.Value), Evaluate(coalesce.WhenNull));
            case IConditionalOperation conditional:
                var condition = Evaluate(conditional.Condition);
                return Value.Join(Evaluate(conditional.WhenTrue), Evaluate(conditional.WhenFalse)).DecidedBy(condition.AllOrigins().ToImmutableArray());
            case IConditionalAccessOperation access:
                _conditionalReceivers.Push(Evaluate(access.Operation));
                var accessed = Evaluate(access.WhenNotNull);
                _conditionalReceivers.Pop();
                return accessed;
            case IConditionalAccessInstanceOperation:
                return _conditionalReceivers.Count > 0 ? _conditionalReceivers.Peek() : Value.Unknown;
            case IObjectCreationOperation creation: return Create(creation);
            case IAnonymousObjectCreationOperation anonymous: return Create(anonymous);
            case IObjectOrCollectionInitializerOperation initializer: return Initialize(initializer, Value.Unknown);
            case ITupleOperation tuple: return Tuple(tuple);
            case IWithOperation with: return Initialize(with.Initializer, Copied(Evaluate(with.Operand), with.Syntax, with.Type));
            case IArrayCreationOperation array: return array.Initializer is { } elements ? JoinAll(elements.ElementValues) : Value.Unknown;
            case IArrayElementReferenceOperation element: return Evaluate(element.ArrayReference);
            case IDelegateCreationOperation creation: return Evaluate(creation.Target);
            case IFlowAnonymousFunctionOperation lambda: return Lambda(lambda);
            case IMethodReferenceOperation method: return Value.From(Origin.Delegate(method.Method.OriginalDefinition));
            case ILocalFunctionOperation: return Value.Unknown;
            case IInterpolatedStringOperation text: return ComputedOf(text);
            case IDeclarationExpressionOperation declaration: return Evaluate(declaration.Expression);
            case IExpressionStatementOperation statement: return Evaluate(statement.Operation);
            case IReturnOperation @return: return Evaluate(@return.ReturnedValue);
            case IThrowOperation @throw: return Evaluate(@throw.Exception);
            case IVariableDeclaratorOperation: return Value.Unknown;
            case IBlockOperation block: return BlockValue(block);
            case ISwitchExpressionOperation @switch:
                var switched = Evaluate(@switch.Value);
                return JoinAll(@switch.Arms.Select(a => a.Value)).DecidedBy(switched.AllOrigins().ToImmutableArray());
            case INameOfOperation or ITypeOfOperation or ISizeOfOperation or IDefaultValueOperation: return Value.Unknown;
        }
        return ComputedOf(operation);
    }

    private Value ComputedOf(IOperation operation)
    {
        var result = Value.Unknown;
        foreach (var child in operation.ChildOperations) result = Value.Join(result, Evaluate(child).Derived());
        return result;
    }

    private Value JoinAll(IEnumerable<IOperation> operations)
    {
        var result = (Value?)null;
        foreach (var operation in operations)
        {
            var value = Evaluate(operation);
            result = result is null ? value : Value.Join(result, value);
        }
        return result ?? Value.Unknown;
    }

    /// <summary>A lambda's block, run straight through: only its expression's value is asked for.</summary>
    private Value BlockValue(IBlockOperation block)
    {
        var result = (Value?)null;
        foreach (var statement in block.Operations)
        {
            if (statement is IVariableDeclarationGroupOperation declarations)
            {
                foreach (var declarator in declarations.Declarations.SelectMany(d => d.Declarators))
                    _state = _state.With(declarator.Symbol, Evaluate(declarator.Initializer?.Value));
                continue;
            }
            var value = Evaluate(statement);
            if (statement is IReturnOperation) result = Joined(result, value);
        }
        return result ?? Value.Unknown;
    }

    private Value Local(ISymbol symbol)
    {
        if (_state.Of(symbol) is { } value) return value;
        if (symbol is IParameterSymbol || !SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, _symbol)) return Value.From(Origin.Is(Outside.Of(symbol)));
        return Value.Unknown;
    }

    private Value Instance(IInstanceReferenceOperation instance)
    {
        if (instance.ReferenceKind == InstanceReferenceKind.ImplicitReceiver && _initialized.Count > 0) return _initialized.Peek();
        return This(instance.Type);
    }

    private Value This(ITypeSymbol? fallback)
    {
        var type = _symbol.ContainingType ?? fallback;
        return type is null ? Value.Unknown : Value.From(Origin.Is(Outside.Of(type.OriginalDefinition)));
    }

    private Value Binary(IBinaryOperation binary)
    {
        // Long chains lean to the left: walk them, do not recurse.
        if (binary.LeftOperand is IBinaryOperation && !IsComparison(binary.OperatorKind))
        {
            var result = Value.Unknown;
            IOperation next = binary;
            while (next is IBinaryOperation b && !IsComparison(b.OperatorKind))
            {
                result = Value.Join(result, Evaluate(b.RightOperand).Derived());
                next = b.LeftOperand;
            }
            return Value.Join(result, Evaluate(next).Derived());
        }
        var left = Evaluate(binary.LeftOperand);
        var right = Evaluate(binary.RightOperand);
        if (!IsComparison(binary.OperatorKind)) return Operated(binary.OperatorMethod, left, right, binary.Syntax);
        if (IsNull(right)) return IsMissing(left, binary.OperatorKind);
        if (IsNull(left)) return IsMissing(right, binary.OperatorKind);
        return Value.Computed(left, right).WithComparison(new Comparison(left, right, binary.OperatorKind));
    }

    /// <summary>An operator of a value object is a method like any other.</summary>
    private Value Operated(IMethodSymbol? method, Value left, Value right, SyntaxNode node) =>
        method is not null && _engine.HasSource(method) && BodyOf(method) is { } body ? Inline(body, method, Value.Unknown, [left, right], node, method) : Value.Computed(left, right);

    private static bool IsComparison(BinaryOperatorKind kind) => kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
        or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;

    private static bool IsNull(Value value) => value.Constant is { HasValue: true, Value: null };

    /// <summary>Whether a value is there: for a row, that the read found one.</summary>
    private static Value Presence(Value value) =>
        Value.From(value.Origins.Select(o => o.IsRow ? Origin.Result(o.Read!) : o.Kind == OriginKind.Is ? Origin.Of(o.Thing!, Origin.Whole) : o).Where(o => o.Kind is not OriginKind.Delegate), value.Decided);

    /// <summary>Which type an object has never changes: only whether it is there is asked of what was read.</summary>
    private static Value OfType(Value value, ITypeSymbol? input, ITypeSymbol? asked) =>
        SymbolEqualityComparer.Default.Equals(input.WithoutNullable(), asked.WithoutNullable()) ? Presence(value) : Presence(Value.From(value.Origins.Where(o => o.IsRow), value.Decided));

    private static Value IsMissing(Value value, BinaryOperatorKind comparison = BinaryOperatorKind.Equals) => Presence(value).WithComparison(new Comparison(value, Value.OfConstant(null), comparison));

    private Value Match(IPatternOperation? pattern, Value value)
    {
        switch (pattern)
        {
            case IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } }:
                return IsMissing(value);
            case IConstantPatternOperation constant:
                return value.Derived().WithComparison(new Comparison(value, Evaluate(constant.Value), BinaryOperatorKind.Equals));
            case IRelationalPatternOperation relational:
                return value.Derived().WithComparison(new Comparison(value, Evaluate(relational.Value), relational.OperatorKind));
            case INegatedPatternOperation negated:
                return Match(negated.Pattern, value).Negated();
            case IBinaryPatternOperation binary:
                return Value.Join(Match(binary.LeftPattern, value), Match(binary.RightPattern, value));
            case IDeclarationPatternOperation declaration:
                if (declaration.DeclaredSymbol is { } declared) _state = _state.With(declared, value);
                return OfType(value, declaration.InputType, declaration.NarrowedType);
            case IRecursivePatternOperation recursive:
                if (recursive.DeclaredSymbol is { } whole) _state = _state.With(whole, value);
                var result = OfType(value, recursive.InputType, recursive.NarrowedType);
                foreach (var sub in recursive.PropertySubpatterns)
                    if (sub.Member is IMemberReferenceOperation reference)
                        result = Value.Join(result, Match(sub.Pattern, reference is IPropertyReferenceOperation { Property: { SetMethod: null } computed } && Getter(computed, value, reference) is { } got ? got : Member(value, reference.Member, reference.Syntax)));
                foreach (var sub in recursive.DeconstructionSubpatterns) result = Value.Join(result, Match(sub, value));
                return result;
            case null:
                return Value.Unknown;
            default:
                return Presence(value);
        }
    }

    private Value Lambda(IFlowAnonymousFunctionOperation lambda)
    {
        if (!_nested.TryGetValue(lambda.Syntax, out var nested))
        {
            var graph = _graph;
            nested = new Nested(lambda.Symbol, lambda.Syntax, () => graph.GetAnonymousFunctionControlFlowGraphInScope(lambda)) { Outer = _symbol };
            _nested[lambda.Syntax] = nested;
        }
        return Value.From(Origin.Delegate(nested));
    }

    private Nested? LocalFunction(IMethodSymbol symbol)
    {
        var definition = symbol.OriginalDefinition;
        if (definition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation) is not LocalFunctionStatementSyntax syntax) return null;
        if (_nested.TryGetValue(syntax, out var nested)) return nested;
        var graph = _graph;
        return _nested[syntax] = new Nested(definition, syntax, () => InScope(graph, definition)) { Outer = _symbol };
    }

    private static ControlFlowGraph? InScope(ControlFlowGraph graph, IMethodSymbol localFunction)
    {
        for (var g = graph; g is not null; g = g.Parent)
            if (g.LocalFunctions.Contains(localFunction, SymbolEqualityComparer.Default)) return g.GetLocalFunctionControlFlowGraph(localFunction);
        return null;
    }
}

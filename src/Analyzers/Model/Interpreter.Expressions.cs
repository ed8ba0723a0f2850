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
            case IFlowCaptureOperation capture:
                _captured[capture.Id] = capture.Value;
                var captured = Evaluate(capture.Value);
                _state = _state.With(capture.Id, DecidedHere(captured, _block));
                return captured;
            case IFlowCaptureReferenceOperation reference:
                return _state.Captures.TryGetValue(reference.Id, out var kept) ? kept : Value.Unknown;
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment.Target, Evaluate(assignment.Value), assignment.Syntax);
            case ICompoundAssignmentOperation compound:
                return Assign(compound.Target, Value.Computed(Evaluate(compound.Target), Evaluate(compound.Value)), compound.Syntax);
            case IIncrementOrDecrementOperation increment:
                return Assign(increment.Target, Evaluate(increment.Target).Derived(), increment.Syntax);
            case ICoalesceAssignmentOperation coalesce:
                return Assign(coalesce.Target, Value.Join(Evaluate(coalesce.Target), Evaluate(coalesce.Value)), coalesce.Syntax);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction.Target, Evaluate(deconstruction.Value), deconstruction.Syntax);
            case IBinaryOperation binary: return Binary(binary);
            case IUnaryOperation unary:
                var operand = Evaluate(unary.Operand);
                return unary.OperatorKind == UnaryOperatorKind.Not ? operand : operand.Derived();
            case IIsNullOperation isNull: return Presence(Evaluate(isNull.Operand));
            case IIsTypeOperation isType: return Presence(Evaluate(isType.ValueOperand));
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
            case IWithOperation with: return Initialize(with.Initializer, Evaluate(with.Operand));
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
        var result = Value.Unknown;
        foreach (var statement in block.Operations)
        {
            if (statement is IVariableDeclarationGroupOperation declarations)
            {
                foreach (var declarator in declarations.Declarations.SelectMany(d => d.Declarators))
                    _state = _state.With(declarator.Symbol, Evaluate(declarator.Initializer?.Value));
                continue;
            }
            var value = Evaluate(statement);
            if (statement is IReturnOperation) result = Value.Join(result, value);
        }
        return result;
    }

    private Value Local(ISymbol symbol)
    {
        if (_state.Locals.TryGetValue(symbol, out var value)) return value;
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

    private Value Property(IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        if (_engine.Symbols.EntityOfSet(property.Type) is { } entity)
            return Value.From(Origin.Query(new Query
            {
                Entity = entity,
                Root = reference.Syntax,
                Context = reference.Instance is null ? Value.Unknown : Evaluate(reference.Instance),
                NoTracking = _engine.Model.NoTrackingByDefault(property.ContainingType),
            }));
        if (property.IsIndexer) return Index(reference);
        switch (property.Name)
        {
            case "Result" or "Value" or "Current" or "Values" or "Database" or "ChangeTracker" or "CurrentValues" or "OriginalValues" or "CurrentValue" or "Entity" or "Keys" or "Model"
                when reference.Instance is { Type: { } type } && _engine.IsTransparent(type, property.Name):
                return Evaluate(reference.Instance);
            case "HasValue" when reference.Instance?.Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T:
                return Evaluate(reference.Instance).Derived();
            case "Count" or "Length" when reference.Instance is { } collection && KnownSymbols.ElementOf(collection.Type) is not null:
                var counted = Evaluate(collection);
                return counted.Origins.Any(o => o.IsRow) ? Terminal(counted, ReadKind.Count, reference.Syntax) : counted.Derived();
            case "IsValid" when SymbolEqualityComparer.Default.Equals(property.ContainingType, _engine.Symbols.ModelState):
                return _state.Locals.TryGetValue(property.ContainingType, out var errors) ? errors : Value.Unknown;
        }
        return MemberOf(reference.Instance, property, reference);
    }

    private Value MemberOf(IOperation? instance, ISymbol member, IOperation reference)
    {
        if (member is IFieldSymbol { Type: var type } && _engine.Symbols.EntityOfSet(type) is { } entity)
            return Value.From(Origin.Query(new Query { Entity = entity, Root = reference.Syntax, Context = instance is null ? Value.Unknown : Member(Evaluate(instance), member, reference.Syntax) }));
        if (instance is null) return Value.From(Origin.Is(Outside.Of(member)));
        var receiver = Evaluate(instance);
        if (member is IPropertySymbol { SetMethod: null } computed && Getter(computed, receiver, reference) is { } value) return value;
        return Member(receiver, member, reference.Syntax);
    }

    /// <summary>The value of a member of a value.</summary>
    private Value Member(Value receiver, ISymbol member, SyntaxNode node)
    {
        var name = NameOf(member);
        var origins = new List<Origin>();
        foreach (var origin in receiver.Origins)
            switch (origin.Kind)
            {
                case OriginKind.Is when origin.Subject is Read read:
                    Use(receiver);
                    origins.Add(_engine.NavigationTarget(member) is { } target ? Origin.Is(Navigation(read, read, target, name, member, node)) : Origin.Of(read, name));
                    break;
                case OriginKind.Is when origin.Subject is Outside outside:
                    if (_engine.NavigationTarget(member) is { } many && KnownSymbols.ElementOf(TypeOf(member)) is not null && _engine.Model.IsEntity(member.ContainingType))
                        origins.Add(Origin.Is(Navigation(outside, outside, many, name, member, node)));
                    else origins.Add(outside.Then(member) is { } longer ? Origin.Is(longer) : Origin.Of(outside, Origin.Whole));
                    break;
                case OriginKind.Is when origin.Subject is Element:
                    origins.Add(Origin.Of(Element.Instance, name));
                    break;
                case OriginKind.Is when origin.Subject is Cached entry:
                    origins.Add(Origin.Of(entry, name));
                    break;
                case OriginKind.Of when origin.Subject is Element && origin.Member != Origin.Whole:
                    origins.Add(Origin.Of(Element.Instance, origin.Member + "." + name));
                    break;
                case OriginKind.Is when origin.Subject is Fresh && receiver.Members?.ContainsKey(name) != true:
                    origins.Add(new Origin(OriginKind.Of, origin.Subject, name));
                    break;
                case OriginKind.Is or OriginKind.Query:
                    break;
                default:
                    origins.Add(origin);
                    break;
            }
        var known = receiver.Members is { } members && members.TryGetValue(name, out var own) ? own : null;
        var result = origins.Count == 0 && receiver.Decided.IsEmpty ? Value.Unknown : Value.From(origins, receiver.Decided);
        if (known is null) return result;
        return origins.Count == 0 ? known.DecidedBy(receiver.Decided) : Value.Join(known, result);
    }

    private Read Navigation(Thing parent, object key, ITypeSymbol target, string name, ISymbol member, SyntaxNode node)
    {
        if (_navigations.TryGetValue((key, name), out var read)) return read;
        var many = KnownSymbols.ElementOf(TypeOf(member)) is not null;
        var above = parent as Read;
        return _navigations[(key, name)] = new Read(node, null, above?.Site)
        {
            Kind = many ? ReadKind.Rows : ReadKind.Row,
            Query = new Query { Entity = target, Root = node, Parent = Value.From(Origin.Is(parent)), Navigation = name, NoTracking = above is { IsTracked: false }, Context = above?.Query.Context ?? Value.Unknown },
        };
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch { IPropertySymbol p => p.Type, IFieldSymbol f => f.Type, _ => null };

    /// <summary>The mapped member that a symbol stands for: a backing field is its property.</summary>
    private static string NameOf(ISymbol member)
    {
        if (member is not IFieldSymbol { DeclaredAccessibility: not Accessibility.Public } field) return member.Name;
        if (field.AssociatedSymbol is { } property) return property.Name;
        var name = field.Name.TrimStart('_');
        foreach (var candidate in field.ContainingType.GetMembers())
            if (candidate is IPropertySymbol && string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase)) return candidate.Name;
        return field.Name;
    }

    /// <summary>A property without a setter is what its body computes.</summary>
    private Value? Getter(IPropertySymbol property, Value receiver, IOperation reference)
    {
        if (property.GetMethod is not { } getter || !_engine.HasSource(property) || _engine.IsAutoProperty(property)) return null;
        var body = BodyOf(getter);
        return body is null ? null : Inline(body, getter, receiver, [], reference.Syntax);
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
        if (!IsComparison(binary.OperatorKind)) return Value.Computed(left, right);
        if (IsNull(right)) return Presence(left).WithComparison(new Comparison(left, right, binary.OperatorKind));
        if (IsNull(left)) return Presence(right).WithComparison(new Comparison(right, left, binary.OperatorKind));
        return Value.Computed(left, right).WithComparison(new Comparison(left, right, binary.OperatorKind));
    }

    private static bool IsComparison(BinaryOperatorKind kind) => kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
        or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;

    private static bool IsNull(Value value) => value.Constant is { HasValue: true, Value: null };

    /// <summary>Whether a value is there: for a row, that the read found one.</summary>
    private static Value Presence(Value value) =>
        Value.From(value.Origins.Select(o => o.IsRow ? Origin.Result(o.Read!) : o.Kind == OriginKind.Is ? Origin.Of(o.Thing!, Origin.Whole) : o).Where(o => o.Kind is not OriginKind.Delegate), value.Decided);

    private Value Match(IPatternOperation? pattern, Value value)
    {
        switch (pattern)
        {
            case IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } }:
                return Presence(value).WithComparison(new Comparison(value, Value.OfConstant(null), BinaryOperatorKind.Equals));
            case IConstantPatternOperation constant:
                return value.Derived().WithComparison(new Comparison(value, Evaluate(constant.Value), BinaryOperatorKind.Equals));
            case IRelationalPatternOperation relational:
                return value.Derived().WithComparison(new Comparison(value, Evaluate(relational.Value), relational.OperatorKind));
            case INegatedPatternOperation negated:
                return Match(negated.Pattern, value);
            case IBinaryPatternOperation binary:
                return Value.Join(Match(binary.LeftPattern, value), Match(binary.RightPattern, value));
            case IDeclarationPatternOperation declaration:
                if (declaration.DeclaredSymbol is { } declared) _state = _state.With(declared, value);
                return Presence(value);
            case IRecursivePatternOperation recursive:
                if (recursive.DeclaredSymbol is { } whole) _state = _state.With(whole, value);
                var result = Presence(value);
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

    private Value Create(IObjectCreationOperation creation)
    {
        var value = Value.From(Origin.Is(new Fresh(creation.Syntax, null, creation.Type)));
        var arguments = creation.Arguments.Select(a => Evaluate(a.Value)).ToArray();
        if (creation.Constructor is { } constructor)
        {
            Scope(creation, constructor, arguments);
            if (!constructor.IsImplicitlyDeclared && BodyOf(constructor) is { } body) value = Construct(body, constructor, value, creation);
            for (var i = 0; i < creation.Arguments.Length; i++)
                if (creation.Arguments[i].Parameter is { } parameter && MemberFor(parameter, creation.Type) is { } member && value.Members?.ContainsKey(member) != true)
                    value = value.With(member, arguments[i]);
        }
        return creation.Initializer is { } initializer ? Initialize(initializer, value) : value;
    }

    /// <summary>A positional record's property, or the property of the parameter's name.</summary>
    private static string? MemberFor(IParameterSymbol parameter, ITypeSymbol? type)
    {
        if (type is null) return null;
        foreach (var member in type.GetMembers())
            if (member is IPropertySymbol && string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)) return member.Name;
        return parameter.Name;
    }

    private Value Create(IAnonymousObjectCreationOperation creation)
    {
        var value = Value.From(Origin.Is(new Fresh(creation.Syntax, null, creation.Type)));
        foreach (var initializer in creation.Initializers)
            if (initializer is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } assignment) value = value.With(property.Property.Name, Evaluate(assignment.Value));
        return value;
    }

    private Value Initialize(IObjectOrCollectionInitializerOperation? initializer, Value value)
    {
        if (initializer is null) return value;
        foreach (var part in initializer.Initializers)
            switch (part)
            {
                case ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment:
                    value = value.With(NameOf(target.Member), Evaluate(assignment.Value));
                    break;
                case IMemberInitializerOperation { InitializedMember: IMemberReferenceOperation target } member:
                    value = value.With(NameOf(target.Member), Initialize(member.Initializer, Value.Unknown));
                    break;
                case IInvocationOperation add:
                    foreach (var argument in add.Arguments) value = Value.Join(value, Evaluate(argument.Value));
                    break;
            }
        return value;
    }

    private Value Tuple(ITupleOperation tuple)
    {
        var value = Value.From(Origin.Is(new Fresh(tuple.Syntax, null, tuple.Type)));
        var names = (tuple.Type as INamedTypeSymbol)?.TupleElements;
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            var element = Evaluate(tuple.Elements[i]);
            value = value.With("Item" + (i + 1), element);
            if (names is { } n && i < n.Length && n[i].IsExplicitlyNamedTupleElement) value = value.With(n[i].Name, element);
        }
        return value;
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

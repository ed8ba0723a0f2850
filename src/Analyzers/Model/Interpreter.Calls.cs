using System.Collections.Immutable;
using System.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    private Value Call(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke) return InvokeDelegate(call);
        if (method.MethodKind == MethodKind.LocalFunction) return CallLocalFunction(call);
        if (call.Syntax is WithExpressionSyntax) return Copied(Evaluate(call.Instance), call.Syntax, call.Type);
        var library = _engine.Symbols.LibraryOf(method.ContainingType);
        if (library != Library.None)
        {
            var operation = Operators.Of(method, library, out var kind);
            if (operation != Operator.None) return Operate(call, operation, kind, library);
        }
        if (_engine.IsLockMethod(method)) Add(new Event { Kind = EventKind.DistributedLock, Node = call.Syntax, Name = method.Name });
        if (_engine.IsSaveMethod(method))
        {
            Arguments(call);
            return Save(call);
        }
        if (Iteration(call) is { } iterated) return iterated;
        if (Equality(call) is { } equal) return equal;
        if (ModelError(call)) return Value.Unknown;
        if (method.IsStatic && method.Name is "NewGuid" or "CreateVersion7" or "GetRandomFileName" or "GetBytes" or "GetHexString" && _engine.IsSystem(method.ContainingType))
            return Value.From(new Origin(OriginKind.Of, new Fresh(call.Syntax, null, null), Origin.Generated));
        var receiver = call.Instance is null ? Value.Unknown : Evaluate(call.Instance);
        var arguments = Arguments(call);
        if (Collection(call, receiver, arguments) is { } collected) return collected;
        Tell(call);
        var visible = _engine.Resolve(method, call.Instance?.Type);
        if (visible is { } target && (_engine.Index.Matters(method.Name) || SpeakOfRows(method, receiver, arguments)) && BodyOf(target) is { } body)
        {
            if (body.IsIrrelevant && target.ReturnsVoid) return Value.Unknown;
            var typed = method.IsStatic || call.Instance is not null ? receiver : This(method.ContainingType);
            if (_recording && arguments.Any(HandsOnRow)) Add(new Event { Kind = EventKind.Effect, Node = call.Syntax, Name = method.Name, Arguments = arguments.ToImmutableArray() });
            return Inline(body, target, typed, arguments, call.Syntax, method, call);
        }
        // A body that can be looked into is believed before its shape.
        if ((visible is null || _depth == 0) && Wrapper(call, receiver, arguments) is { } wrapped) return wrapped;
        foreach (var argument in arguments) Use(argument);
        if (EntityCall(call, receiver, arguments)) return Value.Unknown;
        if (IsEffect(method) || IsGivenCount(method, arguments) || HandsOnRow(receiver) && !_engine.IsSystem(method.ContainingType)) Add(new Event { Kind = EventKind.Effect, Node = call.Syntax, Name = method.Name, Arguments = arguments.ToImmutableArray().Add(receiver) });
        InvokeArguments(call, arguments);
        var computed = Value.Join(receiver.Derived(), Value.Computed(arguments));
        foreach (var argument in call.Arguments)
            if (argument.Parameter is { RefKind: RefKind.Out }) Assign(argument.Value, computed.Blurred(), call.Syntax);
        // A clamp decides between its parts.
        if (method.ContainingType.Name == "Math" && method.Name is "Min" or "Max" or "Clamp") return computed.DecidedBy(computed.Origins);
        return Accumulates(method) ? Projected(computed, method) : Projected(computed, method).Blurred();
    }

    /// <summary>A query of one type that a method makes into one of another (a mapper's <c>ProjectTo</c>) gives no rows any more.</summary>
    private Value Projected(Value value, IMethodSymbol method) =>
        KnownSymbols.IsQueryable(method.ReturnType) && KnownSymbols.ElementOf(method.ReturnType) is INamedTypeSymbol given
            ? Steps(value, q => q.Entity is INamedTypeSymbol entity && !_engine.Model.IsEntity(given) && !entity.AllInterfaces.Contains(given, SymbolEqualityComparer.Default) && !entity.DerivesFrom(given.ContainingNamespace.ToDisplayString(), given.Name) ? q.Select(Value.From(Origin.Is(Element.Instance)).Derived()) : q)
            : value;

    /// <summary>
    /// Whether a call out of sight may add to what it is given: arithmetic does, and so does putting texts together; a text that is cleaned, converted or
    /// saved somewhere is a new one, and doing that twice is doing it once.
    /// </summary>
    private bool Accumulates(IMethodSymbol method)
    {
        var given = _engine.Symbols.Awaited(method.ReturnType);
        return given is not null && (given.SpecialType != SpecialType.System_String ? given.IsValueType || _engine.IsSystem(method.ContainingType) || !method.IsStatic : method.Name is "Concat" or "Join" or "Format" or "Insert" or "Append");
    }

    /// <summary>
    /// A method of an entity whose code is out of sight, that takes nothing and gives nothing: it can only move the row from one state to another.
    /// </summary>
    private bool EntityCall(IInvocationOperation call, Value receiver, Value[] arguments)
    {
        var method = call.TargetMethod;
        if (!method.ReturnsVoid || arguments.Length > 0 || method.IsStatic || !receiver.Origins.Any(o => o.IsRow) || !_engine.Model.IsEntity(method.ContainingType) || _engine.HasSource(method)) return false;
        Use(receiver);
        Add(new Event { Kind = EventKind.Write, Node = call.Syntax, Target = receiver, Entity = method.ContainingType, Name = method.Name, ByShape = true });
        return true;
    }

    /// <summary>A call by whose name nothing is read or changed still matters when it is given rows, is a member of one, or makes a value of its own type from another.</summary>
    private bool SpeakOfRows(IMethodSymbol method, Value receiver, Value[] arguments)
    {
        if (HandsOnRow(receiver) || _engine.MayBeRow(method.ContainingType) || SymbolEqualityComparer.Default.Equals(method.ReturnType, method.ContainingType)) return true;
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i].Origins.Any(o => o.Kind is OriginKind.Query or OriginKind.Delegate || o.Subject is Read) || _engine.MayBeRow(method.Parameters[i].Type)) return true;
        return false;
    }

    private static bool HandsOnRow(Value argument) => argument.Origins.Any(o => o.Subject is Read);

    private Value[] Arguments(IInvocationOperation call)
    {
        var values = new Value[call.TargetMethod.Parameters.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Value.Unknown;
        foreach (var argument in call.Arguments)
        {
            var value = Evaluate(argument.Value);
            if (argument.Parameter is { } parameter && parameter.Ordinal < values.Length) values[parameter.Ordinal] = value;
        }
        return values;
    }

    /// <summary>Calls of the base library that hand their receiver on: <c>foreach</c>'s enumerators and what surrounds a task.</summary>
    private Value? Iteration(IInvocationOperation call)
    {
        switch (call.TargetMethod.Name)
        {
            case "GetEnumerator" or "GetAsyncEnumerator" when call.Instance is not null:
                var source = Continue(Evaluate(call.Instance), ReceiverType(call), LoopSource(call.Syntax));
                return Sources(source).Any(q => q.Source is null || q.Conditions.Length > 0) ? Terminal(source, ReadKind.Rows, LoopSource(call.Syntax)) : source;
            case "MoveNext" or "MoveNextAsync" or "Dispose" or "DisposeAsync" when call.IsImplicit:
                Evaluate(call.Instance);
                return Value.Unknown;
            case "ConfigureAwait" or "AsTask" or "GetAwaiter" or "GetResult" or "WaitAsync" or "AsValueTask" or "GetValueOrDefault" or "WithCancellation" when call.Instance is not null && _engine.IsSystem(call.TargetMethod.ContainingType):
                return Evaluate(call.Instance);
            case "FromResult" or "ConfigureAwait" or "WithCancellation" when call.Arguments.Length > 0 && _engine.IsSystem(call.TargetMethod.ContainingType):
                return Evaluate(call.Arguments[0].Value);
            case "WhenAll" or "Run" when _engine.IsSystem(call.TargetMethod.ContainingType):
                var arguments = Arguments(call);
                return InvokeArguments(call, arguments) ?? (arguments.Length > 0 ? arguments[0] : Value.Unknown);
            default:
                return null;
        }
    }

    private static SyntaxNode LoopSource(SyntaxNode node) => node is CommonForEachStatementSyntax loop ? loop.Expression : node;

    private Value? Equality(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method is { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace", ContainingType.SpecialType: SpecialType.System_String } && Evaluate(call.Arguments[0].Value) is var text)
            return Value.Computed(text).WithComparison(new Comparison(text, Value.OfConstant(""), BinaryOperatorKind.Equals));
        if (method.Name is not ("Equals" or "ReferenceEquals" or "Compare" or "CompareTo" or "SequenceEqual") || !_engine.IsSystem(method.ContainingType)) return null;
        var parts = call.Instance is null ? call.Arguments.Take(2).Select(a => Evaluate(a.Value)).ToArray() : [Evaluate(call.Instance), .. call.Arguments.Take(1).Select(a => Evaluate(a.Value))];
        return parts.Length < 2 ? Value.Computed(parts) : Value.Computed(parts).WithComparison(new Comparison(parts[0], parts[1], BinaryOperatorKind.Equals));
    }

    private Value InvokeDelegate(IInvocationOperation call)
    {
        var target = call.Instance is null ? Value.Unknown : Evaluate(call.Instance);
        return Invoke(target, Arguments(call), call.Syntax);
    }

    private Value CallLocalFunction(IInvocationOperation call)
    {
        var arguments = Arguments(call);
        if (LocalFunction(call.TargetMethod) is not { } nested || BodyOf(nested) is not { } body) return Value.Computed(arguments);
        return Inline(body, nested.Symbol, This(null), arguments, call.Syntax, call.TargetMethod, call);
    }

    /// <summary>Runs the body of a delegate here; where only the caller knows it, leaves word.</summary>
    private Value Invoke(Value target, Value[] arguments, SyntaxNode site)
    {
        Value? result = null;
        foreach (var origin in target.Origins)
        {
            Value? given = null;
            if (origin is { Kind: OriginKind.Delegate, Subject: Nested nested } && BodyOf(nested) is { } body) given = Inline(body, nested.Symbol, This(null), arguments, site);
            else if (origin is { Kind: OriginKind.Delegate, Subject: IMethodSymbol method } && _engine.Resolve(method, null) is { } resolved && BodyOf(resolved) is { } other) given = Inline(other, resolved, This(resolved.ContainingType), arguments, site);
            else if (origin.Subject is Outside) Add(new Event { Kind = EventKind.Invoke, Node = site, Target = Value.From(origin), Arguments = arguments.ToImmutableArray() });
            if (given is not null) result = result is null ? given : Value.Join(result, given);
        }
        return result ?? Value.Unknown;
    }

    /// <summary>Runs the delegates among the arguments of a call that is known to run them at once.</summary>
    private Value? InvokeArguments(IInvocationOperation call, Value[] arguments)
    {
        if (!_engine.RunsItsDelegates(call.TargetMethod)) return null;
        Value? result = null;
        foreach (var argument in arguments)
            if (argument.Origins.Any(o => o.Kind == OriginKind.Delegate || o.Subject is Outside { Root: IParameterSymbol { Type.TypeKind: TypeKind.Delegate } }))
            {
                var given = Invoke(argument, [], call.Syntax);
                result = result is null ? given : Value.Join(result, given);
            }
        return result;
    }

    private bool IsEffect(IMethodSymbol method) =>
        _engine.Symbols.LibraryOf(method.ContainingType) == Library.None && (!_engine.IsSystem(method.ContainingType) || _engine.IsNetwork(method.ContainingType)) && !_engine.IsLogging(method.ContainingType)
        && (method.ReturnsVoid || _engine.Symbols.Awaited(method.ReturnType) is null || method.Name.EndsWith("Async", StringComparison.Ordinal));

    /// <summary>The number of affected rows is handed to somebody who may look at it.</summary>
    private bool IsGivenCount(IMethodSymbol method, Value[] arguments) =>
        arguments.Any(a => a.Origins.Any(o => o is { Member: "Affected", Subject: Fresh })) && !_engine.IsSystem(method.ContainingType) && !_engine.IsLogging(method.ContainingType);

    private Body? BodyOf(IMethodSymbol method)
    {
        if (_depth == 0)
        {
            if (_engine.HasSource(method)) _complete = false;
            return null;
        }
        return Entered(_engine.BodyOf(method, _depth - 1, _cancellation));
    }

    private Body? BodyOf(Nested nested)
    {
        if (_depth == 0)
        {
            _complete = false;
            return null;
        }
        return Entered(_engine.BodyOf(nested, _depth - 1, _cancellation));
    }

    private Body? Entered(Body? body)
    {
        if (body is null) return null;
        _complete &= body.IsComplete;
        _height = Math.Max(_height, body.Height + 1);
        return body;
    }

    private Value Save(IInvocationOperation call, Value? context = null, bool byShape = false)
    {
        Add(new Event { Kind = EventKind.Save, Node = call.Syntax, Context = context ?? (call.Instance is null ? Value.Unknown : Evaluate(call.Instance)), ByShape = byShape, ResultUsed = call.Parent is not IExpressionStatementOperation });
        return Value.Unknown;
    }

    private static readonly string[] LockingWords = ["FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE", "UPDLOCK", "XLOCK", "LOCK IN SHARE MODE"];

    private static bool IsLocking(string? sql) => sql is not null && LockingWords.Any(w => sql.IndexOf(w, StringComparison.OrdinalIgnoreCase) >= 0);

    private static readonly string[] AdvisoryWords = ["pg_advisory_lock", "pg_advisory_xact_lock", "pg_try_advisory_", "sp_getapplock", "GET_LOCK("];

    private static bool IsAdvisory(string? sql) => sql is not null && AdvisoryWords.Any(w => sql.IndexOf(w, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>The text of a command of the provider's own, without Entity Framework Core: an advisory lock is taken so, too.</summary>
    private void CommandText(ITypeSymbol? command, IOperation text)
    {
        if (command is INamedTypeSymbol type && (type.DerivesFrom("System.Data.Common", "DbCommand") || type.IsNamed("System.Data", "IDbCommand")) && IsAdvisory(Text(text))) Add(new Event { Kind = EventKind.DistributedLock, Node = text.Syntax });
    }

    /// <summary>The constant text of an SQL argument, interpolations left as <c>?</c>; null when it is not to be seen.</summary>
    private static string? Text(IOperation? operation)
    {
        while (operation is IConversionOperation conversion) operation = conversion.Operand;
        if (operation?.ConstantValue is { HasValue: true, Value: string text }) return text;
        if (operation?.Syntax is InterpolatedStringExpressionSyntax interpolated)
            return string.Concat(interpolated.Contents.Select(c => c is InterpolatedStringTextSyntax part ? part.TextToken.ValueText : "?"));
        return operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } && operation.Syntax is { } syntax ? syntax.ToString() : null;
    }

    private void Scope(IObjectCreationOperation creation, IMethodSymbol constructor, Value[] arguments)
    {
        if (!SymbolEqualityComparer.Default.Equals(creation.Type, _engine.Symbols.TransactionScope)) return;
        var flows = false;
        var suppressed = false;
        // The documented default of TransactionOptions.IsolationLevel.
        var level = IsolationLevel.Serializable;
        for (var i = 0; i < creation.Arguments.Length; i++)
        {
            var type = creation.Arguments[i].Parameter?.Type.Name;
            var constant = arguments[i].Constant is { HasValue: true, Value: int number } ? number : (int?)null;
            if (type == "TransactionScopeAsyncFlowOption") flows = constant == 1;
            else if (type == "TransactionScopeOption") suppressed = constant == 2;
            else if (type == "TransactionOptions")
                level = arguments[i].Members is { } members && members.TryGetValue("IsolationLevel", out var chosen) && chosen.Constant is { HasValue: true, Value: int l } ? Ambient(l) : IsolationLevel.Unspecified;
        }
        Add(new Event { Kind = EventKind.Begin, Node = creation.Syntax, IsScope = true, FlowsAsync = flows, IsSuppressed = suppressed, Level = level });

        static IsolationLevel Ambient(int level) => level switch
        {
            0 => IsolationLevel.Serializable,
            1 => IsolationLevel.RepeatableRead,
            2 => IsolationLevel.ReadCommitted,
            3 => IsolationLevel.ReadUncommitted,
            4 => IsolationLevel.Snapshot,
            _ => IsolationLevel.Unspecified,
        };
    }
}

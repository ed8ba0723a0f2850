using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    /// <summary>A member of a repository or a unit of work whose code is out of sight, when its shape leaves no doubt.</summary>
    private Value? Wrapper(IInvocationOperation call, Value receiver, Value[] arguments)
    {
        var method = call.TargetMethod;
        if (Wrappers.Of(_engine, method, call.Instance?.Type) is not { } wrapper || wrapper.Kind == WrapperKind.Read && ReadNothing(method)) return null;
        switch (wrapper.Kind)
        {
            case WrapperKind.Save:
                return Save(call, receiver, byShape: true);
            case WrapperKind.Insert or WrapperKind.Update or WrapperKind.Remove:
                return ChangeByShape(call, wrapper, receiver, arguments);
            case WrapperKind.Query:
                return Value.From(Origin.Query(WithArguments(new Query { Entity = wrapper.Entity!, Root = call.Syntax, Context = receiver }, call, arguments)));
            case WrapperKind.Begin:
                Add(new Event { Kind = EventKind.Begin, Node = call.Syntax, Context = receiver, ByShape = true, Level = LevelOf(arguments) });
                return receiver;
            case WrapperKind.Commit:
                Add(new Event { Kind = EventKind.Commit, Node = call.Syntax, Context = receiver, ByShape = true });
                return Value.Unknown;
            default:
                var query = WithArguments(new Query { Entity = wrapper.Entity!, Root = call.Syntax, Context = receiver, NoTracking = wrapper.NoTracking }, call, arguments);
                var read = ReadAt(call.Syntax, null, null, wrapper.Read, query);
                read.ByShape = true;
                Add(new Event { Kind = EventKind.Read, Node = call.Syntax, Read = read, Entity = read.Entity, Context = receiver, ByShape = true });
                return read.IsScalar ? Value.From(Origin.Result(read)) : Value.From(Origin.Is(read));
        }
    }

    /// <summary>Of several implementations in sight none gives rows: what looks like a read makes new objects.</summary>
    private bool ReadNothing(IMethodSymbol method)
    {
        var seen = false;
        foreach (var implementation in _engine.Implementations.Of(method))
        {
            if (BodyOf(implementation) is not { } body || body.Returns.Origins.Any(o => o.Subject is Read or Query)) return false;
            seen = true;
        }
        return seen;
    }

    private static System.Data.IsolationLevel LevelOf(Value[] arguments)
    {
        foreach (var argument in arguments)
            if (argument.Constant is { HasValue: true, Value: int level } && Enum.IsDefined(typeof(System.Data.IsolationLevel), level)) return (System.Data.IsolationLevel)level;
        return System.Data.IsolationLevel.Unspecified;
    }

    private Value ChangeByShape(IInvocationOperation call, Wrapper wrapper, Value receiver, Value[] arguments)
    {
        var entity = wrapper.Parameter < arguments.Length ? arguments[wrapper.Parameter] : Value.Unknown;
        Use(entity);
        var kind = wrapper.Kind switch { WrapperKind.Insert => EventKind.Insert, WrapperKind.Remove => EventKind.Remove, _ => EventKind.Update };
        Add(new Event { Kind = kind, Node = call.Syntax, Target = entity, Value = entity, Context = receiver, Entity = wrapper.Entity, ByShape = true, SavesItself = wrapper.SavesItself, Name = call.TargetMethod.Name });
        if (wrapper.SavesItself) Save(call, receiver, byShape: true);
        return entity;
    }

    /// <summary>What the arguments ask for: a predicate as written; a plain value by a member that is not named.</summary>
    private Query WithArguments(Query query, IInvocationOperation call, Value[] arguments)
    {
        var conditions = new List<Condition>();
        var keys = _engine.KeyOf(query.Entity);
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Type.Name == "CancellationToken") continue;
            if (LambdaOf(argument.Value) is { } lambda)
            {
                if (lambda.Symbol.ReturnType.SpecialType == SpecialType.System_Boolean) conditions.AddRange(Conditions(lambda, query));
                continue;
            }
            if (!IsScalar(parameter.Type) || parameter.Type.SpecialType == SpecialType.System_Boolean) continue;
            var named = Wrappers.MemberNamed(query.Entity, parameter.Name) ?? (keys.Length == 1 && (parameter.Name is "id" or "key" || parameter.Name.EndsWith("Id", StringComparison.Ordinal) && call.TargetMethod.Name.Contains("ById")) ? keys[0] : null);
            conditions.Add(new Condition(ConditionKind.Equal, named is null ? ImmutableArray<string>.Empty : ImmutableArray.Create(named), arguments[parameter.Ordinal], argument.Syntax));
        }
        return query.Where(conditions);
    }

    private static bool IsScalar(ITypeSymbol type) => type.IsValueType || type.SpecialType == SpecialType.System_String || type.SpecialType == SpecialType.System_Object || type is ITypeParameterSymbol;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>What stands around the database: caches and queues.</summary>
internal sealed partial class Interpreter
{
    private Value Cache(IInvocationOperation call, Operator operation, Value receiver, int first, Library library)
    {
        var arguments = call.Arguments.Skip(first).Select(a => Evaluate(a.Value)).ToArray();
        var key = call.Arguments.Length > first ? call.Arguments[first].Value.Syntax.ToString() : "";
        if (operation == Operator.CacheSet && IsSetOnlyIfAbsent(call, arguments, first))
        {
            Add(new Event { Kind = EventKind.DistributedLock, Node = call.Syntax, Target = receiver, Name = call.TargetMethod.Name });
            return Value.Unknown;
        }
        var kind = operation switch { Operator.CacheSet => EventKind.CacheSet, Operator.CacheRemove => EventKind.CacheRemove, _ => EventKind.CacheGet };
        var stored = library == Library.RedisDatabase ? arguments.Skip(1).Aggregate(Value.Unknown, Value.Join) : arguments.Length > 1 ? arguments[1] : Value.Unknown;
        Add(new Event { Kind = kind, Node = call.Syntax, Target = receiver, Value = stored, Arguments = arguments.ToImmutableArray(), Name = key });
        if (kind != EventKind.CacheGet) return Value.Unknown;
        var cached = Value.From(Origin.Is(new Cached(call.Syntax)));
        foreach (var argument in call.Arguments)
            if (argument.Parameter is { RefKind: RefKind.Out } && argument.Value is { } target) Assign(target, cached, call.Syntax);
        if (call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean) return cached.Derived();
        // What is loaded on a miss is what the entry holds from then on.
        if (operation == Operator.CacheGetOrCreate)
            foreach (var factory in arguments)
                if (factory.Origins.Any(o => o.Kind == OriginKind.Delegate)) cached = Value.Join(cached, Invoke(factory, [], call.Syntax));
        return cached;
    }

    /// <summary><c>StringSet(key, value, expiry, When.NotExists)</c>: the one whose call succeeds holds the key.</summary>
    private static bool IsSetOnlyIfAbsent(IInvocationOperation call, Value[] arguments, int first)
    {
        const int NotExists = 2;
        for (var i = first; i < call.Arguments.Length; i++)
            if (call.Arguments[i].Parameter?.Type.Name == "When" && arguments[i - first].Constant is { HasValue: true, Value: NotExists }) return true;
        return false;
    }

    private Value Send(IInvocationOperation call, Value receiver, Library library)
    {
        var isExtension = call.Instance is null && call.TargetMethod.IsExtensionMethod;
        var sent = call.Arguments.Skip(isExtension ? 1 : 0).Select(a => Sent(a.Value)).ToArray();
        var isOutbox = library == Library.MassTransit && _engine.Index.HasOutbox;
        Add(new Event { Kind = isOutbox ? EventKind.Effect : EventKind.Send, Node = call.Syntax, Target = receiver, Value = sent.Aggregate(Value.Unknown, Value.Join), Name = call.TargetMethod.Name, Arguments = sent.ToImmutableArray(), IsScope = library == Library.Cap });
        return Value.Unknown;
    }

    /// <summary>A message, or what the expression of a job's call captures.</summary>
    private Value Sent(IOperation argument)
    {
        var recording = _recording;
        _recording &= LambdaOf(argument) is null;
        var value = Evaluate(argument);
        _recording = false;
        IOperation whole = LambdaOf(argument) is { } lambda ? lambda.Body : argument;
        foreach (var part in whole.DescendantsAndSelf())
            switch (part)
            {
                // The key of a row that was made here is not among what its maker set.
                case IMemberReferenceOperation { Instance: { } instance } when Evaluate(instance) is var owner && owner.Origins.Any(o => o.Subject is Fresh):
                    value = Value.Join(value, owner.Derived());
                    break;
                case IMemberReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation when whole != argument:
                    value = Value.Join(value, Evaluate(part));
                    break;
            }
        _recording = recording;
        return value;
    }
}

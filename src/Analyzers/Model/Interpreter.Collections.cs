using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    /// <summary>Methods of lists, sets and dictionaries: of rows, they pick; of a navigation, they insert and remove.</summary>
    private Value? Collection(IInvocationOperation call, Value receiver, Value[] arguments)
    {
        if (call.Instance is null || !_engine.IsCollection(call.TargetMethod.ContainingType)) return null;
        var name = call.TargetMethod.Name;
        var first = arguments.Length > 0 ? arguments[0] : Value.Unknown;
        var rows = receiver.Origins.Where(o => o.IsRow).Select(o => o.Read!).ToArray();
        switch (name)
        {
            case "Add" or "AddRange" or "Insert" or "AddFirst" or "AddLast" or "Push" or "Enqueue" or "TryAdd":
                return AddTo(call, receiver, rows, arguments);
            case "Remove" or "RemoveRange" or "RemoveAll" or "RemoveAt" or "Clear" when rows.Any(r => r.Query.Navigation is not null):
                Use(first);
                Add(new Event { Kind = EventKind.Remove, Node = call.Syntax, Target = name == "Remove" ? first : receiver, Value = first, Entity = rows[0].Entity, Context = rows[0].Query.Context });
                return Value.Unknown;
            case "Remove" when Root(call.Instance) is { } local && first.Origins.FirstOrDefault(o => o.Read is not null) is { Read: { } taken } origin:
                _state = _state.With(local, receiver.DecidedBy(ImmutableArray.Create(Origin.Result(Pick(taken, origin.Kind == OriginKind.Of ? origin.Member : null, receiver, call.Syntax)))));
                return Value.Unknown;
            case "Contains" or "ContainsKey":
                return Contains(receiver, call.Syntax, call.Arguments[0].Value);
            case "TryGetValue" when rows.Length > 0 && call.Arguments.Length == 2:
                var picked = Pick(rows[0], rows[0].DictionaryKey, first, call.Syntax, ReadKind.Row);
                Assign(call.Arguments[1].Value, Value.From(Origin.Is(picked)), call.Syntax);
                return Value.From(Origin.Result(picked));
            case "TryGetValue" when call.Arguments.Length == 2:
                Assign(call.Arguments[1].Value, UnderKey(receiver, first), call.Syntax);
                return Value.Computed(receiver, first);
            case "GetValueOrDefault" when rows.Length > 0:
                return Value.From(Origin.Is(Pick(rows[0], rows[0].DictionaryKey, first, call.Syntax, ReadKind.Row)));
            case "Find" or "FindLast" or "FindAll" or "Exists" or "TrueForAll":
                return Terminal(receiver, name switch { "Find" or "FindLast" => ReadKind.Row, "FindAll" => ReadKind.Rows, _ => ReadKind.Exists }, call.Syntax, call.Arguments[0].Value);
            case "ForEach":
                Invoke(first, [receiver], call.Syntax);
                return Value.Unknown;
            default:
                return rows.Length > 0 ? receiver : null;
        }
    }

    private Value AddTo(IInvocationOperation call, Value receiver, Read[] rows, Value[] arguments)
    {
        var element = arguments.Length > 0 ? arguments[arguments.Length - 1] : Value.Unknown;
        var navigation = rows.FirstOrDefault(r => r.Query.Navigation is not null);
        if (navigation is not null)
        {
            Use(element);
            if (!element.Origins.Any() || element.Origins.Any(o => !o.IsRow))
                Add(new Event { Kind = EventKind.Insert, Node = call.Syntax, Target = receiver, Value = element, Context = navigation.Query.Context, Entity = navigation.Entity, Name = "Navigation" });
            return Value.Unknown;
        }
        Keep(call.Instance, Value.Join(receiver, element.Origins.Any(o => o.Subject is Read) ? element : element.DecidedBy(DecidersOf(_block))));
        // HashSet.Add tells whether the value was there already.
        return receiver.Origins.FirstOrDefault(o => o is { Kind: OriginKind.Of, Subject: Read }) is { Subject: Read list, Member: { } member } && call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean
            ? Value.From(Origin.Result(Pick(list, member, element, call.Syntax)))
            : Value.Unknown;
    }

    /// <summary>What a collection holds now: one of a local, or of an object that a local holds. Errors that are gathered tell the checks that found them.</summary>
    private void Keep(IOperation? collection, Value value)
    {
        if (Root(collection) is { } local) _state = _state.With(local, value);
        else if (collection is IPropertyReferenceOperation { Instance: { } owner } part && Root(owner) is ILocalSymbol holder && _state.Of(holder) is { } held && held.Origins.Any(o => o.Subject is Fresh))
            _state = _state.With(holder, held.With(_engine.NameOf(part.Property), value));
    }

    private Value Index(IPropertyReferenceOperation reference)
    {
        var collection = Evaluate(reference.Instance);
        var key = reference.Arguments.Length > 0 ? Evaluate(reference.Arguments[0].Value) : Value.Unknown;
        return collection.Origins.FirstOrDefault(o => o.IsRow).Read is { DictionaryKey: { } member } read
            ? Value.From(Origin.Is(Pick(read, member, key, reference.Syntax, ReadKind.Row)))
            : UnderKey(collection, key);
    }

    /// <summary>What a table has for a key, the key decides.</summary>
    private static Value UnderKey(Value table, Value key) => table.Origins.Any(o => o.Subject is Read) ? table : table.DecidedBy(key.Origins.Where(o => o is { Kind: OriginKind.Of, Subject: Read }).ToImmutableArray());
}

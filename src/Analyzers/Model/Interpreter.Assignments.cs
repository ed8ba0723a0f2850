using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    private Value Assign(IOperation target, Value value, SyntaxNode syntax)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                Set(local.Local, value);
                return value;
            case IParameterReferenceOperation parameter:
                Set(parameter.Parameter, value);
                return value;
            case IDeclarationExpressionOperation declaration:
                return Assign(declaration.Expression, value, syntax);
            case IFlowCaptureReferenceOperation reference when _captured.TryGetValue(reference.Id, out var captured) && captured is IMemberReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation:
                return Assign(captured, value, syntax);
            case IPropertyReferenceOperation { Property.IsIndexer: true } indexer when indexer.Instance is { } collection:
                if (Root(collection) is { } dictionary) Set(dictionary, Value.Join(Evaluate(collection), value));
                return value;
            case IMemberReferenceOperation { Instance: { } instance } member:
                Write(instance, member.Member, value, syntax);
                return value;
            case ITupleOperation:
                return Deconstruct(target, value, syntax);
            case IInvalidOperation broken when MemberOf(broken) is var (row, _, meant):
                Write(row, meant, value, syntax);
                return value;
            default:
                return value;
        }
    }

    // A value that nothing is known of is still the value of this local: what is asked for and what is set can be seen to be the same.
    private void Set(ISymbol symbol, Value value) =>
        _state = _state.With(symbol, DecidedHere(value.IsUnknown && symbol is ILocalSymbol ? Value.From(Origin.Is(Outside.Of(symbol))) : value, _block));

    private Value Deconstruct(IOperation target, Value value, SyntaxNode syntax, ITypeSymbol? type = null)
    {
        if (target is IDeclarationExpressionOperation declaration) target = declaration.Expression;
        if (target is not ITupleOperation tuple) return Assign(target, value, syntax);
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            var name = "Item" + (i + 1);
            var part = value.Members is { } members && members.TryGetValue(name, out var own) ? own
                : PositionalMember(type, i, tuple.Elements.Length) is { } member ? Member(value, member, syntax)
                : value.Part();
            Assign(tuple.Elements[i], part.DecidedBy(value.Decided), syntax);
        }
        return value;
    }

    /// <summary>The property that a record puts at this place when it is taken apart.</summary>
    private static ISymbol? PositionalMember(ITypeSymbol? type, int at, int count)
    {
        if (type is not INamedTypeSymbol { IsRecord: true } record) return null;
        foreach (var method in record.GetMembers("Deconstruct"))
            if (method is IMethodSymbol { IsImplicitlyDeclared: true, Parameters: var parts } && parts.Length == count) return record.FindMember(parts[at].Name);
        return null;
    }

    private void Write(IOperation instance, ISymbol member, Value value, SyntaxNode syntax)
    {
        var receiver = Evaluate(instance);
        var name = _engine.NameOf(member);
        if (_engine.Symbols.LibraryOf(instance.Type as INamedTypeSymbol) is Library.Entry or Library.Entries)
        {
            WriteEntry(receiver, name, value, syntax);
            return;
        }
        if (!IsCopy(receiver)) WriteTo(receiver, member.ContainingType, name, value, syntax);
        if (CanBeWritten(receiver) && _engine.NavigationTarget(member) is null)
            foreach (var origin in receiver.Origins) _state = _state.With(origin.Thing!, name, value);
        // So is a cache entry's object that is changed: it is no longer what was got.
        if (receiver.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Cached }) && Root(instance) is { } entry) Set(entry, Value.Join(receiver.Derived(), value));
        // An object that is put together here is known by the local that holds it.
        if (receiver.Origins.Any(o => o.Subject is Fresh) && Root(instance) is { } local) Set(local, (_state.Of(local) ?? receiver).With(name, value));
        else if (instance is IFlowCaptureReferenceOperation reference && receiver.Origins.Any(o => o.Subject is Fresh)) _state = _state.With(reference.Id, receiver.With(name, value));
        // So is one that came as a parameter: the caller learns what was put into it.
        else if (Root(instance) is IParameterSymbol parameter && receiver.Origins.Any(o => o.Subject is Outside)) _state = _state.With(parameter, receiver.With(name, value));
        if (_symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && instance is IInstanceReferenceOperation) Add(new Event { Kind = EventKind.Write, Node = syntax, Target = receiver, Member = name, Value = value, Entity = member.ContainingType, Name = ".ctor" });
    }

    private void WriteTo(Value receiver, ITypeSymbol? type, string name, Value value, SyntaxNode syntax)
    {
        if (!_recording) return;
        foreach (var origin in receiver.Origins)
            switch (origin.Kind)
            {
                case OriginKind.Is when origin.Subject is Read read:
                    Add(new Event { Kind = EventKind.Write, Node = syntax, Target = Value.From(origin), Member = name, Value = value, Entity = read.Entity });
                    break;
                case OriginKind.Is when origin.Subject is Outside && _engine.MayBeRow(type) && _symbol is not IMethodSymbol { MethodKind: MethodKind.Constructor }:
                    Add(new Event { Kind = EventKind.Write, Node = syntax, Target = Value.From(origin), Member = name, Value = value, Entity = type });
                    break;
                case OriginKind.Of when origin.Subject is Read or Outside && origin.Member != Origin.Whole:
                    // A member of an owned or complex value is a part of its owner's row.
                    Add(new Event { Kind = EventKind.Write, Node = syntax, Target = Value.From(Origin.Is(origin.Thing!)), Member = origin.Member, Value = value, Entity = (origin.Subject as Read)?.Entity ?? type });
                    break;
            }
    }

    /// <summary><c>Entry(e).State = …</c> and <c>Entry(e).Property(…).CurrentValue = …</c>.</summary>
    private void WriteEntry(Value receiver, string name, Value value, SyntaxNode syntax)
    {
        if (name == "CurrentValue")
        {
            WriteTo(receiver, null, name, value, syntax);
            return;
        }
        if (name != "State" || value.Constant is not { HasValue: true, Value: int state }) return;
        var kind = state switch { 0 => EventKind.Detach, 2 => EventKind.Remove, 3 => EventKind.Update, 4 => EventKind.Insert, _ => EventKind.Effect };
        if (kind != EventKind.Effect) Add(new Event { Kind = kind, Node = syntax, Target = receiver, Value = receiver });
    }

    /// <summary>The local or parameter that holds the object an expression speaks of.</summary>
    private ISymbol? Root(IOperation? operation)
    {
        for (var i = 0; i < 8; i++)
            switch (operation)
            {
                case IFlowCaptureReferenceOperation reference when _captured.TryGetValue(reference.Id, out var captured) && !(_state.Of(reference.Id) is { } kept && IsCopy(kept)): operation = captured; break;
                case ILocalReferenceOperation local: return local.Local;
                case IParameterReferenceOperation parameter: return parameter.Parameter;
                case IConversionOperation conversion: operation = conversion.Operand; break;
                default: return null;
            }
        return null;
    }
}

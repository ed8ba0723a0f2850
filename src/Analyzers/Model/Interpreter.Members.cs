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
            // Whether a property was changed here tells nothing of what was read.
            case "IsModified" when _engine.Symbols.LibraryOf(reference.Instance?.Type as INamedTypeSymbol) == Library.Entries:
                return Value.Unknown;
            case "HasValue" when reference.Instance?.Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T:
                var optional = Evaluate(reference.Instance);
                return optional.Derived().WithComparison(new Comparison(optional, Value.OfConstant(null), BinaryOperatorKind.NotEquals));
            case "Count" or "Length" when reference.Instance is { } collection && KnownSymbols.ElementOf(collection.Type) is not null:
                var counted = Evaluate(collection);
                return counted.Origins.Any(o => o.IsRow) ? Terminal(counted, ReadKind.Count, reference.Syntax) : counted.Derived();
            case "IsValid" when SymbolEqualityComparer.Default.Equals(property.ContainingType, _engine.Symbols.ModelState):
                return _state.Of(property.ContainingType) ?? Value.Unknown;
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
        var name = _engine.NameOf(member);
        if (WrittenTo(receiver, name) is { } written) return written.DecidedBy(receiver.Decided);
        var origins = ImmutableArray.CreateBuilder<Origin>(receiver.Origins.Length);
        foreach (var origin in receiver.Origins)
            switch (origin.Kind)
            {
                case OriginKind.Is when origin.Subject is Read read:
                    Use(receiver);
                    origins.Add(_engine.NavigationTarget(member) is { } target ? Origin.Is(Navigation(read, read, target, name, member, node)) : Origin.Of(read, name));
                    break;
                case OriginKind.Is when origin.Subject is Outside outside:
                    if (_engine.NavigationTarget(member) is { } many && KnownSymbols.ElementOf(member.MemberType()) is not null && _engine.Model.IsEntity(member.ContainingType))
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
        if (known is not null && (origins.Count == 0 || IsCopy(receiver))) return known.DecidedBy(receiver.Decided);
        var result = origins.Count == 0 && receiver.Decided.IsEmpty ? Value.Unknown : Value.From(origins.Built(), receiver.Decided);
        return known is null ? result : Value.Join(known, result);
    }

    /// <summary>What this body wrote to the member of the one object that the value can be: no longer what was read.</summary>
    private Value? WrittenTo(Value receiver, string name)
    {
        if (!CanBeWritten(receiver)) return null;
        Value? written = null;
        foreach (var origin in receiver.Origins)
        {
            if (_state.Of(origin.Thing!, name) is not { } value) return null;
            written = Joined(written, value);
        }
        return written;
    }

    /// <summary>A row, or an object from outside; or one of several, as they were looked up one way or another.</summary>
    private static bool CanBeWritten(Value receiver)
    {
        foreach (var origin in receiver.Origins)
            if (origin is not { Kind: OriginKind.Is, Subject: Read or Outside }) return false;
        return !receiver.Origins.IsEmpty;
    }

    private Read Navigation(Thing parent, object key, ITypeSymbol target, string name, ISymbol member, SyntaxNode node)
    {
        if (_navigations.TryGetValue((key, name), out var read)) return read;
        var many = KnownSymbols.ElementOf(member.MemberType()) is not null;
        var above = parent as Read;
        return _navigations[(key, name)] = new Read(node, null, above?.Site)
        {
            Kind = many ? ReadKind.Rows : ReadKind.Row,
            Query = new Query { Entity = target, Root = node, Parent = Value.From(Origin.Is(parent)), Navigation = name, NoTracking = above is { IsTracked: false }, Context = above?.Query.Context ?? Value.Unknown },
        };
    }

    /// <summary>A property without a setter is what its body computes.</summary>
    private Value? Getter(IPropertySymbol property, Value receiver, IOperation reference)
    {
        if (property.GetMethod is not { } called || _engine.Resolve(called, (reference as IPropertyReferenceOperation)?.Instance?.Type) is not { AssociatedSymbol: IPropertySymbol own } getter
            || !_engine.HasSource(own) || _engine.IsAutoProperty(own)) return null;
        var body = BodyOf(getter);
        return body is null ? null : Inline(body, getter, receiver, [], reference.Syntax, called).DecidedBy(receiver.Decided);
    }
}

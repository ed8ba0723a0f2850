using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    /// <summary>The bodies that are being put in place of a call: a delegate that is kept in a local can call itself.</summary>
    private readonly HashSet<Body> _inlined = [];

    /// <summary>Puts a callee's events, in the caller's terms, in the place of the call, and gives what the call gives.</summary>
    private Value Inline(Body body, IMethodSymbol callee, Value receiver, Value[] arguments, SyntaxNode site, IMethodSymbol? called = null, IInvocationOperation? call = null)
    {
        var inlining = new Inlining(this, callee, receiver, arguments, site, called, call?.Instance?.Type);
        // A lambda stands in this very body: what it does is shown where it does it.
        var own = callee.MethodKind is MethodKind.LambdaMethod && _syntax.FullSpan.Contains(body.Syntax!.FullSpan) && _syntax.SyntaxTree == body.Syntax.SyntaxTree;
        if (!_inlined.Add(body)) return inlining.Map(body.Returns);
        if (_recording)
        {
            if (body.IsActive) Add(new Event { Kind = EventKind.Call, Node = site, Site = site, Arguments = arguments.ToImmutableArray() });
            foreach (var used in body.UsedRows.Take(8)) (_used ??= System.Collections.Immutable.ImmutableHashSet.CreateBuilder<Read>()).Add(inlining.Map(used));
            foreach (var e in body.Exported)
            {
                if (e.Name == ".ctor") continue;
                if (_events.Count >= MostEvents) break;
                if (e.Kind == EventKind.Invoke)
                {
                    Invoke(inlining.Map(e.Target), e.Arguments.Select(inlining.Map).ToArray(), site);
                    continue;
                }
                Add(inlining.Map(e, own ? e.Node : site));
            }
            if (body.Guards.Length > 0) Add(new Event { Kind = EventKind.Guard, Node = site, Checks = ImmutableArray.CreateRange(body.Guards, g => inlining.Map(g, site)) });
        }
        else
        {
            foreach (var e in body.Exported)
                if (e.Kind == EventKind.Invoke) Invoke(inlining.Map(e.Target), e.Arguments.Select(inlining.Map).ToArray(), site);
        }
        _inlined.Remove(body);
        if (call is not null) TakeOuts(body, inlining, call);
        return inlining.Map(body.Returns);
    }

    /// <summary>A constructor's assignments become members of the new object.</summary>
    private Value Construct(Body body, IMethodSymbol constructor, Value created, IObjectCreationOperation creation)
    {
        var arguments = new Value[constructor.Parameters.Length];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = Value.Unknown;
        foreach (var argument in creation.Arguments)
            if (argument.Parameter is { } parameter) arguments[parameter.Ordinal] = Evaluate(argument.Value);
        var inlining = new Inlining(this, constructor, created, arguments, creation.Syntax, constructor, creation.Type);
        foreach (var e in body.Exported)
            if (e is { Kind: EventKind.Write, Name: ".ctor", Member: { } member }) created = created.With(member, inlining.Map(e.Value));
        return created;
    }

    private void TakeOuts(Body body, Inlining inlining, IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || !body.Outs.TryGetValue(parameter.OriginalDefinition, out var value) && !body.Outs.TryGetValue(parameter, out value)) continue;
            var mapped = inlining.Map(value);
            if (parameter.RefKind is RefKind.Out or RefKind.Ref) Assign(argument.Value, mapped, call.Syntax);
            else if (Root(argument.Value) is { } local && mapped.Members is { } members && _state.Of(local) is { } held && held.Origins.Any(o => o.Subject is Fresh))
                _state = _state.With(local, held.With(members));
        }
    }

    /// <summary>The translation of one callee's terms to its caller's, at one call.</summary>
    private sealed class Inlining : ITerms
    {
        private readonly Interpreter _caller;
        private readonly IMethodSymbol _callee;
        private readonly Value _receiver;
        private readonly Value[] _arguments;
        private readonly SyntaxNode _site;
        private readonly Dictionary<ISymbol, ITypeSymbol>? _types;
        private readonly Dictionary<Read, Read> _reads = [];
        private readonly Dictionary<Value, Value> _values = new(ReferenceComparer<Value>.Instance);
        private readonly Dictionary<Outside, Value> _outsides = [];
        private readonly Dictionary<ImmutableArray<Origin>, ImmutableArray<Origin>> _decided = [];
        private readonly Dictionary<Check, Check> _checks = new(ReferenceComparer<Check>.Instance);

        public Inlining(Interpreter caller, IMethodSymbol callee, Value receiver, Value[] arguments, SyntaxNode site, IMethodSymbol? called, ITypeSymbol? receiverType)
        {
            _caller = caller;
            _callee = callee.OriginalDefinition;
            _receiver = receiver;
            _arguments = arguments;
            _site = site;
            _types = TypeArguments.Of(callee, called, receiverType);
        }

        public Event Map(Event e, SyntaxNode node) => e.Map(node, _site, this);

        public ITypeSymbol? Map(ITypeSymbol? type) => type is ITypeParameterSymbol parameter && _types is not null && _types.TryGetValue(parameter, out var actual) ? actual : type;

        public Query Map(Query query)
        {
            var mapped = query.Map(this, _site);
            return mapped.Open.IsEmpty ? mapped : _caller.Closed(mapped);
        }

        public Check Map(Check check, SyntaxNode node)
        {
            // Many events stand under one check.
            if (_checks.TryGetValue(check, out var mapped) && mapped.Node == node) return mapped;
            var condition = Map(check.Condition);
            // One that nothing is known of keeps its comparison: that is mapped here.
            if (check.Condition.Comparison is { } comparison && (condition.Comparison is null || ReferenceEquals(condition.Comparison, comparison))) condition = condition.WithComparison(Map(comparison));
            return _checks[check] = new Check(condition, node, _site, check.Holds, check.IsLoop);
        }

        private Comparison Map(Comparison comparison) => new(Map(comparison.Left), Map(comparison.Right), comparison.Operator);

        public Read Map(Read read)
        {
            if (_reads.TryGetValue(read, out var mapped)) return mapped;
            mapped = _reads[read] = new Read(_site, read, _site) { Kind = read.Kind, Query = read.Query };
            var query = Map(read.Query);
            var known = _caller.ReadAt(_site, read, _site, read.Kind, query);
            known.Kind = read.Kind;
            known.DictionaryKey = read.DictionaryKey;
            known.Selector = read.Selector;
            known.ByShape = read.ByShape;
            known.AsksForAll = read.AsksForAll;
            return _reads[read] = known;
        }

        public Value Map(Value value)
        {
            if (value.Origins.IsEmpty && value.Decided.IsEmpty && value.Members is null) return value;
            if (_values.TryGetValue(value, out var done)) return done;
            _values[value] = Value.Unknown;
            var result = Map(value.Origins);
            if (!value.Decided.IsEmpty) result = result.DecidedBy(Deciding(value.Decided));
            if (value.Members is { } members) result = result.With(members.Select(Map));
            if (value.Comparison is { } comparison) result = result.WithComparison(Map(comparison));
            return _values[value] = result;
        }

        private Value Map(ImmutableArray<Origin> origins)
        {
            if (origins.IsEmpty) return Value.Unknown;
            if (origins.All(o => o.Subject is not Outside)) return Value.From(ImmutableArray.CreateRange(origins, Own), ImmutableArray<Origin>.Empty);
            var result = (Value?)null;
            foreach (var origin in origins) result = Joined(result, origin.Subject is Outside outside ? Given(outside, origin) : Value.From(Own(origin)));
            return result!;
        }

        private ImmutableArray<Origin> Deciding(ImmutableArray<Origin> decided)
        {
            // What stands under one branch is decided by the same.
            if (_decided.TryGetValue(decided, out var done)) return done;
            var deciding = ImmutableArray.CreateBuilder<Origin>(decided.Length);
            foreach (var origin in decided)
                if (origin.Subject is not Outside outside) Note(Own(origin));
                else NoteAll(Given(outside, origin));
            return _decided[decided] = Value.Distinct(deciding.Built());

            void NoteAll(Value value)
            {
                foreach (var origin in value.Origins) Note(origin);
                foreach (var origin in value.Decided) Note(origin);
                if (value.Members is not { } members) return;
                foreach (var member in members) NoteAll(member.Value);
            }

            void Note(Origin origin)
            {
                if (origin.Kind != OriginKind.Delegate) deciding.Add(origin);
            }
        }

        /// <summary>What the callee read or made itself, as the caller knows it.</summary>
        private Origin Own(Origin origin) => origin.Subject switch
        {
            Read read => origin with { Subject = Map(read) },
            Fresh fresh when fresh.Site is null || !ReferenceEquals(Map(fresh.Type), fresh.Type) => origin with { Subject = new Fresh(fresh.Node, fresh.Site ?? _site, Map(fresh.Type)) },
            Query query => Origin.Query(Map(query)),
            _ => origin,
        };

        /// <summary>What the caller gave for something that came into the callee from outside.</summary>
        private Value Given(Outside outside, Origin origin)
        {
            if (!_outsides.TryGetValue(outside, out var resolved)) _outsides[outside] = resolved = Resolve(outside);
            return origin.Kind == OriginKind.Is ? resolved : Of(resolved, origin);
        }

        /// <summary>Computed from a member of what an outside thing turned out to be.</summary>
        private static Value Of(Value value, Origin origin)
        {
            var member = origin.Member!;
            if (member == Origin.Whole) return origin.IsComputed ? value.Derived() : value.Part();
            if (value.Members is { } members && members.TryGetValue(member, out var known)) return known;
            var origins = ImmutableArray.CreateBuilder<Origin>(value.Origins.Length);
            foreach (var o in value.Origins)
                if (o.Kind != OriginKind.Is) origins.Add(o);
                else if (o.Thing is Read or Outside) origins.Add(new Origin(OriginKind.Of, o.Subject, member, IsComputed: true));
            return Value.From(origins.Built(), value.Decided);
        }

        private Value Resolve(Outside outside)
        {
            var value = Root(outside.Root);
            foreach (var member in outside.Path)
            {
                if (value is null) return Value.Unknown;
                value = member is IPropertySymbol or IFieldSymbol && _caller._engine.Symbols.EntityOfSet((member as IPropertySymbol)?.Type) is null ? _caller.Member(value, member, _site) : value;
            }
            return value ?? Value.Unknown;
        }

        private Value? Root(ISymbol root)
        {
            switch (root)
            {
                case IParameterSymbol parameter when SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, _callee):
                    return parameter.Ordinal < _arguments.Length ? _arguments[parameter.Ordinal] : Value.Unknown;
                case ITypeSymbol type:
                    return _receiver.IsUnknown ? Value.From(Origin.Is(Outside.Of(type))) : _receiver;
                case ILocalSymbol or IParameterSymbol:
                    // A captured local or parameter of the body around a lambda.
                    return _caller._state.Of(root) ?? Value.From(Origin.Is(Outside.Of(root)));
                default:
                    return Value.From(Origin.Is(Outside.Of(root)));
            }
        }
    }

    private sealed class ReferenceComparer<T> : IEqualityComparer<T> where T : class
    {
        public static readonly ReferenceComparer<T> Instance = new();
        public bool Equals(T? x, T? y) => ReferenceEquals(x, y);
        public int GetHashCode(T value) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
    }
}

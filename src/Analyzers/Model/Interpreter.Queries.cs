using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    /// <summary>The queries that a value stands for: unexecuted ones, and rows in memory that can be picked among.</summary>
    private IEnumerable<Query> Sources(Value value)
    {
        foreach (var origin in value.Origins)
            switch (origin.Kind)
            {
                case OriginKind.Query:
                    yield return (Query)origin.Subject;
                    break;
                case OriginKind.Is when origin.Subject is Read read:
                    yield return InMemory(read);
                    break;
            }
    }

    private static Query InMemory(Read read) => new() { Entity = read.Entity, Root = read.Node, Site = read.Site, Source = read, Context = read.Query.Context, NoTracking = read.Query.NoTracking, Parent = read.Query.Parent, Navigation = read.Query.Navigation };

    /// <summary>A query or a list of an entity type that came from outside and goes on here.</summary>
    private Value Continue(Value value, ITypeSymbol? type, SyntaxNode node)
    {
        if (value.Origins.Any(o => o.Kind == OriginKind.Query || o.IsRow)) return value;
        if (!KnownSymbols.IsQueryable(type) || KnownSymbols.ElementOf(type) is not { } element || value.Origins.FirstOrDefault(o => o.Subject is Outside) is not { Subject: Outside outside }) return value;
        return _engine.MayBeRow(element) ? Value.From(Origin.Query(new Query { Entity = element, Root = node, Context = value, Continues = Value.From(Origin.Is(outside)) })) : value;
    }

    private static Value Steps(Value receiver, Func<Query, Query> step) =>
        receiver.Origins.Any(o => o.Kind == OriginKind.Query) ? Value.From(receiver.Origins.Select(o => o.Subject is Query q && o.Kind == OriginKind.Query ? Origin.Query(step(q)) : o), receiver.Decided) : receiver;

    private Value Filter(Value receiver, IInvocationOperation call, IOperation? predicate)
    {
        receiver = Continue(receiver, ReceiverType(call), call.Syntax);
        if (LambdaOf(predicate) is not { } lambda) return OpenPredicate(predicate) is { } open ? Steps(receiver, q => q.WithOpen(open)) : receiver;
        var sources = Sources(receiver).ToArray();
        if (sources.Length == 0)
        {
            // Values in memory: which of them remain tells what the predicate asked about.
            var asked = Body(lambda, receiver);
            return receiver.DecidedBy(asked.AllOrigins().Where(o => o.Kind is OriginKind.Result or OriginKind.Of).ToImmutableArray());
        }
        return Value.From(sources.Select(q => Origin.Query(q.Where(Conditions(lambda, q)))), receiver.Decided);
    }

    private Value Project(Value receiver, IOperation? selector)
    {
        if (LambdaOf(selector) is not { } lambda) return receiver;
        var queries = receiver.Origins.Where(o => o.Kind == OriginKind.Query).Select(o => (Query)o.Subject).ToArray();
        if (queries.Length == 0) return Body(lambda, receiver);
        return Value.From(queries.Select(q =>
        {
            var projection = Body(lambda, q.Projection ?? Value.From(Origin.Is(Element.Instance)));
            return Origin.Query(projection.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Element }) && projection.Members is null ? q : q.Select(projection));
        }), receiver.Decided);
    }

    private Value Terminal(Value receiver, ReadKind kind, SyntaxNode node, IOperation? argument = null, IInvocationOperation? call = null)
    {
        if (call is not null) receiver = Continue(receiver, ReceiverType(call), node);
        var lambda = LambdaOf(argument);
        var key = call?.TargetMethod.Name;
        var selects = key is not null && Operators.Sync(key) is "ToDictionary" or "ToLookup" or "GroupBy" or "Sum" or "Max" or "Min" or "Average" or "MaxBy" or "MinBy";
        Value? result = null;
        foreach (var source in Sources(receiver).ToArray())
        {
            var query = lambda is not null && !selects ? source.Where(Conditions(lambda, source)) : !selects && OpenPredicate(argument) is { } open ? source.WithOpen(open) : source;
            if (query.Source is { } same && query.Conditions.Length == 0 && kind == ReadKind.Rows && !selects)
            {
                result = Joined(result, Value.From(Origin.Is(same)));
                continue;
            }
            var read = ReadAt(node, query.Source, null, kind, query);
            read.AsksForAll = key is not null && Operators.Sync(key) is "All" or "TrueForAll";
            if (lambda is not null && selects) read.DictionaryKey = read.Selector = MembersOf(Body(lambda, query.Projection ?? Value.From(Origin.Is(Element.Instance)))).FirstOrDefault();
            else if (read.IsScalar && query.Projection is { } projected) read.Selector = MembersOf(projected).FirstOrDefault();
            if (query.Source is null) read.Query = Filtered(read.Query);
            if (query.Source is null) Add(new Event { Kind = EventKind.Read, Node = node, Read = read, Entity = read.Entity, Context = query.Context });
            if (query.Locking && query.Source is null) Add(new Event { Kind = EventKind.LockRow, Node = node, Read = read, Query = query, Entity = read.Entity, Context = query.Context, Name = query.Sql });
            result = Joined(result, read.IsScalar ? Value.From(Origin.Result(read)) : query.Projection is { } projection ? Bind(projection, read) : Value.From(Origin.Is(read)));
            if (selects && call is { Arguments.Length: > 2 } && LambdaOf(call.Arguments[2].Value) is { } element) result = Joined(null, Body(element, Value.From(Origin.Is(read))));
        }
        if (result is null)
        {
            var asked = lambda is null ? Value.Unknown : Body(lambda, receiver);
            var scalar = kind is ReadKind.Exists or ReadKind.Count or ReadKind.Aggregate;
            if (receiver.Origins.FirstOrDefault(o => o is { Kind: OriginKind.Of, Subject: Read }) is { Subject: Read list } of && kind == ReadKind.Exists && asked.Comparison is { } comparison)
                return FromEntry(receiver, Value.From(Origin.Result(Pick(list, of.Member!, comparison.Left.Equals(receiver) ? comparison.Right : comparison.Left, node))));
            result = scalar ? Value.Join(Totalled(receiver, kind, node), Value.Join(receiver.Derived(), asked.Derived())) : receiver.DecidedBy(asked.Origins.Where(o => o.Kind is OriginKind.Result or OriginKind.Of).ToImmutableArray());
        }
        return FromEntry(receiver, result.DecidedBy(receiver.Decided));
    }

    /// <summary>The largest, the sum, the number of what a member of several rows holds, once it is in memory.</summary>
    private Value Totalled(Value values, ReadKind kind, SyntaxNode node)
    {
        if (kind == ReadKind.Exists || values.Origins.FirstOrDefault(o => o is { Kind: OriginKind.Of, Subject: Read { Kind: ReadKind.Rows }, Member: not Origin.Whole }) is not { Subject: Read list } of) return Value.Unknown;
        var read = ReadAt(node, list, null, kind, InMemory(list));
        read.Selector = of.Member;
        return Value.From(Origin.Result(read));
    }

    /// <summary>What is asked of rows that may come from a cache is asked of the cache, too.</summary>
    private static Value FromEntry(Value rows, Value asked) =>
        rows.Origins.Any(o => o.Subject is Cached) ? Value.Join(asked, Value.From(rows.Origins.Where(o => o.Subject is Cached)).Derived()) : asked;

    /// <summary>
    /// A query filter of the model is a condition of every read, as far as it asks for a state; a flag in it (deleted, hidden) says which rows there are.
    /// </summary>
    private Query Filtered(Query query)
    {
        if (query.IgnoresFilters || query.Parent is not null || query.Entity is not INamedTypeSymbol entity || _engine.Model.Facts(entity).QueryFilter is not { } filter || !_engine.Compilation.ContainsSyntaxTree(filter.SyntaxTree)) return query;
        return _engine.OperationOf(filter, _cancellation) is IAnonymousFunctionOperation lambda
            ? query.Where(Conditions(lambda, query).Where(c => c.Operand.Constant is not { HasValue: true, Value: bool } && c.Kind is ConditionKind.Equal or ConditionKind.NotEqual && c.Operand.Constant.HasValue))
            : query;
    }

    private static Value Joined(Value? a, Value b) => a is null ? b : Value.Join(a, b);

    private static ITypeSymbol? ReceiverType(IInvocationOperation call)
    {
        var receiver = call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null);
        while (receiver is IConversionOperation { IsImplicit: true } conversion) receiver = conversion.Operand;
        return receiver?.Type;
    }

    /// <summary>A projection's value for the rows that were read.</summary>
    private static Value Bind(Value projection, Read read)
    {
        var origins = projection.Origins.Select(o => o.Subject is Element ? o with { Subject = read } : o);
        var bound = Value.From(origins, projection.Decided);
        return projection.Members is { } members ? bound.WithMembers(members.Select(m => Bind(m, read))) : bound;
    }

    /// <summary>Asks whether the rows of a list, or the values taken from them, hold one with this value.</summary>
    private Value Contains(Value receiver, SyntaxNode node, IOperation? argument)
    {
        var wanted = Evaluate(argument);
        Value? result = null;
        foreach (var origin in receiver.Origins)
        {
            if (origin is { Kind: OriginKind.Of, Subject: Read list, Member: { } member }) result = Joined(result, Value.From(Origin.Result(Pick(list, member, wanted, node))));
            else if (origin is { Kind: OriginKind.Is, Subject: Read rows }) result = Joined(result, Value.From(Origin.Result(Pick(rows, rows.DictionaryKey, wanted, node))));
            else if (origin is { Kind: OriginKind.Query, Subject: Query query })
            {
                var read = ReadAt(node, null, null, ReadKind.Exists, query.Where([new Condition(ConditionKind.Equal, query.Projection is { } p ? MembersOf(p).Take(1).ToImmutableArray() : ImmutableArray<string>.Empty, wanted, node)]));
                Add(new Event { Kind = EventKind.Read, Node = node, Read = read, Entity = read.Entity, Context = query.Context });
                result = Joined(result, Value.From(Origin.Result(read)));
            }
        }
        return result is null ? Value.Computed(receiver, wanted) : FromEntry(receiver, result);
    }

    private Read Pick(Read list, string? member, Value wanted, SyntaxNode node, ReadKind kind = ReadKind.Exists) =>
        ReadAt(node, list, null, kind, InMemory(list).Where([new Condition(ConditionKind.Equal, member is null or Origin.Whole ? ImmutableArray<string>.Empty : ImmutableArray.Create(member), wanted, node)]));

    private Value Except(Value receiver, IOperation? argument, SyntaxNode node)
    {
        var others = Evaluate(argument);
        var reads = others.Origins.Where(o => o.Subject is Read && o.Kind is OriginKind.Of or OriginKind.Is).Select(o => Origin.Result(Pick(o.Read!, o.Kind == OriginKind.Of ? o.Member : null, receiver, node)));
        return receiver.DecidedBy(reads.ToImmutableArray());
    }

    private Value Find(IInvocationOperation call, Value receiver, int first)
    {
        var keys = call.Arguments.Skip(first).SelectMany(a => Keys(a.Value)).Where(o => o.Type?.Name != "CancellationToken").ToArray();
        var query = Sources(Continue(receiver, ReceiverType(call), call.Syntax)).FirstOrDefault();
        var entity = query?.Entity ?? (call.TargetMethod.IsGenericMethod ? call.TargetMethod.TypeArguments[0] : null);
        if (entity is null) return Value.Unknown;
        return Found(query ?? new Query { Entity = entity, Root = call.Syntax, Context = receiver }, keys, call.Syntax);
    }

    private Value Found(Query rows, IEnumerable<IOperation> keys, SyntaxNode node)
    {
        var names = _engine.KeyOf(rows.Entity);
        var conditions = keys.Select((k, i) => new Condition(ConditionKind.Equal, i < names.Length ? ImmutableArray.Create(names[i]) : ImmutableArray<string>.Empty, Evaluate(k), k.Syntax));
        var read = ReadAt(node, null, null, ReadKind.Row, Filtered(rows.Where(conditions)));
        Add(new Event { Kind = EventKind.Read, Node = node, Read = read, Entity = rows.Entity, Context = rows.Context });
        return Value.From(Origin.Is(read));
    }

    private static IEnumerable<IOperation> Keys(IOperation argument)
    {
        while (argument is IConversionOperation conversion) argument = conversion.Operand;
        if (argument is IArrayCreationOperation { Initializer: { } initializer }) return initializer.ElementValues.Select(v => v is IConversionOperation c ? c.Operand : v);
        return argument.ChildOperations.Count > 0 && argument.Kind.ToString() == "CollectionExpression" ? argument.ChildOperations.Select(v => v is IConversionOperation c ? c.Operand : v) : [argument];
    }

    private Value RawQuery(IInvocationOperation call, Value receiver, IOperation? text)
    {
        var sql = Text(text) ?? "";
        foreach (var argument in call.Arguments.Skip(1)) Evaluate(argument.Value);
        var entity = call.TargetMethod.IsGenericMethod ? call.TargetMethod.TypeArguments[0] : null;
        var query = Sources(receiver).FirstOrDefault() ?? (entity is null ? null : new Query { Entity = entity, Root = call.Syntax, Context = receiver });
        if (query is null) return receiver;
        // The operands stand for the row that is read: which column each belongs to is in the text.
        var operands = text is null ? ImmutableArray<Value>.Empty : Interpolations(text).AddRange(call.Arguments.SkipWhile(a => a.Value != text).Skip(1).SelectMany(a => Keys(a.Value)).Select(Evaluate));
        if (IsLocking(sql)) Add(new Event { Kind = EventKind.LockBuilt, Node = call.Syntax, Query = query, Entity = query.Entity, Context = query.Context, Name = sql });
        return Value.From(Origin.Query(query.Where(operands.Select(o => new Condition(ConditionKind.Equal, ImmutableArray<string>.Empty, o, text!.Syntax))).WithSql(sql, IsLocking(sql))));
    }

    /// <summary>A predicate that came as a parameter of this body.</summary>
    private Value? OpenPredicate(IOperation? argument)
    {
        while (argument is IConversionOperation conversion) argument = conversion.Operand;
        if (argument is not IParameterReferenceOperation { Type: { } type } reference || type.TypeKind != TypeKind.Delegate && type.Name != "Expression") return null;
        var value = Evaluate(reference);
        return value.Origins.Any(o => o.Subject is Outside) ? value : null;
    }

    /// <summary>Takes the predicates that are known here into the query's conditions.</summary>
    private Query Closed(Query query)
    {
        var open = query.Open;
        query = query.WithoutOpen();
        foreach (var predicate in open)
        {
            var lambda = predicate.Origins.Select(o => o.Subject).OfType<Nested>().FirstOrDefault();
            if (lambda is not null && _engine.OperationOf(lambda.Syntax, _cancellation) is IAnonymousFunctionOperation operation) query = query.Where(Conditions(operation, query));
            else if (predicate.Origins.Any(o => o.Subject is Outside)) query = query.WithOpen(predicate);
        }
        return query;
    }

    /// <summary>The lambda in an argument: as written, its operators not yet lowered to branches.</summary>
    private IAnonymousFunctionOperation? LambdaOf(IOperation? argument)
    {
        while (argument is IConversionOperation or IDelegateCreationOperation)
            argument = argument is IConversionOperation conversion ? conversion.Operand : ((IDelegateCreationOperation)argument).Target;
        return argument switch
        {
            IAnonymousFunctionOperation lambda => lambda,
            IFlowAnonymousFunctionOperation flow => _engine.OperationOf(flow.Syntax, _cancellation) as IAnonymousFunctionOperation,
            _ => null,
        };
    }

    /// <summary>The value of a lambda's body for an element.</summary>
    private Value Body(IAnonymousFunctionOperation lambda, Value element)
    {
        var before = _state;
        foreach (var parameter in lambda.Symbol.Parameters) _state = _state.With(parameter, element);
        var recording = _recording;
        _recording = false;
        var value = Evaluate(lambda.Body);
        _recording = recording;
        _state = before;
        return value;
    }

    private static IEnumerable<string> MembersOf(Value value) => value.AllOrigins().Where(o => o is { Kind: OriginKind.Of, Subject: Element, Member: not null }).Select(o => o.Member!).Distinct();
}

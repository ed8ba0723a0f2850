using System.Collections.Immutable;
using System.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    /// <summary>A call of Entity Framework Core, LINQ or a library that the race model knows.</summary>
    private Value Operate(IInvocationOperation call, Operator operation, ReadKind kind, Library library)
    {
        // An extension method has its receiver as first argument.
        var first = call.Instance is null ? 1 : 0;
        var receiver = call.Instance is not null ? Evaluate(call.Instance) : call.Arguments.Length > 0 ? Evaluate(call.Arguments[0].Value) : Value.Unknown;
        IOperation? Argument(int i) => call.Arguments.Length > first + i ? call.Arguments[first + i].Value : null;
        switch (operation)
        {
            case Operator.Same: return Steps(receiver, q => q);
            case Operator.Limit: return Steps(receiver, q => q.AsLimited());
            case Operator.NoTracking: return Steps(receiver, q => q.AsNoTracking(true));
            case Operator.Tracking: return Steps(receiver, q => q.AsNoTracking(false));
            case Operator.IgnoreFilters: return Steps(receiver, q => q.IgnoringFilters());
            case Operator.Where: return Filter(receiver, call, Argument(0));
            case Operator.Select or Operator.SelectMany: return Project(receiver, Argument(0));
            case Operator.Root:
                return Value.From(Origin.Query(new Query { Entity = call.TargetMethod.TypeArguments[0], Root = call.Syntax, Context = receiver }));
            case Operator.RawQuery: return RawQuery(call, receiver, Argument(0));
            case Operator.Terminal: return Terminal(receiver, kind, call.Syntax, Argument(0), call);
            case Operator.Lookup: return Terminal(receiver, ReadKind.Rows, call.Syntax, null, call);
            case Operator.Contains: return Contains(receiver, call.Syntax, Argument(0));
            case Operator.Except: return Except(receiver, Argument(0), call.Syntax);
            case Operator.Find: return Find(call, receiver, first);
            case Operator.Entry: return EntityArgument(call, receiver);
            case Operator.Property: return EntryMember(receiver, Argument(0));
            case Operator.Insert or Operator.InsertRange or Operator.Attach or Operator.AttachRange or Operator.Update or Operator.UpdateRange or Operator.Remove or Operator.RemoveRange:
                return Change(call, operation, receiver);
            case Operator.Save:
                foreach (var argument in call.Arguments.Skip(first)) Evaluate(argument.Value);
                return Save(call, receiver);
            case Operator.Begin: return Begin(call, receiver);
            case Operator.UseTransaction:
                Add(new Event { Kind = EventKind.Begin, Node = call.Syntax, Context = receiver, Value = Evaluate(Argument(0)), Name = "UseTransaction" });
                return receiver;
            case Operator.Commit: return Simple(EventKind.Commit, call, receiver);
            case Operator.Rollback: return Simple(EventKind.Rollback, call, receiver);
            case Operator.ClearTracker: return Simple(EventKind.Clear, call, receiver);
            case Operator.Reload:
                _state = _state.WithoutWritten();
                return Simple(EventKind.Reload, call, receiver);
            case Operator.ProcessLock: return Simple(EventKind.ProcessLock, call, receiver);
            case Operator.ProcessUnlock: return Simple(EventKind.ProcessUnlock, call, receiver);
            case Operator.DistributedLock: return Simple(EventKind.DistributedLock, call, receiver);
            case Operator.DatabaseValues: return Simple(EventKind.DatabaseValues, call, receiver);
            case Operator.SetValues:
                var values = Evaluate(Argument(0));
                // New original values make the next save pass; the current ones stay what they were.
                if (call.Instance is IPropertyReferenceOperation { Property.Name: "OriginalValues" }) Add(new Event { Kind = EventKind.Rebase, Node = call.Syntax, Target = receiver });
                else if (receiver.Origins.IsEmpty) Add(new Event { Kind = EventKind.Reload, Node = call.Syntax, Target = receiver });
                else WriteTo(receiver, null, Origin.Whole, values, call.Syntax);
                return Value.Unknown;
            case Operator.Strategy: return receiver;
            case Operator.Invoke:
                if (call.TargetMethod.Name.StartsWith("ExecuteInTransaction", StringComparison.Ordinal)) Begin(call, receiver);
                Value? given = null;
                foreach (var argument in call.Arguments)
                {
                    var value = Evaluate(argument.Value);
                    if (value.Origins.Any(o => o.Kind == OriginKind.Delegate || o.Subject is Outside { Root: IParameterSymbol { Type.TypeKind: TypeKind.Delegate } })) given = Invoke(value, [], call.Syntax);
                }
                return given ?? Value.Unknown;
            case Operator.NewContext:
                return Value.From(Origin.Is(new Fresh(call.Syntax, null, _engine.Symbols.Awaited(call.TargetMethod.ReturnType))));
            case Operator.BulkUpdate or Operator.BulkDelete: return Bulk(call, operation, receiver, Argument(0));
            case Operator.RawCommand: return RawCommand(call, receiver, first);
            case Operator.CacheGet or Operator.CacheGetOrCreate or Operator.CacheSet or Operator.CacheRemove: return Cache(call, operation, receiver, first, library);
            case Operator.Send: return Send(call, receiver, library);
        }
        return receiver;
    }

    private Value Simple(EventKind kind, IInvocationOperation call, Value receiver)
    {
        foreach (var argument in call.Arguments.Skip(call.Instance is null ? 1 : 0)) Evaluate(argument.Value);
        Add(new Event { Kind = kind, Node = call.Syntax, Target = receiver, Context = receiver, Name = call.TargetMethod.Name, ResultUsed = call.Parent is not IExpressionStatementOperation });
        return receiver;
    }

    private Value Begin(IInvocationOperation call, Value receiver)
    {
        var level = IsolationLevel.Unspecified;
        foreach (var argument in call.Arguments)
            if (argument.Parameter?.Type.Name == "IsolationLevel")
                level = Evaluate(argument.Value).Constant is { HasValue: true, Value: int l } ? (IsolationLevel)l : IsolationLevel.Unspecified;
        Add(new Event { Kind = EventKind.Begin, Node = call.Syntax, Context = receiver, Level = level });
        return receiver;
    }

    private Value EntityArgument(IInvocationOperation call, Value receiver)
    {
        foreach (var argument in call.Arguments)
            if (argument.Parameter is { Name: "entity" }) return Evaluate(argument.Value);
        return receiver;
    }

    private Value EntryMember(Value receiver, IOperation? member)
    {
        var name = member?.ConstantValue is { HasValue: true, Value: string text } ? text : LambdaOf(member) is { } lambda ? MembersOf(Body(lambda, Value.From(Origin.Is(Element.Instance)))).FirstOrDefault() : null;
        return name is null ? receiver : Value.From(receiver.Origins.Where(o => o.Kind == OriginKind.Is).Select(o => Origin.Of(o.Thing!, name)));
    }

    /// <summary><c>Add</c>, <c>Attach</c>, <c>Update</c>, <c>Remove</c> and their ranges, on a set or a context.</summary>
    private Value Change(IInvocationOperation call, Operator operation, Value receiver)
    {
        var entity = Value.Unknown;
        ITypeSymbol? type = null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is null or { Type.Name: "CancellationToken" }) continue;
            entity = Value.Join(entity, Evaluate(argument.Value));
            type ??= Unwrapped(argument.Value);
        }
        var context = receiver;
        foreach (var origin in receiver.Origins)
            if (origin.Subject is Query query)
            {
                context = query.Context;
                type = query.Entity;
            }
        Use(entity);
        type = KnownSymbols.ElementOf(type) ?? type;
        var fresh = entity.Origins.Any(o => o.Subject is Fresh);
        var kind = operation switch
        {
            Operator.Insert or Operator.InsertRange => EventKind.Insert,
            Operator.Attach or Operator.AttachRange => fresh ? EventKind.Insert : EventKind.Update,
            Operator.Update or Operator.UpdateRange => EventKind.Update,
            _ => EventKind.Remove,
        };
        Add(new Event { Kind = kind, Node = call.Syntax, Target = entity, Value = entity, Context = context, Entity = type, Name = call.TargetMethod.Name });
        return entity;
    }

    private static ITypeSymbol? Unwrapped(IOperation operation)
    {
        while (operation is IConversionOperation { IsImplicit: true } conversion) operation = conversion.Operand;
        return operation is IArrayCreationOperation { Initializer.ElementValues: [var first, ..] } ? Unwrapped(first) : operation.Type;
    }

    private Value Bulk(IInvocationOperation call, Operator operation, Value receiver, IOperation? setters)
    {
        var set = operation == Operator.BulkUpdate && LambdaOf(setters) is { } lambda ? SettersOf(lambda) : ImmutableArray<(string, Value, SyntaxNode)>.Empty;
        foreach (var query in Sources(receiver))
            Add(new Event
            {
                Kind = EventKind.Bulk,
                Node = call.Syntax,
                Query = query,
                Entity = query.Entity,
                Context = query.Context,
                Setters = set,
                Name = operation == Operator.BulkUpdate ? "ExecuteUpdate" : "ExecuteDelete",
                ResultUsed = IsResultUsed(call),
            });
        return Value.From(new Origin(OriginKind.Of, new Fresh(call.Syntax, null, null), "Affected"));
    }

    /// <summary>The setters of <c>s =&gt; s.SetProperty(x =&gt; x.A, x =&gt; …)</c>, also of several chained or in a block.</summary>
    private ImmutableArray<(string, Value, SyntaxNode)> SettersOf(IAnonymousFunctionOperation lambda)
    {
        var setters = ImmutableArray.CreateBuilder<(string, Value, SyntaxNode)>();
        foreach (var operation in lambda.Body.Descendants())
            if (operation is IInvocationOperation { TargetMethod.Name: "SetProperty" } set && set.Arguments.Length >= 2)
            {
                var offset = set.Arguments.Length - 2;
                var element = Value.From(Origin.Is(Element.Instance));
                var member = LambdaOf(set.Arguments[offset].Value) is { } target ? MembersOf(Body(target, element)).FirstOrDefault() : null;
                var argument = set.Arguments[offset + 1].Value;
                var value = LambdaOf(argument) is { } computed ? Body(computed, element) : Evaluate(argument);
                if (member is not null) setters.Add((member, value, set.Syntax));
            }
        return setters.ToImmutable();
    }

    private Value RawCommand(IInvocationOperation call, Value receiver, int first)
    {
        var sql = call.Arguments.Length > first ? Text(call.Arguments[first].Value) : null;
        var values = call.Arguments.Skip(first).Select(a => Evaluate(a.Value)).ToArray();
        var parts = call.Arguments.Length > first ? Interpolations(call.Arguments[first].Value) : ImmutableArray<Value>.Empty;
        var kind = IsAdvisory(sql) ? EventKind.DistributedLock : IsLocking(sql) ? EventKind.LockRow : EventKind.RawCommand;
        Add(new Event { Kind = kind, Node = call.Syntax, Context = receiver, Name = sql, Value = parts.Concat(values).Aggregate(Value.Unknown, Value.Join), Arguments = parts, ResultUsed = IsResultUsed(call) });
        return Value.From(new Origin(OriginKind.Of, new Fresh(call.Syntax, null, null), "Affected"));
    }

    private ImmutableArray<Value> Interpolations(IOperation operation)
    {
        var parts = ImmutableArray.CreateBuilder<Value>();
        foreach (var part in operation.DescendantsAndSelf().OfType<IInterpolationOperation>()) parts.Add(Evaluate(part.Expression));
        return parts.ToImmutable();
    }

    private static bool IsResultUsed(IOperation operation)
    {
        // The statement's root tells: the graph has lost the parents of lowered nodes, the syntax has not.
        var node = operation.Syntax.Parent;
        while (node is Microsoft.CodeAnalysis.CSharp.Syntax.AwaitExpressionSyntax or Microsoft.CodeAnalysis.CSharp.Syntax.ParenthesizedExpressionSyntax
               or Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } || node is Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax { Expression: Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } })
            node = node.Parent;
        return node is not Microsoft.CodeAnalysis.CSharp.Syntax.ExpressionStatementSyntax
            && node is not Microsoft.CodeAnalysis.CSharp.Syntax.AssignmentExpressionSyntax { Left: Microsoft.CodeAnalysis.CSharp.Syntax.IdentifierNameSyntax { Identifier.Text: "_" } };
    }
}

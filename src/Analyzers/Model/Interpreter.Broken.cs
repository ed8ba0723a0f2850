using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Code that does not bind: half-typed, or with a type whose assembly is missing. What is meant can be seen all the same where only an argument is not understood.</summary>
internal sealed partial class Interpreter
{
    private Value Broken(IInvalidOperation broken) => broken.Syntax.Parent is LockStatementSyntax held && held.Expression == broken.Syntax ? BrokenLock(held) : MemberOf(broken) is var (_, row, member) ? Member(row, member, broken.Syntax) : BrokenCall(broken);

    /// <summary>A lock on a <c>System.Threading.Lock</c> that is in two assemblies: the compiler does not know whose scope it enters.</summary>
    private Value BrokenLock(LockStatementSyntax held)
    {
        Add(new Event { Kind = EventKind.ProcessLock, Node = held.Expression });
        return Value.Unknown;
    }

    /// <summary>What is awaited with an error in it has no type; the row that it is has one.</summary>
    private (IOperation Instance, Value Row, ISymbol Member)? MemberOf(IInvalidOperation broken)
    {
        if (broken.Syntax is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: { Length: > 0 } name } || broken.ChildOperations.FirstOrDefault() is not { Type: null or IErrorTypeSymbol } instance) return null;
        var row = Evaluate(instance);
        foreach (var origin in row.Origins)
            if (origin.IsRow && origin.Read!.Entity.FindMember(name) is { } member) return (instance, row, member);
        return null;
    }

    private Value BrokenCall(IInvalidOperation call)
    {
        if (call.Syntax is not InvocationExpressionSyntax { ArgumentList.Arguments: var given } syntax || Meant(syntax) is not { } method || call.ChildOperations.Count < given.Count) return ComputedOf(call);
        var parts = call.ChildOperations.ToArray();
        var operands = parts.Skip(parts.Length - given.Count).ToArray();
        var definition = method.ReducedFrom ?? method;
        var receiver = parts.Length > operands.Length ? Evaluate(parts[0]) : definition.IsStatic ? Value.Unknown : This(definition.ContainingType);
        switch (Operators.Of(definition, _engine.Symbols.LibraryOf(definition.ContainingType), out var kind))
        {
            case Operator.Save:
                Add(new Event { Kind = EventKind.Save, Node = syntax, Context = receiver, ResultUsed = call.Parent is not IExpressionStatementOperation });
                return Value.Unknown;
            case Operator.Terminal:
                return Terminal(receiver, kind, syntax, operands.FirstOrDefault());
            case Operator.Find when Sources(receiver).FirstOrDefault() is { } rows:
                return Found(rows, operands.SelectMany(Keys).Where(k => k.Type?.Name != "CancellationToken"), syntax);
        }
        IEnumerable<Value> values = operands.Select(Evaluate);
        if (method.ReducedFrom is not null) values = values.Prepend(receiver);
        var arguments = values.ToArray();
        if (definition.IsGenericMethod || _engine.Resolve(definition, null) is not { } target || BodyOf(target) is not { } body) return Value.Join(receiver.Derived(), Value.Computed(arguments));
        return Inline(body, target, receiver, [.. arguments, .. Enumerable.Repeat(Value.Unknown, Math.Max(0, definition.Parameters.Length - arguments.Length))], syntax, definition);
    }

    /// <summary>The one of the candidates that takes so many arguments, by position.</summary>
    private IMethodSymbol? Meant(InvocationExpressionSyntax call)
    {
        if (call.ArgumentList.Arguments.Any(a => a.NameColon is not null)) return null;
        var given = call.ArgumentList.Arguments.Count;
        foreach (var candidate in _engine.ModelOf(call.SyntaxTree).GetSymbolInfo(call, _cancellation).CandidateSymbols)
            if (candidate is IMethodSymbol { Parameters: var parameters } method && parameters.Length >= given && parameters.Skip(given).All(p => p.IsOptional)) return method;
        return null;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Calls: the fluent API's own, and methods of this compilation that are handed a builder.</summary>
internal sealed partial class FluentReader
{
    private FluentScope? Invoke(InvocationExpressionSyntax invocation, FluentScope? receiver, FluentFrame frame)
    {
        cancellation.ThrowIfCancellationRequested();
        if (invocation.CalledName() is not { } name)
        {
            return null;
        }

        if (receiver is not null)
        {
            var call = new FluentCall(this, frame, receiver, name, invocation.ArgumentList.Arguments);
            if (FluentVocabulary.TryApply(call, out var result))
            {
                return result;
            }
        }

        return CallSource(invocation, receiver, frame);
    }

    /// <summary>Follows a call that hands on a builder; one that leads out of sight makes what it was handed opaque.</summary>
    private FluentScope? CallSource(InvocationExpressionSyntax invocation, FluentScope? receiver, FluentFrame frame)
    {
        var arguments = invocation.ArgumentList.Arguments;
        var given = new FluentScope?[arguments.Count];
        var handsOn = receiver is not null and not (TextScope or LambdaScope);
        for (var i = 0; i < given.Length; i++)
        {
            given[i] = Evaluate(arguments[i].Expression, frame)
                ?? (frame.Text(arguments[i].Expression) is { } text ? new TextScope(text) : null);
            handsOn |= given[i] is not (null or TextScope or LambdaScope);
        }

        if (frame.Semantics is null || !handsOn)
        {
            return receiver;
        }

        var info = frame.Semantics.GetSymbolInfo(invocation, cancellation);
        if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is not IMethodSymbol method)
        {
            return receiver;
        }

        var isExtension = method.ReducedFrom is not null;
        var target = Override(method, invocation, frame);
        var definition = target.ReducedFrom is { } reduced ? Construct(reduced, target) : target;
        if (IsInSight(definition))
        {
            var self = method.IsStatic || isExtension ? null : frame.Self;
            Read(definition, self, frame.Depth + 1, Ordered(definition, arguments, given, isExtension ? receiver : null), frame);
        }
        else if (!KnownLibraries.LeavesTokensAlone(definition))
        {
            foreach (var scope in given.Append(receiver))
            {
                MarkOpaque(scope);
            }
        }

        return receiver ?? given.FirstOrDefault(scope => scope is EntityScope or ModelScope);
    }

    private static IMethodSymbol Construct(IMethodSymbol definition, IMethodSymbol call) =>
        definition.Arity > 0 && definition.Arity == call.TypeArguments.Length ? definition.Construct(call.TypeArguments.ToArray()) : definition;

    private bool IsInSight(IMethodSymbol method)
    {
        foreach (var reference in method.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (compilation!.ContainsSyntaxTree(reference.SyntaxTree))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A call on <c>this</c> of a virtual method ends at the most derived type's override.</summary>
    private static IMethodSymbol Override(IMethodSymbol method, InvocationExpressionSyntax invocation, FluentFrame frame)
    {
        var onThis = invocation.Expression is SimpleNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax };
        if (!onThis || frame.Self is null || !(method.IsVirtual || method.IsAbstract || method.IsOverride))
        {
            return method;
        }

        for (var type = frame.Self; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers(method.Name))
            {
                if (member is IMethodSymbol candidate && !candidate.IsAbstract && candidate.Parameters.Length == method.Parameters.Length)
                {
                    return candidate;
                }
            }
        }

        return method;
    }

    /// <summary>The arguments in the order of the parameters; the receiver first for an extension method.</summary>
    private static FluentScope?[] Ordered(
        IMethodSymbol method, SeparatedSyntaxList<ArgumentSyntax> arguments, FluentScope?[] given, FluentScope? receiver)
    {
        var ordered = new FluentScope?[method.Parameters.Length];
        var next = 0;
        if (receiver is not null && ordered.Length > 0)
        {
            ordered[next++] = receiver;
        }

        for (var i = 0; i < given.Length; i++)
        {
            var position = next++;
            if (arguments[i].NameColon is { Name.Identifier.ValueText: var name })
            {
                for (var p = 0; p < method.Parameters.Length; p++)
                {
                    position = method.Parameters[p].Name == name ? p : position;
                }
            }

            if (position < ordered.Length)
            {
                ordered[position] = given[i];
            }
        }

        return ordered;
    }

    public static void MarkOpaque(FluentScope? scope)
    {
        switch (scope)
        {
            case ModelScope { Context: { } context }:
                context.IsOpaque = true;
                break;
            case EntityScope { Draft: var draft }:
                draft.IsOpaque = true;
                break;
            case EachEntityScope { Pattern: var pattern }:
                pattern.SetsUnknownTokens = true;
                break;
        }
    }

    /// <summary>Runs a configuration action: a lambda, or a method that is named.</summary>
    public void Run(ExpressionSyntax? action, FluentFrame frame, FluentScope argument)
    {
        switch (action)
        {
            case AnonymousFunctionExpressionSyntax function:
                RunFunction(function, frame, argument);
                break;
            case IdentifierNameSyntax name when frame.Names.TryGetValue(name.Identifier.ValueText, out var scope):
                if (scope is LambdaScope given)
                {
                    RunFunction(given.Lambda, given.Frame, argument);
                }

                break;
            case SimpleNameSyntax or MemberAccessExpressionSyntax when frame.Semantics is { } semantics:
                var info = semantics.GetSymbolInfo(action, cancellation);
                if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is IMethodSymbol method && IsInSight(method))
                {
                    Read(method, frame.Self, frame.Depth + 1, [argument], frame);
                }

                break;
        }
    }

    private void RunFunction(AnonymousFunctionExpressionSyntax function, FluentFrame frame, FluentScope argument)
    {
        if (frame.Depth > DeepestCall)
        {
            return;
        }

        var inner = frame.Inner();
        if (ParameterName(function) is { } parameter)
        {
            inner.Names[parameter] = argument;
        }

        ReadBody(function, inner);
    }

    /// <summary>What a lambda over one parameter gives: <c>entities.Select(e => e.ClrType)</c>.</summary>
    public FluentScope? Result(LambdaExpressionSyntax lambda, FluentFrame frame, FluentScope argument)
    {
        var inner = frame.Inner();
        if (ParameterName(lambda) is { } parameter)
        {
            inner.Names[parameter] = argument;
        }

        return lambda.ExpressionBody is { } body && frame.Depth <= DeepestCall ? Evaluate(body, inner) : null;
    }

    public static string? ParameterName(AnonymousFunctionExpressionSyntax function) => function switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter.Identifier.ValueText,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [var only, ..] } => only.Identifier.ValueText,
        AnonymousMethodExpressionSyntax { ParameterList.Parameters: [var only, ..] } => only.Identifier.ValueText,
        _ => null,
    };
}

/// <summary>One call of the fluent API.</summary>
internal sealed record FluentCall(
    FluentReader Reader, FluentFrame Frame, FluentScope Receiver, SimpleNameSyntax NameSyntax, SeparatedSyntaxList<ArgumentSyntax> Arguments)
{
    public string Name => NameSyntax.Identifier.ValueText;

    public ExpressionSyntax? Argument(int index) => index < Arguments.Count ? Arguments[index].Expression : null;

    public ExpressionSyntax? Last => Arguments.Count > 0 ? Arguments[Arguments.Count - 1].Expression : null;

    public TypeSyntax? TypeArgument(int index = 0) =>
        NameSyntax is GenericNameSyntax generic && index < generic.TypeArgumentList.Arguments.Count ? generic.TypeArgumentList.Arguments[index] : null;

    /// <summary>The entity type that the call names: a type argument, <c>typeof</c>, or a text.</summary>
    public INamedTypeSymbol? Type(int argument = 0) => Frame.Type(TypeArgument()
        ?? (Argument(argument) is TypeOfExpressionSyntax { Type: var type } ? type : null));

    public string? Text(int index) => Frame.Text(Argument(index));

    /// <summary>A flag that is true when it is not given: <c>IsUnique()</c>.</summary>
    public bool Flag() => Argument(0) is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression };

    /// <summary>The configuration action in last place.</summary>
    public ExpressionSyntax? Action => Last is AnonymousFunctionExpressionSyntax ? Last : null;
}

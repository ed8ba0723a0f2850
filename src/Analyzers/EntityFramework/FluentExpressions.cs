using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Expressions: chains of calls on builders, and what they stand for.</summary>
internal sealed partial class FluentReader
{
    /// <summary>What an expression stands for, having read what it says. A long chain is a deep expression, so it is walked in a loop.</summary>
    public FluentScope? Evaluate(ExpressionSyntax? expression, FluentFrame frame)
    {
        var links = new Stack<ExpressionSyntax>();
        var current = expression;
        while (current is not null)
        {
            switch (current)
            {
                case ParenthesizedExpressionSyntax { Expression: var inner }:
                    current = inner;
                    continue;
                case PostfixUnaryExpressionSyntax { Operand: var inner }:
                    current = inner;
                    continue;
                case CastExpressionSyntax { Expression: var inner }:
                    current = inner;
                    continue;
                case ConditionalAccessExpressionSyntax { Expression: var receiver }:
                    links.Push(current);
                    current = receiver;
                    continue;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } }:
                    links.Push(current);
                    current = receiver;
                    continue;
                case MemberAccessExpressionSyntax { Expression: var receiver }:
                    links.Push(current);
                    current = receiver;
                    continue;
            }

            break;
        }

        if (_nesting >= DeepestNesting)
        {
            return null;
        }

        _nesting++;
        var scope = EvaluateRoot(current, frame);
        while (links.Count > 0)
        {
            var link = links.Pop();
            scope = link switch
            {
                InvocationExpressionSyntax invocation => Invoke(invocation, scope, frame),
                ConditionalAccessExpressionSyntax conditional => WhenNotNull(conditional.WhenNotNull, scope, frame),
                MemberAccessExpressionSyntax access => Get(scope, access.Name.Identifier.ValueText),
                _ => null,
            };
        }

        _nesting--;
        return scope;
    }

    private FluentScope? EvaluateRoot(ExpressionSyntax? expression, FluentFrame frame)
    {
        switch (expression)
        {
            case IdentifierNameSyntax name:
                return frame.Names.TryGetValue(name.Identifier.ValueText, out var scope) ? scope : null;
            case InvocationExpressionSyntax invocation:
                return Invoke(invocation, null, frame);
            case AssignmentExpressionSyntax assignment:
                return Assign(assignment, frame);
            case AwaitExpressionSyntax { Expression: var awaited }:
                return Evaluate(awaited, frame);
            case LambdaExpressionSyntax lambda:
                return new LambdaScope(lambda, frame);
            case LiteralExpressionSyntax { Token.Value: string text }:
                return new TextScope(text);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression, Left: var left }:
                return Evaluate(left, frame);
            case ConditionalExpressionSyntax conditional:
                Evaluate(conditional.WhenFalse, frame);
                return Evaluate(conditional.WhenTrue, frame);
            default:
                return null;
        }
    }

    private FluentScope? WhenNotNull(ExpressionSyntax tail, FluentScope? scope, FluentFrame frame)
    {
        switch (tail)
        {
            case InvocationExpressionSyntax invocation:
                var receiver = invocation.Expression is MemberAccessExpressionSyntax { Expression: var before }
                    ? WhenNotNull(before, scope, frame)
                    : scope;
                return Invoke(invocation, receiver, frame);
            case MemberBindingExpressionSyntax member:
                return Get(scope, member.Name.Identifier.ValueText);
            case MemberAccessExpressionSyntax access:
                return Get(WhenNotNull(access.Expression, scope, frame), access.Name.Identifier.ValueText);
            default:
                return null;
        }
    }

    private FluentScope? Assign(AssignmentExpressionSyntax assignment, FluentFrame frame)
    {
        if (assignment.Left is IdentifierNameSyntax local)
        {
            var value = Evaluate(assignment.Right, frame);
            Bind(frame, local.Identifier, value);
            return value;
        }

        if (assignment.Left is MemberAccessExpressionSyntax target && Evaluate(target.Expression, frame) is { } owner)
        {
            FluentVocabulary.Set(owner, target.Name.Identifier.ValueText, assignment.Right);
        }

        return null;
    }

    private static FluentScope? Get(FluentScope? scope, string member) => scope switch
    {
        ModelScope when member == "Model" => scope,
        EntityScope or PropertyScope or IndexScope when member == "Metadata" => scope,
        EachEntityScope when member == "ClrType" => scope,
        _ => null,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>
/// Reads the statements that build a model, as an interpreter would run them: it follows calls into methods of this compilation,
/// lambdas and loops, and tells <see cref="FluentVocabulary"/> what was said of what. Both branches of a condition count.
/// </summary>
internal sealed partial class FluentReader(Compilation? compilation, ModelDraft model, CancellationToken cancellation)
{
    private const int DeepestCall = 24;
    private const int DeepestNesting = 300;

    private readonly HashSet<ISymbol> _running = new(SymbolEqualityComparer.Default);
    private int _nesting;

    public ModelDraft Model => model;

    /// <summary>Reads a method, its parameters standing for the given scopes.</summary>
    public void Read(IMethodSymbol method, INamedTypeSymbol? self, int depth, params FluentScope?[] arguments) =>
        Read(method, self, depth, arguments, null);

    private void Read(
        IMethodSymbol method, INamedTypeSymbol? self, int depth, IReadOnlyList<FluentScope?> arguments, FluentFrame? caller)
    {
        if (depth > DeepestCall || compilation is null || !_running.Add(method.OriginalDefinition))
        {
            return;
        }

        try
        {
            foreach (var reference in method.OriginalDefinition.DeclaringSyntaxReferences)
            {
                var syntax = reference.GetSyntax(cancellation);
                if (compilation.ContainsSyntaxTree(syntax.SyntaxTree))
                {
                    var frame = new FluentFrame(compilation.GetSemanticModel(syntax.SyntaxTree), self, depth);
                    BindTypeArguments(frame, method, caller);
                    BindParameters(frame, syntax, arguments);
                    ReadBody(syntax, frame);
                }
            }
        }
        finally
        {
            _running.Remove(method.OriginalDefinition);
        }
    }

    private static void BindTypeArguments(FluentFrame frame, IMethodSymbol method, FluentFrame? caller)
    {
        Bind(method.TypeParameters, method.TypeArguments);
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            Bind(type.TypeParameters, type.TypeArguments);
        }

        void Bind(IReadOnlyList<ITypeParameterSymbol> parameters, IReadOnlyList<ITypeSymbol> arguments)
        {
            for (var i = 0; i < parameters.Count; i++)
            {
                var argument = arguments[i] as INamedTypeSymbol;
                if (argument is null && arguments[i] is ITypeParameterSymbol parameter)
                {
                    caller?.TypeArguments.TryGetValue(parameter.Name, out argument);
                }

                if (argument is not null)
                {
                    frame.TypeArguments = frame.TypeArguments.SetItem(parameters[i].Name, argument);
                }
            }
        }
    }

    private static void BindParameters(FluentFrame frame, SyntaxNode syntax, IReadOnlyList<FluentScope?> arguments)
    {
        var parameters = syntax switch
        {
            BaseMethodDeclarationSyntax method => method.ParameterList.Parameters,
            LocalFunctionStatementSyntax local => local.ParameterList.Parameters,
            _ => default,
        };
        for (var i = 0; i < parameters.Count && i < arguments.Count; i++)
        {
            if (arguments[i] is { } scope)
            {
                frame.Names[parameters[i].Identifier.ValueText] = scope;
            }
        }
    }

    /// <summary>Reads the body of a method, a local function or a lambda.</summary>
    public void ReadBody(SyntaxNode syntax, FluentFrame frame)
    {
        var (block, expression) = syntax switch
        {
            BaseMethodDeclarationSyntax method => (method.Body, method.ExpressionBody?.Expression),
            LocalFunctionStatementSyntax local => (local.Body, local.ExpressionBody?.Expression),
            AnonymousFunctionExpressionSyntax function => (function.Block, function.ExpressionBody),
            _ => ((BlockSyntax?)null, (ExpressionSyntax?)null),
        };
        if (block is not null)
        {
            ReadStatements(block.Statements, frame);
        }
        else if (expression is not null)
        {
            Evaluate(expression, frame);
        }
    }

    private void ReadStatements(SyntaxList<StatementSyntax> statements, FluentFrame frame)
    {
        foreach (var statement in statements)
        {
            ReadStatement(statement, frame);
        }
    }

    /// <summary>Nesting is bounded: the stack of the compiler is not ours to use up.</summary>
    private void ReadStatement(StatementSyntax? statement, FluentFrame frame)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_nesting < DeepestNesting)
        {
            _nesting++;
            Dispatch(statement, frame);
            _nesting--;
        }
    }

    private void Dispatch(StatementSyntax? statement, FluentFrame frame)
    {
        switch (statement)
        {
            case ExpressionStatementSyntax { Expression: var expression }:
                Evaluate(expression, frame);
                break;
            case LocalDeclarationStatementSyntax { Declaration.Variables: var variables }:
                foreach (var variable in variables)
                {
                    if (variable.Initializer is { } initializer)
                    {
                        Bind(frame, variable.Identifier, Evaluate(initializer.Value, frame));
                    }
                }

                break;
            case ReturnStatementSyntax { Expression: { } returned }:
                Evaluate(returned, frame);
                break;
            case BlockSyntax block:
                ReadStatements(block.Statements, frame);
                break;
            case IfStatementSyntax branch:
                ReadBranch(branch, frame);
                break;
            case ForEachStatementSyntax loop:
                var inner = frame.Inner();
                Bind(inner, loop.Identifier, Evaluate(loop.Expression, frame));
                ReadStatement(loop.Statement, inner);
                break;
            case ForStatementSyntax { Statement: var body }:
                ReadStatement(body, frame.Inner());
                break;
            case WhileStatementSyntax { Statement: var body }:
                ReadStatement(body, frame.Inner());
                break;
            case UsingStatementSyntax { Statement: var body }:
                ReadStatement(body, frame);
                break;
            case TryStatementSyntax attempt:
                ReadStatement(attempt.Block, frame);
                break;
            case SwitchStatementSyntax choice:
                foreach (var section in choice.Sections)
                {
                    ReadStatements(section.Statements, frame.Inner());
                }

                break;
        }
    }

    private static void Bind(FluentFrame frame, SyntaxToken name, FluentScope? scope)
    {
        if (scope is not null)
        {
            frame.Names[name.ValueText] = scope;
        }
        else
        {
            frame.Names.Remove(name.ValueText);
        }
    }

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

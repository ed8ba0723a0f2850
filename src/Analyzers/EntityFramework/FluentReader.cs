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

    /// <summary>Reads a statement, or the body of a method, a local function or a lambda.</summary>
    public void ReadBody(SyntaxNode syntax, FluentFrame frame)
    {
        if (syntax is StatementSyntax and not LocalFunctionStatementSyntax)
        {
            ReadStatement((StatementSyntax)syntax, frame);
            return;
        }

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
}

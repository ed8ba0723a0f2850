using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>An <c>if</c> that decides whether the act is reached: one that leaves the method first, or one that holds the act in a branch.</summary>
internal sealed record Guard(IfStatementSyntax If, bool IsExit, bool ActInElse)
{
    public ExpressionSyntax Condition => If.Condition;

    /// <summary>The act happens where the condition holds.</summary>
    public bool MustHold => !IsExit && !ActInElse;

    /// <summary>What runs instead of the act, where it is a branch of the guard itself.</summary>
    public StatementSyntax? Otherwise => IsExit || ActInElse ? If.Statement : If.Else?.Statement;
}

/// <summary>The way from one statement to a later one of the same body, when only guards stand on it: no loop, no jump of another kind.</summary>
internal sealed class Way
{
    public List<Guard> Guards { get; } = [];

    /// <summary>The statements in between that always run on the way, in order.</summary>
    public List<StatementSyntax> Steps { get; } = [];

    /// <summary>A statement that runs what stands in it once a turn.</summary>
    public static bool IsLoop(SyntaxNode node) => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax;

    /// <summary>It runs in a loop that stands within the node.</summary>
    public static bool IsRepeated(SyntaxNode node, SyntaxNode? within) => node.Ancestors().TakeWhile(part => part != within).Any(IsLoop);

    /// <summary>Of the two only one is reached.</summary>
    public static bool AreExclusive(SyntaxNode one, SyntaxNode other) => Excludes(one, other) || Excludes(other, one);

    /// <summary>A branch that holds the one and not the other leaves the other out: by its <c>else</c>, or because it leaves.</summary>
    private static bool Excludes(SyntaxNode one, SyntaxNode other) => one.Ancestors().OfType<IfStatementSyntax>().Any(choice =>
        choice.Statement.Span.Contains(one.Span) && !choice.Statement.Span.Contains(other.Span)
        && (choice.Else?.Span.Contains(other.Span) == true || choice.Else is null && other.SpanStart > choice.Span.End && AlwaysLeaves(choice.Statement)));

    public static Way? Between(StatementSyntax from, StatementSyntax to)
    {
        var path = new Way();
        SyntaxNode node = to;
        while (true)
        {
            if (Siblings(node) is not { } siblings)
            {
                // An act that is an if's only statement, without braces.
                if (node.Parent is IfStatementSyntax or ElseClauseSyntax && Enter(path, ref node))
                {
                    continue;
                }

                return null;
            }

            var index = siblings.IndexOf((StatementSyntax)node);
            var start = siblings.IndexOf(from);
            for (var i = index - 1; i > start; i--)
            {
                if (siblings[i] is IfStatementSyntax { Else: null } guard && AlwaysLeaves(guard.Statement))
                {
                    path.Guards.Insert(0, new Guard(guard, IsExit: true, ActInElse: false));
                }
                else if (Jumps(siblings[i]))
                {
                    return null;
                }
                else
                {
                    path.Steps.Insert(0, siblings[i]);
                }
            }

            if (start >= 0)
            {
                return start < index ? path : null;
            }

            if (node.Parent is not BlockSyntax block)
            {
                return null;
            }

            node = block;
            if (!Enter(path, ref node))
            {
                return null;
            }
        }
    }

    /// <summary>Steps out of a branch or of a plain block to the statement that holds it.</summary>
    private static bool Enter(Way path, ref SyntaxNode node)
    {
        switch (node.Parent)
        {
            case IfStatementSyntax guard:
                path.Guards.Insert(0, new Guard(guard, IsExit: false, ActInElse: false));
                node = guard;
                return true;
            case ElseClauseSyntax { Parent: IfStatementSyntax guard }:
                path.Guards.Insert(0, new Guard(guard, IsExit: false, ActInElse: true));
                node = guard;
                return true;
            case BlockSyntax:
                return true;
            case TryStatementSyntax or LockStatementSyntax or UsingStatementSyntax:
                node = node.Parent;
                return true;
            default:
                return false;
        }
    }

    public static SyntaxList<StatementSyntax>? Siblings(SyntaxNode node) => node.Parent switch
    {
        _ when node is not StatementSyntax => null,
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => null,
    };

    /// <summary>Ends with a return, a throw, a break or a continue on each way through it.</summary>
    public static bool AlwaysLeaves(StatementSyntax? statement) => statement switch
    {
        ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax => true,
        BlockSyntax block => block.Statements.Count > 0 && AlwaysLeaves(block.Statements.Last()) && !block.Statements.Take(block.Statements.Count - 1).Any(Jumps),
        IfStatementSyntax { Else: { } other } choice => AlwaysLeaves(choice.Statement) && AlwaysLeaves(other.Statement),
        _ => false,
    };

    /// <summary>May leave the list it stands in.</summary>
    public static bool Jumps(SyntaxNode statement) => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(node => node is ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax or GotoStatementSyntax or YieldStatementSyntax);

    public static StatementSyntax? StatementOf(SyntaxNode? node) => node?.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault(statement => statement is not BlockSyntax);
}

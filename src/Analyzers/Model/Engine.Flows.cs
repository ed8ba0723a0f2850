using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>The control flow of each body, made once: a body is looked into from callers of different depths.</summary>
internal sealed partial class Engine
{
    private readonly ConcurrentDictionary<IMethodSymbol, (ControlFlow Flow, SyntaxNode Syntax)?> _flows = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<Nested, ControlFlow?> _nestedFlows = new();

    /// <summary>Only trees of this compilation are entered: in an editor a project reference is a compilation of its own, in a build it is metadata.</summary>
    public bool HasSource(ISymbol symbol)
    {
        foreach (var reference in symbol.OriginalDefinition.DeclaringSyntaxReferences)
            if (Compilation.ContainsSyntaxTree(reference.SyntaxTree)) return true;
        return false;
    }

    private (ControlFlow Flow, SyntaxNode Syntax)? FlowOf(IMethodSymbol method, CancellationToken cancellation) => _flows.GetOrAdd(method, m =>
    {
        foreach (var reference in m.DeclaringSyntaxReferences)
        {
            if (!Compilation.ContainsSyntaxTree(reference.SyntaxTree)) continue;
            var syntax = reference.GetSyntax(cancellation);
            if (GraphOf(syntax, cancellation) is { } graph) return (new ControlFlow(graph), syntax);
        }
        return null;
    });

    private ControlFlow? FlowOf(Nested nested) => _nestedFlows.GetOrAdd(nested, n => n.Graph() is { } graph ? new ControlFlow(graph) : null);

    /// <summary>The control flow graph of a declaration's body; null when it has none or does not bind.</summary>
    private ControlFlowGraph? GraphOf(SyntaxNode syntax, CancellationToken cancellation)
    {
        var node = syntax switch
        {
            ArrowExpressionClauseSyntax arrow => (SyntaxNode)arrow,
            PropertyDeclarationSyntax { ExpressionBody: { } arrow } => arrow,
            IndexerDeclarationSyntax { ExpressionBody: { } arrow } => arrow,
            BaseMethodDeclarationSyntax { Body: null, ExpressionBody: null } => null,
            AccessorDeclarationSyntax { Body: null, ExpressionBody: null } => null,
            BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax => syntax,
            _ => null,
        };
        if (node is null) return null;
        return ModelOf(node.SyntaxTree).GetOperation(node, cancellation) switch
        {
            IMethodBodyOperation method => ControlFlowGraph.Create(method, cancellation),
            IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor, cancellation),
            IBlockOperation { Parent: null } block => ControlFlowGraph.Create(block, cancellation),
            _ => null,
        };
    }
}

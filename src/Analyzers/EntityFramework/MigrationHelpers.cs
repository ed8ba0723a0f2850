using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>
/// Methods of this compilation through which its migrations create their indexes: an entity builder of its own, an extension of
/// the migration builder. What the index is over stands at the call; its table there, or in the class whose method is called.
/// </summary>
internal sealed class MigrationHelpers(Compilation compilation, CancellationToken cancellation)
{
    private readonly Dictionary<string, (MethodDeclarationSyntax Helper, InvocationExpressionSyntax Created)[]> _byName = [];

    /// <summary>The call that creates an index in the helper that is called, and what its parameters stand for.</summary>
    public (InvocationExpressionSyntax Created, Bound Bound)? IndexOf(string name, InvocationExpressionSyntax call)
    {
        if (!_byName.TryGetValue(name, out var helpers)) _byName[name] = helpers = Named(name).ToArray();
        var given = call.ArgumentList.Arguments.Count;
        foreach (var (helper, created) in helpers)
        {
            var extended = helper.ParameterList.Parameters is [{ Modifiers: var modifiers }, ..] && modifiers.Any(SyntaxKind.ThisKeyword) ? 1 : 0;
            if (helper.ParameterList.Parameters.Count - extended >= given) return (created, new Bound(helper, call, extended, ClassOf(call)));
        }
        return null;
    }

    private IEnumerable<(MethodDeclarationSyntax, InvocationExpressionSyntax)> Named(string name)
    {
        foreach (var symbol in compilation.GetSymbolsWithName(name, SymbolFilter.Member, cancellation))
            foreach (var reference in symbol.DeclaringSyntaxReferences)
                if (reference.GetSyntax(cancellation) is MethodDeclarationSyntax helper)
                    foreach (var node in helper.DescendantNodes())
                        if (node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CreateIndex" or "AddUniqueConstraint" } } created) yield return (helper, created);
    }

    /// <summary>The class of which an object is made, in the same method, to call the helper on.</summary>
    private ClassDeclarationSyntax? ClassOf(InvocationExpressionSyntax call)
    {
        var receiver = call.Expression is MemberAccessExpressionSyntax { Expression: var of } ? of : null;
        if (receiver is IdentifierNameSyntax { Identifier.ValueText: var local })
            receiver = call.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(v => v.Identifier.ValueText == local)?.Initializer?.Value;
        if (receiver is not ObjectCreationExpressionSyntax { Type: var type }) return null;
        var name = type.GetLastToken().ValueText;
        return compilation.GetSymbolsWithName(name, SymbolFilter.Type, cancellation).SelectMany(t => t.DeclaringSyntaxReferences).Select(r => r.GetSyntax(cancellation)).OfType<ClassDeclarationSyntax>().FirstOrDefault();
    }

    /// <summary>A helper's expressions, read with the arguments of one call.</summary>
    internal sealed class Bound(MethodDeclarationSyntax helper, InvocationExpressionSyntax call, int extended, ClassDeclarationSyntax? receiver)
    {
        public string? Text(ExpressionSyntax? expression) => Texts(expression).FirstOrDefault();

        public IEnumerable<string> Texts(ExpressionSyntax? expression)
        {
            if (expression is null) yield break;
            foreach (var node in expression.DescendantNodesAndSelf())
            {
                if (node is LiteralExpressionSyntax { Token.Value: string text }) yield return text;
                if (node is not IdentifierNameSyntax { Identifier.ValueText: var name } || node.Parent is InvocationExpressionSyntax || node.Parent is MemberAccessExpressionSyntax access && access.Name == node && access.Parent is InvocationExpressionSyntax) continue;
                var meant = TryArgument(name, out var argument) ? argument : receiver is null ? null : Assigned(receiver, name);
                if (meant is null) continue;
                foreach (var literal in meant.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>())
                    if (literal.Token.Value is string given) yield return given;
            }
        }

        public bool IsTrue(ExpressionSyntax? expression) =>
            (expression is IdentifierNameSyntax { Identifier.ValueText: var name } && TryArgument(name, out var argument) ? argument : expression) is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression };

        /// <summary>What the call gives for a parameter of the helper, or its default.</summary>
        private bool TryArgument(string parameter, out ExpressionSyntax? argument)
        {
            argument = null;
            var parameters = helper.ParameterList.Parameters;
            var at = parameters.IndexOf(p => p.Identifier.ValueText == parameter);
            if (at < 0) return false;
            var arguments = call.ArgumentList.Arguments;
            argument = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == parameter)?.Expression
                ?? (at - extended >= 0 && at - extended < arguments.Count && arguments[at - extended].NameColon is null ? arguments[at - extended].Expression : parameters[at].Default?.Value);
            return true;
        }

        /// <summary>What the class gives a field or property of that name, through a constant where it is one.</summary>
        private static ExpressionSyntax? Assigned(ClassDeclarationSyntax type, string name)
        {
            foreach (var node in type.DescendantNodes())
            {
                var value = node switch
                {
                    AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: var left }, Right: var right } when left == name => right,
                    VariableDeclaratorSyntax { Identifier.ValueText: var field, Initializer.Value: var given } when field == name => given,
                    PropertyDeclarationSyntax { Identifier.ValueText: var property } declared when property == name => declared.ExpressionBody?.Expression ?? declared.Initializer?.Value,
                    _ => null,
                };
                if (value is IdentifierNameSyntax { Identifier.ValueText: var constant } && constant != name) return type.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(v => v.Identifier.ValueText == constant)?.Initializer?.Value;
                if (value is not null) return value;
            }
            return null;
        }
    }
}

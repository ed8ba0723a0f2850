using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Model;

/// <summary>
/// What a body has to itself, by its syntax and from the top: its locals and parameters, and those of its locals that hold what was made here. To change
/// these changes no row. A local that is given anything else later holds what may be a row.
/// </summary>
internal sealed class OwnObjects(bool isMade = false)
{
    private readonly HashSet<string> _locals = [];
    private readonly HashSet<string> _made = [];
    private readonly HashSet<string> _collections = [];

    public void Note(SyntaxNode node)
    {
        switch (node)
        {
            case ParameterSyntax parameter:
                Declare(parameter.Identifier);
                break;
            case SingleVariableDesignationSyntax designation:
                Declare(designation.Identifier);
                break;
            case ForEachStatementSyntax loop:
                Declare(loop.Identifier);
                break;
            case VariableDeclaratorSyntax variable:
                Declare(variable.Identifier);
                if (!IsCreation(variable.Initializer?.Value)) break;
                _made.Add(variable.Identifier.ValueText);
                if (IsCollection(variable)) _collections.Add(variable.Identifier.ValueText);
                break;
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment when !IsCreation(assignment.Right):
                Forget(target.Identifier.ValueText);
                break;
            case ArgumentSyntax { RefOrOutKeyword.RawKind: not (int)SyntaxKind.None, Expression: IdentifierNameSyntax handed }:
                Forget(handed.Identifier.ValueText);
                break;
        }
    }

    /// <summary>Whether an assignment to this changes nothing but what the body has to itself: a local, or a member of what was made here.</summary>
    public bool Holds(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax local => isMade || _locals.Contains(local.Identifier.ValueText),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } => isMade,
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax made } => _made.Contains(made.Identifier.ValueText),
        ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax made } => _made.Contains(made.Identifier.ValueText),
        _ => false,
    };

    /// <summary>Whether this is what was made here.</summary>
    public bool IsMade(ExpressionSyntax value) => IsCreation(value) || value is IdentifierNameSyntax local && _made.Contains(local.Identifier.ValueText);

    /// <summary>Whether this names what is called on a collection that was made here.</summary>
    public bool IsFilled(SimpleNameSyntax name) =>
        _collections.Count > 0 && name.Parent is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax collection, Parent: InvocationExpressionSyntax } access && access.Name == name && _collections.Contains(collection.Identifier.ValueText);

    /// <summary>The same name may be declared once more in another block.</summary>
    private void Declare(SyntaxToken name)
    {
        _locals.Add(name.ValueText);
        Forget(name.ValueText);
    }

    private void Forget(string local)
    {
        _made.Remove(local);
        _collections.Remove(local);
    }

    private static bool IsCreation(ExpressionSyntax? value) => value is BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax or CollectionExpressionSyntax;

    /// <summary>A list or a dictionary by its look, with nothing in it: not what may know a context.</summary>
    private static bool IsCollection(VariableDeclaratorSyntax variable) => variable.Initializer!.Value switch
    {
        ObjectCreationExpressionSyntax { Type: GenericNameSyntax } creation => creation.ArgumentList is not { Arguments.Count: > 0 },
        ImplicitObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0 } => variable.Parent is VariableDeclarationSyntax { Type: GenericNameSyntax },
        CollectionExpressionSyntax => true,
        _ => false,
    };
}

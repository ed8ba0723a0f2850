using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>The names in one declaration.</summary>
internal sealed class Names(string declared)
{
    public readonly string Declared = declared;
    public readonly HashSet<string> Mentioned = [];
    public bool Assigns;
    /// <summary>It computes something in steps, or gives back what it made.</summary>
    public bool Computes;
    public bool AssignsMember;
}

/// <summary>
/// What the names in one file tell, before anything is bound: what it declares, calls, assigns and holds sets by. Made in one walk over its tree, of which
/// alone it depends: after an edit the other files are not walked again.
/// </summary>
internal sealed class FileNames
{
    /// <summary>What a context hands out its sets by. It reads, where <c>Set</c> may change a cache.</summary>
    public const string SetOfContext = "Set<>";

    private readonly HashSet<string> _declared = [];
    private readonly HashSet<string> _sets = [];
    private readonly Dictionary<string, List<SyntaxNode>> _calls = [];
    private readonly Dictionary<SyntaxNode, Names> _bodies = [];

    private FileNames(SyntaxNode root) => Walk(root);

    public static FileNames Of(SyntaxTree tree) => new(tree.GetRoot());

    /// <summary>The names of what has a body.</summary>
    public IReadOnlyCollection<string> Declared => _declared;
    /// <summary>The names of the properties and fields that hold sets.</summary>
    public IReadOnlyCollection<string> Sets => _sets;
    /// <summary>Where each name is called, from the top.</summary>
    public IReadOnlyDictionary<string, List<SyntaxNode>> Calls => _calls;
    public IReadOnlyDictionary<SyntaxNode, Names> Bodies => _bodies;
    public MemberWrites Writes { get; } = new();
    /// <summary>A type is named that can be one of a library that stores, caches or sends.</summary>
    public bool NamesStore { get; private set; }

    /// <summary>The names in a body.</summary>
    public static Names In(SyntaxNode body)
    {
        var names = new Names("");
        var own = new OwnObjects();
        foreach (var node in body.DescendantNodes(HasNames)) Note(node, names, own);
        return names;
    }

    /// <summary>Types and attributes name nothing that is called.</summary>
    private static bool HasNames(SyntaxNode node) => node is not (AttributeListSyntax or BaseListSyntax or UsingDirectiveSyntax or TypeArgumentListSyntax or TypeParameterConstraintClauseSyntax);

    /// <summary>Migrations and snapshots make up most of some applications, and nothing of them is called or races.</summary>
    private static bool IsOfApplication(SyntaxNode node) => HasNames(node) && !(node is ClassDeclarationSyntax type && (Bases(type).Any(b => b is "Migration" or "ModelSnapshot") || Attributes(type).Contains("Migration")));

    private static IEnumerable<string> Bases(ClassDeclarationSyntax type) =>
        type.BaseList is { Types: var types } ? types.Select(b => b.Type).OfType<SimpleNameSyntax>().Select(n => n.Identifier.ValueText) : [];

    private static IEnumerable<string> Attributes(ClassDeclarationSyntax type) =>
        type.AttributeLists.SelectMany(l => l.Attributes).Select(a => a.Name).OfType<SimpleNameSyntax>().Select(n => n.Identifier.ValueText);

    private void Walk(SyntaxNode root)
    {
        Names? current = null;
        var own = new OwnObjects();
        var end = -1;
        foreach (var node in root.DescendantNodes(IsOfApplication))
        {
            if (node.SpanStart >= end) current = null;
            NamesStore = NamesStore || IsStore(node);
            Writes.Note(node);
            switch (node)
            {
                case TypeArgumentListSyntax or BaseListSyntax when !NamesStore:
                    NamesStore = node.DescendantNodes().Any(IsStore);
                    break;
                case BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax when HasBody(node):
                    if (node is LocalFunctionStatementSyntax && current is not null) break;
                    _bodies[node] = current = new Names(NameOf(node));
                    _declared.Add(current.Declared);
                    own = new OwnObjects(node is ConstructorDeclarationSyntax);
                    end = node.Span.End;
                    break;
                case SimpleNameSyntax name when IsCalled(name):
                    if (!_calls.TryGetValue(name.Identifier.ValueText, out var sites)) _calls[name.Identifier.ValueText] = sites = [];
                    sites.Add(name);
                    break;
                case GenericNameSyntax { Identifier.ValueText: nameof(KnownSymbols.DbSet) }:
                    NoteSet(node);
                    break;
            }
            if (current is not null) Note(node, current, own);
        }
    }

    private static bool IsStore(SyntaxNode node) => node is SimpleNameSyntax name && LibraryTypes.MayStore(name.Identifier.ValueText);

    private static void Note(SyntaxNode node, Names names, OwnObjects own)
    {
        own.Note(node);
        switch (node)
        {
            case SimpleNameSyntax name when !IsDeclaredType(name) && !own.IsFilled(name):
                names.Mentioned.Add(IsSetOfContext(name) ? SetOfContext : name.Identifier.ValueText);
                break;
            case ReturnStatementSyntax { Expression: { } given }:
                names.Computes |= own.IsMade(given);
                break;
            case ArrowExpressionClauseSyntax arrow:
                names.Computes |= own.IsMade(arrow.Expression);
                break;
            case AssignmentExpressionSyntax { Parent: not InitializerExpressionSyntax } assignment:
                NoteChange(assignment.Left, names, own);
                break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix:
                NoteChange(prefix.Operand, names, own);
                break;
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } postfix:
                NoteChange(postfix.Operand, names, own);
                break;
        }
    }

    /// <summary><c>Set&lt;T&gt;()</c>, and no setting of a cache entry.</summary>
    private static bool IsSetOfContext(SimpleNameSyntax name) =>
        name is GenericNameSyntax { Identifier.ValueText: "Set" } && (name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access.Parent : name.Parent) is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 };

    /// <summary>The type of a property, a parameter or a local names nothing that is called.</summary>
    private static bool IsDeclaredType(SimpleNameSyntax name) => name.Parent is PropertyDeclarationSyntax or ParameterSyntax or VariableDeclarationSyntax or MethodDeclarationSyntax or LocalFunctionStatementSyntax;

    private static void NoteChange(ExpressionSyntax target, Names names, OwnObjects own)
    {
        names.Computes = true;
        if (own.Holds(target)) return;
        names.Assigns = true;
        names.AssignsMember |= target is not IdentifierNameSyntax;
    }

    private static string NameOf(SyntaxNode declaration) => declaration switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
        _ => "",
    };

    private static bool HasBody(SyntaxNode declaration) => declaration switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        PropertyDeclarationSyntax property => property.ExpressionBody is not null || property.AccessorList?.Accessors.Any(a => a.Body is not null || a.ExpressionBody is not null) == true,
        _ => true,
    };

    private static bool IsCalled(SimpleNameSyntax name) => name.Parent switch
    {
        InvocationExpressionSyntax => true,
        MemberAccessExpressionSyntax access => access.Name == name && access.Parent is InvocationExpressionSyntax or ArgumentSyntax,
        MemberBindingExpressionSyntax binding => binding.Parent is InvocationExpressionSyntax,
        ArgumentSyntax => true,
        _ => false,
    };

    /// <summary>Sets are read by the names of the properties and fields that hold them.</summary>
    private void NoteSet(SyntaxNode set)
    {
        while (set.Parent is TypeSyntax whole) set = whole;
        if (set.Parent is PropertyDeclarationSyntax property) _sets.Add(property.Identifier.ValueText);
        else if (set.Parent is VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } field)
            foreach (var variable in field.Variables) _sets.Add(variable.Identifier.ValueText);
    }
}

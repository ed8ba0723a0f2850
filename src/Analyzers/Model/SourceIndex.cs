using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>
/// What the names in the source tell, before anything is bound: which methods can, directly or through others, read rows, and which can change something.
/// It errs to the side of yes. Made in one walk over the trees, when first asked; the gate that keeps bodies without rows from costing anything.
/// </summary>
internal sealed class SourceIndex
{
    private static readonly string[] ReadingVerbs = ["Get", "TryGet", "StringGet", "HashGet", "Find", "List", "Load", "Fetch", "Query", "Exist", "FirstOrDefaultAsync", "SingleOrDefaultAsync", "FirstAsync", "SingleAsync", "AnyAsync", "CountAsync"];
    private static readonly string[] AskingWords = ["Exist", "Unique", "Taken"];
    private static readonly string[] ChangingVerbs = ["Add", "Insert", "Create", "Attach", "Update", "Edit", "Modify", "Remove", "Delete", "Execute", "Set", "StringSet", "HashSet", "Publish", "Send", "Enqueue", "Schedule", "Write", "Expire", "Invalidate", "Clear", "Evict", "Trigger", "Save", "Commit", "Complete", "Begin", "Rollback", "Lock", "Acquire", "Wait", "Enter", "Reload"];

    private readonly HashSet<string> _declared = [];
    private readonly HashSet<string> _reads = [];
    private readonly HashSet<string> _changes = [];
    private readonly Dictionary<string, List<SyntaxNode>> _calls = [];
    private readonly Dictionary<SyntaxNode, Names> _bodies = [];
    private readonly bool _hasRows;
    private bool _namesStore;

    public MemberWrites Writes { get; }
    /// <summary>Whether anything in this compilation saves: a project without a save is saved by nobody known.</summary>
    public bool Saves { get; }

    /// <summary>Messages go into the transaction: a transactional outbox is set up in this compilation.</summary>
    public bool HasOutbox { get; }

    /// <summary>The schedulers of all processes are one cluster: set up in this compilation.</summary>
    public bool HasCluster { get; }

    public SourceIndex(Compilation compilation, KnownSymbols symbols, EntityModel model)
    {
        Writes = new MemberWrites();
        foreach (var tree in compilation.SyntaxTrees) Walk(tree.GetRoot());
        _hasRows = _namesStore || !model.IsEmpty;
        foreach (var type in Types(compilation.Assembly.GlobalNamespace))
            if (model.IsEntity(type)) Seed(type);
        _reads.Add("Set");
        _reads.Add("Entries");
        _reads.Add("Entry");
        // A repository or a unit of work often names its methods as the context and its transactions do: the name is declared, and yet it changes.
        foreach (var type in new[] { symbols.DbSet, symbols.DbContext, symbols.Database, symbols.Transaction })
            foreach (var member in type?.GetMembers() ?? ImmutableArray<ISymbol>.Empty)
                if (member is IMethodSymbol && Starts(member.Name, ChangingVerbs)) _changes.Add(member.Name);
        Close();
        HasCluster = _calls.Keys.Any(Operators.SetsUpCluster);
        HasOutbox = _calls.Keys.Any(Operators.SetsUpOutbox);
        Saves = _calls.Keys.Any(n => Operators.Sync(n) is "SaveChanges" or "SaveEntities" or "Commit" or "Complete" or "Save");
    }

    /// <summary>The names in one declaration.</summary>
    private sealed class Names(string declared)
    {
        public readonly string Declared = declared;
        public readonly HashSet<string> Mentioned = [];
        public bool Assigns;
        public bool AssignsMember;
    }

    /// <summary>The names by which a method of this name is called, in the order of the files.</summary>
    public IReadOnlyList<SyntaxNode> CallsOf(string name) => _calls.TryGetValue(name, out var sites) ? sites : [];

    /// <summary>Whether a body can hold both a read and an act. Where no entity is in reach, and nothing that stores is named, none can.</summary>
    public bool CanRace(SyntaxNode body)
    {
        if (!_hasRows) return false;
        if (!_bodies.TryGetValue(body, out var names))
        {
            names = new Names("");
            foreach (var node in body.DescendantNodes(HasNames)) Note(node, names);
        }
        bool reads = false, acts = names.AssignsMember;
        // What a helper makes of a conflict is its callers' business.
        if (names.Mentioned.Contains(nameof(KnownSymbols.DbUpdateConcurrencyException))) return true;
        foreach (var name in names.Mentioned)
        {
            reads |= _reads.Contains(name);
            acts |= _changes.Contains(name);
            if (reads && acts) return true;
        }
        return false;
    }

    /// <summary>Whether a method of this name can read rows or change something that a caller must know of.</summary>
    public bool Matters(string name) => _reads.Contains(name) || _changes.Contains(name);

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
        var end = -1;
        foreach (var node in root.DescendantNodes(IsOfApplication))
        {
            if (node.SpanStart >= end) current = null;
            _namesStore = _namesStore || NamesStore(node);
            Writes.Note(node);
            switch (node)
            {
                case TypeArgumentListSyntax or BaseListSyntax when !_namesStore:
                    _namesStore = node.DescendantNodes().Any(NamesStore);
                    break;
                case BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax:
                    if (node is LocalFunctionStatementSyntax && current is not null) break;
                    _bodies[node] = current = new Names(NameOf(node));
                    if (HasBody(node)) _declared.Add(current.Declared);
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
            if (current is not null) Note(node, current);
        }
    }

    private static bool NamesStore(SyntaxNode node) => node is SimpleNameSyntax name && LibraryTypes.MayStore(name.Identifier.ValueText);

    private static void Note(SyntaxNode node, Names names)
    {
        switch (node)
        {
            case SimpleNameSyntax name:
                names.Mentioned.Add(name.Identifier.ValueText);
                break;
            case AssignmentExpressionSyntax assignment:
                names.Assigns |= assignment.Parent is not InitializerExpressionSyntax;
                names.AssignsMember |= assignment.Left is not IdentifierNameSyntax;
                break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix:
                names.Assigns = true;
                names.AssignsMember |= prefix.Operand is MemberAccessExpressionSyntax;
                break;
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } postfix:
                names.Assigns = true;
                names.AssignsMember |= postfix.Operand is MemberAccessExpressionSyntax;
                break;
        }
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

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol root)
    {
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(root);
        while (pending.Count > 0)
            foreach (var member in pending.Pop().GetMembers())
                if (member is INamespaceOrTypeSymbol inner)
                {
                    pending.Push(inner);
                    if (inner is INamedTypeSymbol type) yield return type;
                }
    }

    /// <summary>The collections of an entity are read by the names of its navigations.</summary>
    private void Seed(INamedTypeSymbol entity)
    {
        foreach (var member in entity.GetMembers())
            if (member is IPropertySymbol property && KnownSymbols.ElementOf(property.Type) is INamedTypeSymbol { TypeKind: TypeKind.Class, SpecialType: SpecialType.None }) _reads.Add(member.Name);
    }

    /// <summary>Sets are read by the names of the properties and fields that hold them.</summary>
    private void NoteSet(SyntaxNode set)
    {
        while (set.Parent is TypeSyntax whole) set = whole;
        if (set.Parent is PropertyDeclarationSyntax property) _reads.Add(property.Identifier.ValueText);
        else if (set.Parent is VariableDeclarationSyntax { Parent: FieldDeclarationSyntax } field)
            foreach (var variable in field.Variables) _reads.Add(variable.Identifier.ValueText);
    }

    private void Close()
    {
        var called = new HashSet<string>(_calls.Keys);
        foreach (var name in called)
        {
            if (_declared.Contains(name)) continue;
            if (Starts(name, ReadingVerbs) || AskingWords.Any(name.Contains)) _reads.Add(name);
            if (Starts(name, ChangingVerbs)) _changes.Add(name);
        }
        var mentionedBy = new Dictionary<string, List<string>>();
        foreach (var body in _bodies.Values)
            if (body.Assigns) _changes.Add(body.Declared);
        foreach (var body in _bodies.Values)
            foreach (var mentioned in body.Mentioned)
            {
                if (!_declared.Contains(mentioned) && !_reads.Contains(mentioned) && !_changes.Contains(mentioned)) continue;
                if (!mentionedBy.TryGetValue(mentioned, out var by)) mentionedBy[mentioned] = by = [];
                by.Add(body.Declared);
            }
        Close(_reads, mentionedBy);
        Close(_changes, mentionedBy);
    }

    private static void Close(HashSet<string> names, Dictionary<string, List<string>> mentionedBy)
    {
        var pending = new Stack<string>(names);
        while (pending.Count > 0)
            if (mentionedBy.TryGetValue(pending.Pop(), out var by))
                foreach (var name in by)
                    if (names.Add(name)) pending.Push(name);
    }

    private static bool Starts(string name, string[] verbs)
    {
        foreach (var verb in verbs)
            if (name.StartsWith(verb, StringComparison.Ordinal)) return true;
        return false;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>
/// What the names in the source tell, before anything is bound: which methods can, directly or through others, read rows, and which can change something.
/// It errs to the side of yes. Made of what the files say, when first asked; the gate that keeps bodies without rows from costing anything.
/// </summary>
internal sealed class SourceIndex
{
    private static readonly string[] ReadingVerbs = ["Get", "TryGet", "StringGet", "HashGet", "Find", "List", "Load", "Fetch", "Query", "Exist", "FirstOrDefaultAsync", "SingleOrDefaultAsync", "FirstAsync", "SingleAsync", "AnyAsync", "CountAsync"];
    private static readonly string[] AskingWords = ["Exist", "Unique", "Taken"];
    private static readonly string[] ChangingVerbs = ["Add", "Insert", "Create", "Attach", "Update", "Edit", "Modify", "Remove", "Delete", "Execute", "Set", "StringSet", "HashSet", "Publish", "Send", "Enqueue", "Schedule", "Write", "Expire", "Invalidate", "Clear", "Evict", "Trigger", "Save", "Commit", "Complete", "Begin", "Rollback", "Lock", "Acquire", "Wait", "Enter", "Reload"];

    private readonly HashSet<string> _declared = [];
    private readonly HashSet<string> _reads = [];
    private readonly HashSet<string> _changes = [];
    private readonly HashSet<string> _computes = [];
    private readonly Dictionary<SyntaxTree, FileNames> _files = [];
    private readonly Dictionary<string, List<List<SyntaxNode>>> _calls = [];
    private readonly bool _hasRows;

    public MemberWrites Writes { get; } = new();
    /// <summary>Whether anything in this compilation saves: a project without a save is saved by nobody known.</summary>
    public bool Saves { get; }

    /// <summary>Messages go into the transaction: a transactional outbox is set up in this compilation.</summary>
    public bool HasOutbox { get; }

    /// <summary>The schedulers of all processes are one cluster: set up in this compilation.</summary>
    public bool HasCluster { get; }

    public SourceIndex(Compilation compilation, KnownSymbols symbols, EntityModel model, Func<SyntaxTree, FileNames> namesOf)
    {
        foreach (var tree in compilation.SyntaxTrees) Take(_files[tree] = namesOf(tree));
        _hasRows = _files.Values.Any(f => f.NamesStore) || !model.IsEmpty;
        foreach (var type in Types(compilation.Assembly.GlobalNamespace))
            if (model.IsEntity(type)) Seed(type);
        _reads.Add("Set");
        _reads.Add(FileNames.SetOfContext);
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

    private void Take(FileNames file)
    {
        _declared.UnionWith(file.Declared);
        _reads.UnionWith(file.Sets);
        Writes.Take(file.Writes);
        foreach (var call in file.Calls)
        {
            if (!_calls.TryGetValue(call.Key, out var sites)) _calls[call.Key] = sites = [];
            sites.Add(call.Value);
        }
    }

    /// <summary>The names by which a method of this name is called, in the order of the files.</summary>
    public IEnumerable<SyntaxNode> CallsOf(string name) => _calls.TryGetValue(name, out var sites) ? sites.SelectMany(s => s) : [];

    /// <summary>Whether a body can hold both a read and an act. Where no entity is in reach, and nothing that stores is named, none can.</summary>
    public bool CanRace(SyntaxNode body)
    {
        if (!_hasRows) return false;
        if (!_files.TryGetValue(body.SyntaxTree, out var file) || !file.Bodies.TryGetValue(body, out var names)) names = FileNames.In(body);
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

    /// <summary>Whether a method of this name can read rows, or change or make something that a caller must know of: a context, for one.</summary>
    public bool Matters(string name) => _reads.Contains(name) || _changes.Contains(name) || _computes.Contains(name);

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

    private void Close()
    {
        foreach (var name in _calls.Keys)
        {
            if (_declared.Contains(name)) continue;
            if (Starts(name, ReadingVerbs) || AskingWords.Any(name.Contains)) _reads.Add(name);
            if (Starts(name, ChangingVerbs)) _changes.Add(name);
        }
        var mentionedBy = new Dictionary<string, List<string>>();
        foreach (var body in Bodies())
        {
            if (body.Computes) _computes.Add(body.Declared);
            if (body.Assigns) _changes.Add(body.Declared);
        }
        foreach (var body in Bodies())
            foreach (var mentioned in body.Mentioned)
            {
                if (!_declared.Contains(mentioned) && !_reads.Contains(mentioned) && !_changes.Contains(mentioned)) continue;
                if (!mentionedBy.TryGetValue(mentioned, out var by)) mentionedBy[mentioned] = by = [];
                by.Add(body.Declared);
            }
        Close(_reads, mentionedBy);
        Close(_changes, mentionedBy);
        Close(_computes, mentionedBy);

        IEnumerable<Names> Bodies() => _files.Values.SelectMany(f => f.Bodies.Values);
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

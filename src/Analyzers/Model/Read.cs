using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal enum ReadKind
{
    /// <summary>One row, or none.</summary>
    Row,
    Rows,
    /// <summary>Whether there is a row.</summary>
    Exists,
    Count,
    /// <summary>A sum, average, maximum or minimum.</summary>
    Aggregate,
}

internal enum ConditionKind { Equal, NotEqual, In, Range, Other, AnyOf }

/// <summary>One conjunct of a query's predicate: the members of the row that it asks about, and what they are compared with.</summary>
internal sealed record Condition(ConditionKind Kind, ImmutableArray<string> Members, Value Operand, SyntaxNode Node, ImmutableArray<ImmutableArray<Condition>> Alternatives = default)
{
    /// <summary>A comparison whose member is not named: <c>repository.ExistsByEmail(email)</c>. The inserted value tells which it is.</summary>
    public bool IsMemberUnknown => Members.IsEmpty && Kind == ConditionKind.Equal;
}

/// <summary>A query over rows of one entity type, composed step by step; executed by a terminal operator, which makes it a <see cref="Read"/>.</summary>
internal sealed class Query : IEquatable<Query>
{
    public ITypeSymbol Entity { get; init; } = null!;
    public SyntaxNode Root { get; init; } = null!;
    public SyntaxNode? Site { get; init; }
    /// <summary>The context that owns the set; unknown behind a repository out of sight.</summary>
    public Value Context { get; init; } = Value.Unknown;
    public ImmutableArray<Condition> Conditions { get; init; } = ImmutableArray<Condition>.Empty;
    public bool NoTracking { get; init; }
    /// <summary>The query is ordered or limited: not all rows are looked at.</summary>
    public bool Limited { get; init; }
    public bool IgnoresFilters { get; init; }
    /// <summary>Raw SQL, or null.</summary>
    public string? Sql { get; init; }
    public bool Locking { get; init; }
    /// <summary>What a row becomes in a <c>Select</c>, in terms of <see cref="Element"/>; null for the row itself.</summary>
    public Value? Projection { get; init; }
    /// <summary>The read in memory that this query filters further.</summary>
    public Read? Source { get; init; }
    /// <summary>The row whose navigation this is, and which one.</summary>
    public Value? Parent { get; init; }
    public string? Navigation { get; init; }
    /// <summary>The query from outside (a parameter, a field) that this one goes on with.</summary>
    public Value? Continues { get; init; }

    /// <summary>Predicates that came as parameters: which they are, the caller knows.</summary>
    public ImmutableArray<Value> Open { get; init; } = ImmutableArray<Value>.Empty;

    private Query Copy(ImmutableArray<Condition>? conditions = null, bool? noTracking = null, bool? limited = null, bool? ignoresFilters = null, bool? locking = null, Value? projection = null, string? sql = null, ImmutableArray<Value>? open = null) => new()
    {
        Entity = Entity,
        Root = Root,
        Site = Site,
        Context = Context,
        Source = Source,
        Parent = Parent,
        Navigation = Navigation,
        Continues = Continues,
        Open = open ?? Open,
        Conditions = conditions ?? Conditions,
        NoTracking = noTracking ?? NoTracking,
        Limited = limited ?? Limited,
        IgnoresFilters = ignoresFilters ?? IgnoresFilters,
        Locking = locking ?? Locking,
        Projection = projection ?? Projection,
        Sql = sql ?? Sql,
    };

    public Query Where(IEnumerable<Condition> conditions)
    {
        var all = Conditions;
        foreach (var condition in conditions)
            if (all.Length < 16 && !all.Any(c => c.Node == condition.Node && c.Kind == condition.Kind && c.Members.SequenceEqual(condition.Members))) all = all.Add(condition);
        return all.Length == Conditions.Length ? this : Copy(conditions: all);
    }

    public Query WithOpen(Value predicate) => Open.Length > 3 ? this : Copy(open: Open.Add(predicate));
    public Query WithoutOpen() => Open.IsEmpty ? this : Copy(open: ImmutableArray<Value>.Empty);
    public Query AsNoTracking(bool value) => Copy(noTracking: value);
    public Query AsLimited() => Limited ? this : Copy(limited: true);
    public Query IgnoringFilters() => Copy(ignoresFilters: true);
    public Query AsLocking() => Copy(locking: true);
    public Query WithSql(string sql, bool locking) => Copy(sql: sql, locking: locking);
    public Query Select(Value projection) => Copy(projection: projection);

    /// <summary>The query in the terms of a caller.</summary>
    public Query Map(ITerms terms, SyntaxNode site)
    {
        var start = Continues is null ? Value.Unknown : terms.Map(Continues);
        var before = start.Origins.Select(o => o.Subject).OfType<Query>().FirstOrDefault();
        return new()
        {
            Entity = before?.Entity ?? terms.Map(Entity)!,
            Root = Root,
            Site = site,
            Context = before?.Context ?? terms.Map(Context),
            Source = before?.Source ?? (Source is null ? null : terms.Map(Source)),
            Parent = before?.Parent ?? (Parent is null ? null : terms.Map(Parent)),
            Navigation = before?.Navigation ?? Navigation,
            Continues = before is null ? Continues is null ? null : start : before.Continues,
            Conditions = (before?.Conditions ?? ImmutableArray<Condition>.Empty).AddRange(ImmutableArray.CreateRange(Conditions, c => Map(c, terms))),
            Open = ImmutableArray.CreateRange(Open, terms.Map).AddRange(before?.Open ?? ImmutableArray<Value>.Empty),
            NoTracking = NoTracking || before is { NoTracking: true },
            Limited = Limited || before is { Limited: true },
            IgnoresFilters = IgnoresFilters || before is { IgnoresFilters: true },
            Locking = Locking || before is { Locking: true },
            Projection = Projection is null ? before?.Projection : terms.Map(Projection),
            Sql = Sql ?? before?.Sql,
        };
    }

    private static Condition Map(Condition condition, ITerms terms) => condition with
    {
        Operand = terms.Map(condition.Operand),
        Alternatives = condition.Alternatives.IsDefault ? default : ImmutableArray.CreateRange(condition.Alternatives, a => ImmutableArray.CreateRange(a, c => Map(c, terms))),
    };

    // A query is known by where it starts and which steps were added: enough to join the same query from two paths.
    public bool Equals(Query? other) => other is not null && Root == other.Root && Site == other.Site && Source == other.Source && NoTracking == other.NoTracking && Locking == other.Locking
        && Limited == other.Limited && Conditions.Length == other.Conditions.Length && Conditions.Select(c => c.Node).SequenceEqual(other.Conditions.Select(c => c.Node))
        && (Projection is null) == (other.Projection is null) && (Parent is null || other.Parent is null || Parent.Equals(other.Parent));

    public override bool Equals(object? obj) => Equals(obj as Query);
    public override int GetHashCode() => Root.GetHashCode() * 31 + Conditions.Length;
}

/// <summary>A query that was executed here: the rows, the row or the number that it brought into memory.</summary>
internal sealed class Read(SyntaxNode node, object? inner, SyntaxNode? site) : Thing
{
    /// <summary>The reading expression in the body that is analyzed: the terminal operator, or the call of the method that reads.</summary>
    public SyntaxNode Node { get; } = node;
    /// <summary>The same read in the callee's own terms; with <see cref="Node"/> it makes the identity.</summary>
    public object? Inner { get; } = inner;
    /// <summary>The call through which it came, or null when it stands in this body.</summary>
    public SyntaxNode? Site { get; } = site;
    /// <summary>Where the read truly stands.</summary>
    public SyntaxNode Origin => Inner is Read inner ? inner.Origin : Node;

    public ReadKind Kind { get; set; }
    public Query Query { get; set; } = null!;
    /// <summary>The member that keys a dictionary made of the rows.</summary>
    public string? DictionaryKey { get; set; }
    /// <summary>The member that an aggregate is over.</summary>
    public string? Selector { get; set; }
    /// <summary>Seen by shape only: a member of a repository whose code is out of sight.</summary>
    public bool ByShape { get; set; }
    /// <summary>It asks whether all rows fulfil the condition: that none has the value, when that is what the condition excludes.</summary>
    public bool AsksForAll { get; set; }

    public ITypeSymbol Entity => Query.Entity;
    public bool IsTracked => !Query.NoTracking && Query.Projection is null && (Query.Source?.IsTracked ?? true);
    public bool IsScalar => Kind is ReadKind.Exists or ReadKind.Count or ReadKind.Aggregate;

    /// <summary>The read that went to the database, when this one only picks among its rows.</summary>
    public Read Database
    {
        get
        {
            var read = this;
            for (var i = 0; i < 16 && read.Query.Source is { } source; i++) read = source;
            return read;
        }
    }

    /// <summary>The conditions of this pick and of all reads below it.</summary>
    public IEnumerable<Condition> AllConditions
    {
        get
        {
            var read = this;
            for (var i = 0; i < 16 && read is not null; i++, read = read.Query.Source)
                foreach (var condition in read.Query.Conditions) yield return condition;
        }
    }
}

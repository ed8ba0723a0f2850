using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Whether the configuration of an entity was seen: in a context or configuration of this compilation, or in a model snapshot.</summary>
internal enum Sight
{
    Unknown,
    Seen,
}

/// <summary>How a concurrency token gets its new value.</summary>
internal enum TokenKind
{
    /// <summary>The database makes a new value for each update of the row: <c>[Timestamp]</c>, <c>IsRowVersion()</c>.</summary>
    RowVersion,

    /// <summary>The application's value is compared: <c>[ConcurrencyCheck]</c>, <c>IsConcurrencyToken()</c>.</summary>
    ConcurrencyCheck,

    /// <summary>PostgreSQL's system column.</summary>
    Xmin,
}

/// <summary>A column whose earlier value is in the WHERE clause of each UPDATE and DELETE that EF Core sends for the row.</summary>
/// <param name="Member">The property, a path ("Address.Version") for a part, or the name of a shadow property.</param>
/// <param name="IsAppManaged">Nothing in the database changes it: the code must set it on each save.</param>
/// <param name="Source">Where it was configured, for messages: "attribute", "configuration", "snapshot", "identity".</param>
internal sealed record ConcurrencyToken(
    string Member, TokenKind Kind, ITypeSymbol? Type, bool IsShadow, bool IsAppManaged, string Source);

/// <summary>What makes a combination of columns unique.</summary>
internal enum UniqueKeySource
{
    PrimaryKey,
    Alternate,
    Index,

    /// <summary>The foreign key of a one-to-one relation, which EF Core gives a unique index.</summary>
    OneToOne,

    /// <summary>Only a migration in sight has it, not the model.</summary>
    Migration,
}

/// <summary>Columns of which the database holds each combination once.</summary>
/// <param name="Members">Property names; a path ("Address.Email") for a part; a shadow property's name.</param>
/// <param name="Filter">The SQL of a filtered index: only rows that satisfy it are held apart.</param>
/// <param name="Navigation">The dependent's navigation to the principal, where a one-to-one relation is the source.</param>
/// <param name="Name">The database name, where the code gives one.</param>
internal sealed record UniqueKey(
    ImmutableArray<string> Members, string? Filter, UniqueKeySource Source, string? Navigation = null, string? Name = null)
{
    /// <summary>Stands for a filter whose SQL is not a constant: it holds some rows apart, and nobody here knows which.</summary>
    public const string UnknownFilter = "?";
}

/// <summary>Members of an entity that refer to a row of another.</summary>
internal sealed record ForeignKey(ImmutableArray<string> Members, string? Navigation, INamedTypeSymbol? Principal);

/// <summary>What is known about the rows of one entity type. Made by <see cref="EntityModel.Facts"/>; immutable.</summary>
internal sealed class EntityFacts
{
    public EntityFacts(INamedTypeSymbol type) => Type = type;

    public INamedTypeSymbol Type { get; }

    public Sight Sight { get; init; }

    public ImmutableArray<ConcurrencyToken> Tokens { get; init; } = ImmutableArray<ConcurrencyToken>.Empty;

    public ImmutableArray<UniqueKey> UniqueKeys { get; init; } = ImmutableArray<UniqueKey>.Empty;

    /// <summary>The primary key's members; empty where it has none or it is not known.</summary>
    public ImmutableArray<string> KeyMembers { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>The database or EF Core makes the primary key of a new row.</summary>
    public bool GeneratedKey { get; init; }

    /// <summary>The table's name; null where it is not known for sure.</summary>
    public string? Table { get; init; }

    public string? Schema { get; init; }

    /// <summary>Owned or complex: its columns belong to the row of another entity.</summary>
    public bool IsOwned { get; init; }

    /// <summary>The entity types whose rows hold this part, when <see cref="IsOwned"/>.</summary>
    public ImmutableArray<INamedTypeSymbol> Owners { get; init; } = ImmutableArray<INamedTypeSymbol>.Empty;

    /// <summary>A base type or a derived type of it is an entity too (TPH, TPT, TPC).</summary>
    public bool HasInheritance { get; init; }

    public ImmutableArray<LambdaExpressionSyntax> QueryFilters { get; init; } = ImmutableArray<LambdaExpressionSyntax>.Empty;

    public LambdaExpressionSyntax? QueryFilter => QueryFilters.IsDefaultOrEmpty ? null : QueryFilters[0];

    public ImmutableArray<ForeignKey> ForeignKeys { get; init; } = ImmutableArray<ForeignKey>.Empty;

    /// <summary>Explicit or conventional column names by member; a member that is not here has none that is known for sure.</summary>
    public ImmutableDictionary<string, string> Columns { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableHashSet<string> Converted { get; init; } = ImmutableHashSet<string>.Empty;

    public ImmutableHashSet<string> Mapped { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>The column of a mapped member, or null where it is not known for sure.</summary>
    public string? Column(string member) => Columns.TryGetValue(member, out var column) ? column : null;

    public bool HasValueConverter(string member) => Converted.Contains(member);

    /// <summary>Whether a change of the member reaches the database on the next save.</summary>
    public bool IsMapped(ISymbol member) => Mapped.Contains(member.Name);

    /// <summary>Whether the member refers, or helps to refer, to a row of another.</summary>
    public bool IsForeign(string member) => ForeignKeys.Any(key => key.Members.Contains(member));

    /// <summary>Whether the member leads to a row: to this one by a unique key, or to another.</summary>
    public bool LeadsToRow(string member) => UniqueKeys.Any(key => key.Members.Contains(member)) || IsForeign(member);

    /// <summary>Whether a token is there, of whatever kind.</summary>
    public bool HasToken => !Tokens.IsEmpty;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A rule of the catalogue: its descriptor, and (in the kinds below) the question that it asks of the race model.</summary>
internal abstract class Rule
{
    public abstract DiagnosticDescriptor Descriptor { get; }

    protected const string HelpLinkTo = "https://github.com/raceanalyzers/RaceAnalyzers/blob/main/docs/rules/";
}

internal static class Category
{
    public const string Rows = "Rows";
    public const string Inserts = "Inserts";
    public const string Protections = "Protections";
    public const string Surroundings = "Surroundings";
    public const string Configuration = "Configuration";
}

/// <summary>A race as a rule sees it: the act, what was read and checked, and what the message names.</summary>
internal sealed record Race(Rule Rule, Event Act, Read? Read, Check? Check, Saving Save, INamedTypeSymbol Entity, string? Member, Needs Needs)
{
    /// <summary>Part of it was assumed: an Info, whatever else was seen.</summary>
    public bool IsAssumed { get; init; }
    /// <summary>A unique index makes the second save fail: nothing is lost.</summary>
    public bool IsCovered { get; init; }
    /// <summary>The further writes of the sequence.</summary>
    public ImmutableArray<Event> Writes { get; init; } = ImmutableArray<Event>.Empty;
    /// <summary>The sequences of other rows that this finding speaks for.</summary>
    public ImmutableArray<RowSequence> Others { get; init; } = ImmutableArray<RowSequence>.Empty;

    public string Subject => Member is null ? Entity.Name : Entity.Name + "." + Member;
}

/// <summary>A rule on the writes of rows that were read.</summary>
internal abstract class RowRule : Rule
{
    public abstract Race? Find(RowSequence sequence);
}

/// <summary>A rule on the insert of new rows.</summary>
internal abstract class InsertRule : Rule
{
    public abstract Race? Find(InsertSequence sequence);
}

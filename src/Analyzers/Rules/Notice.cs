using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>A rule on single events and what surrounds them, rather than on a whole sequence of rows or inserts.</summary>
internal abstract class EventRule : Rule
{
    public abstract IEnumerable<Notice> Find(RaceModel model);
}

/// <summary>What an <see cref="EventRule"/> found.</summary>
/// <param name="Place">Where the finding stands.</param>
/// <param name="Subject">What the message names.</param>
/// <param name="Parts">The read, the save, the catch … that go with it, by the roles that the fixes know.</param>
internal sealed record Notice(Rule Rule, Location Place, string Subject, ImmutableArray<(string Role, SyntaxNode Node)> Parts)
{
    public INamedTypeSymbol? Entity { get; init; }
    public string? Member { get; init; }
    /// <summary>A part was assumed.</summary>
    public bool IsAssumed { get; init; }
    /// <summary>A part lies in another method.</summary>
    public bool IsThroughCalls { get; init; }
}

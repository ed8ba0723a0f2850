using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Which members of the new row are set to what a read asked about.</summary>
internal sealed partial class InsertSequence
{
    /// <summary>The members that the read pins to the values that the insert sets, for each way in which its condition can hold.</summary>
    private IEnumerable<ImmutableArray<string>> MatchedMembers(Read read)
    {
        var all = new List<string>(ParentKeys(read));
        foreach (var condition in read.AllConditions.Where(c => c.Kind != ConditionKind.AnyOf)) Match(condition, all, read.AsksForAll);
        // An object that came from outside was made with what the read was given, too, where one of its values is what is asked about.
        if (all.Count > 0 && Insert.Value.Members is null && Insert.Value.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside }))
            all.AddRange(read.AllConditions.Where(c => c.Kind == ConditionKind.Equal && c.Operand.Origins.Any(o => o is { Kind: OriginKind.Is, Subject: Outside })).SelectMany(c => c.Members));
        var any = false;
        foreach (var alternatives in read.AllConditions.Where(c => c.Kind == ConditionKind.AnyOf))
            foreach (var alternative in alternatives.Alternatives)
            {
                var matched = new List<string>(all);
                foreach (var condition in alternative) Match(condition, matched, read.AsksForAll);
                if (matched.Count == all.Count) continue;
                any = true;
                yield return matched.Distinct().ToImmutableArray();
            }
        if (!any) yield return all.Distinct().ToImmutableArray();
    }

    /// <summary>The children of a row are asked for by their foreign key, though nobody writes it.</summary>
    private IEnumerable<string> ParentKeys(Read read)
    {
        foreach (var origin in read.Database.Query.Parent?.Origins ?? ImmutableArray<Origin>.Empty)
            if ((origin.Read?.Entity ?? (origin.Subject as Outside)?.Type) is { } parent)
                foreach (var key in Facts.ForeignKeys)
                    if (SymbolEqualityComparer.Default.Equals(key.Principal, parent)) foreach (var member in key.Members) yield return member;
    }

    private void Match(Condition condition, List<string> matched, bool asksForAll)
    {
        if (condition.Kind is not (ConditionKind.Equal or ConditionKind.In) && !(condition.Kind == ConditionKind.NotEqual && asksForAll)) return;
        if (condition.IsMemberUnknown)
        {
            if (MemberWith(condition.Operand) is { } found) matched.Add(found);
            return;
        }
        foreach (var member in condition.Members)
            if (Sets(member, condition.Operand)) matched.Add(member);
    }

    /// <summary>Whether the insert sets the member to the value that was asked about.</summary>
    private bool Sets(string member, Value asked)
    {
        var inserted = Inserted(member);
        if (inserted is not null) return Values.AreSame(inserted, asked);
        if (asked.Origins.Any(o => o is { Kind: OriginKind.Of, Subject: Fresh } && o.Member == member && Insert.Value.Origins.Any(i => i.Kind == OriginKind.Is && Equals(i.Subject, o.Subject)))) return true;
        // An object that was made out of sight (a mapper, a factory) carries what it was made from.
        return Insert.Value.Origins.Any(o => o.Kind == OriginKind.Of && o.Subject is Outside made && asked.Origins.Any(a => a.Subject is Outside from && SymbolEqualityComparer.Default.Equals(from.Root, made.Root)));
    }

    /// <summary>The value that the insert gives a member, a foreign key also through its navigation or the parent's collection.</summary>
    public Value? Inserted(string member)
    {
        if (Insert.Value.Members is { } members)
        {
            if (members.TryGetValue(member, out var own)) return own;
            foreach (var key in Facts.ForeignKeys)
                if (key.Navigation is { } navigation && key.Members.Contains(member) && members.TryGetValue(navigation, out var parent)) return parent;
            var dot = member.IndexOf('.');
            if (dot > 0 && members.TryGetValue(member.Substring(0, dot), out var owned)) return owned.Members is { } inner && inner.TryGetValue(member.Substring(dot + 1), out var part) ? part : owned;
        }
        foreach (var origin in Insert.Value.Origins)
            if (origin is { Kind: OriginKind.Is, Subject: Outside outside } && Entity.FindMember(member) is { } symbol && outside.Then(symbol) is { } path) return Value.From(Origin.Is(path));
        return null;
    }

    private string? MemberWith(Value asked)
    {
        if (Insert.Value.Members is { } members)
            foreach (var member in members)
                if (Values.AreSame(member.Value, asked)) return member.Key;
        foreach (var origin in asked.Origins)
            if (origin is { Kind: OriginKind.Is, Subject: Outside { Path: [.., var last] } path } && Insert.Value.Origins.Any(o => o.Subject is Outside whole && SymbolEqualityComparer.Default.Equals(whole.Root, path.Root))) return last.Name;
        return null;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

/// <summary>Whether a unique index, a key or a one-to-one foreign key covers what was checked before an insert.</summary>
internal static class Uniqueness
{
    public static bool Covers(InsertSequence sequence, InsertCheck check)
    {
        foreach (var key in sequence.Facts.UniqueKeys)
            if (!key.Members.IsEmpty && key.Members.All(m => IsChecked(sequence, check, m)) && (key.Filter is not { } filter || FilteredIndex.Holds(sequence, filter))) return true;
        return MayCover(sequence, check);
    }

    /// <summary>
    /// Whether the same save inserts a row whose unique key the changed row determines: the second session's save then fails as a whole.
    /// </summary>
    public static bool Protects(RowSequence sequence)
    {
        foreach (var insert in sequence.Model.Inserts)
        {
            if (insert.Save.Event is null || insert.Save.Event != sequence.Save.Event || !IsMadeWith(insert.Insert, sequence)) continue;
            foreach (var key in insert.Facts.UniqueKeys)
                if (!key.Members.IsEmpty && !(key.Source == UniqueKeySource.PrimaryKey && IsLeftToDatabase(insert)) && key.Members.All(m => insert.Inserted(m) is { } value && IsDetermined(sequence, value))
                    && (key.Filter is not { } filter || FilteredIndex.Holds(insert, filter))) return true;
        }
        return false;
    }

    /// <summary>A key that is generated for a new row is so only where the row brings none, or the value that stands for none.</summary>
    private static bool IsLeftToDatabase(InsertSequence insert) =>
        insert.Facts.GeneratedKey && insert.Facts.KeyMembers.All(m => insert.Inserted(m) is not { Constant.HasValue: false });

    /// <summary>Whether the insert is made whenever the row is changed: one that stands in for a row that was not there is made when it is not.</summary>
    private static bool IsMadeWith(Event insert, RowSequence sequence)
    {
        if (sequence.Writes.Any(w => w.Target.Origins.Any(o => o.Subject is Flow.Fresh && insert.Value.Origins.Contains(o)))) return false;
        // Through a call only the check is seen, and not its branch.
        if (insert.Site is not null && SymbolEqualityComparer.Default.Equals(insert.Entity, sequence.Entity) && insert.Checks.Any(c => c.Site == insert.Site && c.Condition.AllOrigins().Any(o => o is { Kind: Flow.OriginKind.Result, Read: { Kind: ReadKind.Row } asked } && sequence.IsSameRow(asked)))) return false;
        if (sequence.Model.Body.Flow is not { } flow) return true;
        var decided = new HashSet<int>(flow.Deciders(sequence.Save.Event!.Position.Block).Concat(flow.Deciders(sequence.Writes[0].Position.Block)));
        return flow.Deciders(insert.Position.Block).All(decided.Contains);
    }

    private static bool IsDetermined(RowSequence sequence, Flow.Value value) =>
        value.Constant.HasValue || value.Origins.Any(o => o.Read is { } row && sequence.IsSameRow(row))
        || sequence.Row.AllConditions.Any(c => c.Kind == ConditionKind.Equal && Values.AreSame(c.Operand, value));

    /// <summary>Whether all columns that were checked are known: a constructor out of sight may set one under another name.</summary>
    public static bool IsKnown(InsertSequence sequence, InsertCheck check) =>
        check.Members.All(m => sequence.Entity.FindMember(m.Split('.')[0]) is not null) || sequence.Facts.UniqueKeys.All(k => k.Source == UniqueKeySource.PrimaryKey);

    /// <summary>
    /// A row of a link is known by its whole composite key. Where a part of that key is what was asked about, what pins the others may be out of sight: a row
    /// that was read before, a key of two values.
    /// </summary>
    private static bool MayCover(InsertSequence sequence, InsertCheck check) =>
        !sequence.Facts.GeneratedKey && sequence.Facts.KeyMembers.Length > 1 && check.Members.Any(sequence.Facts.KeyMembers.Contains) && check.Members.All(sequence.Facts.KeyMembers.Contains);

    private static bool IsChecked(InsertSequence sequence, InsertCheck check, string member)
    {
        if (check.Members.Contains(member)) return true;
        // ASP.NET Core Identity's managers write the normalized name beside the name.
        if (member is "NormalizedUserName" or "NormalizedName" && sequence.Entity.FindMember(member)?.ContainingNamespace.ToDisplayString() == "Microsoft.AspNetCore.Identity") return IsChecked(sequence, check, member.Substring("Normalized".Length));
        if (IsMadeFromChecked(sequence, check, member) || IsOfFilter(sequence, check, member) || IsSetOnSave(sequence, check, member)) return true;
        foreach (var foreign in sequence.Facts.ForeignKeys)
            if (foreign.Members.Contains(member) && foreign.Navigation is { } navigation && check.Members.Any(m => m == navigation || m.StartsWith(navigation + ".", StringComparison.Ordinal))) return true;
        return false;
    }

    /// <summary>A query filter of the model asks for it with every read: whose rows there are, as a tenant's.</summary>
    private static bool IsOfFilter(InsertSequence sequence, InsertCheck check, string member) =>
        !check.Read.Database.Query.IgnoresFilters && sequence.Facts.QueryFilters.Any(filter => filter.DescendantNodes().OfType<BinaryExpressionSyntax>()
            .Any(equal => equal.IsKind(SyntaxKind.EqualsExpression) && (IsMember(filter, equal.Left, member) || IsMember(filter, equal.Right, member))));

    private static bool IsMember(LambdaExpressionSyntax filter, ExpressionSyntax side, string member) =>
        side is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax row } access && access.Name.Identifier.ValueText == member
        && filter is SimpleLambdaExpressionSyntax { Parameter.Identifier.ValueText: var simple } && simple == row.Identifier.ValueText;

    /// <summary>The check asks for it, and what runs on each save gives it to the new row.</summary>
    private static bool IsSetOnSave(InsertSequence sequence, InsertCheck check, string member) =>
        sequence.Model.Engine.Writes.IsSetOnSave(sequence.Entity, member) && check.Read.AllConditions.Any(c => c.Kind == ConditionKind.Equal && c.Members.Contains(member));

    /// <summary>The insert computes the column from what the check compares: who finds no row with the one collides in the other.</summary>
    private static bool IsMadeFromChecked(InsertSequence sequence, InsertCheck check, string member) =>
        !check.Members.IsEmpty && sequence.Inserted(member) is { } value && !value.Constant.HasValue
        && check.Read.AllConditions.Any(c => c.Kind is ConditionKind.Equal or ConditionKind.In && !c.Operand.Constant.HasValue && c.Members.Any(check.Members.Contains) && Values.AreSame(c.Operand, value));
}

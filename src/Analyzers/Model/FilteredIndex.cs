using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>
/// Whether a filtered unique index holds a row that is inserted: it protects only rows in its filter. The filter is read as comparisons of columns
/// joined by AND; what it asks in other words is taken to be so.
/// </summary>
internal static class FilteredIndex
{
    private const string Column = @"(?:[""\[`]?\w+[""\]`]?\.)*[""\[`]?(?<column>\w+)[""\]`]?";
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly Regex Conjunction = new(@"\bAND\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);
    private static readonly Regex Alternative = new(@"\bOR\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);
    private static readonly Regex Flag = new($@"^(?<not>NOT\s+)?{Column}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);
    private static readonly Regex Compared = new($@"^{Column}\s*(?<operator>=|<>|!=|\bIS\s+NOT\b|\bIS\b)\s*(?:N(?='))?(?<value>'[^']*'|-?\w+)(?:::\w+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);

    public static bool Holds(InsertSequence sequence, string filter)
    {
        try
        {
            return filter.Length > 1000 || Alternative.IsMatch(filter) || Conjunction.Split(filter).All(term => MayMeet(sequence, Bare(term)));
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }

    /// <summary>Without the parentheses around it, and around a column in it.</summary>
    private static string Bare(string term) => term.Replace("(", " ").Replace(")", " ").Trim();

    private static bool MayMeet(InsertSequence sequence, string term)
    {
        if (Flag.Match(term) is { Success: true } flag) return IsMet(sequence, flag.Groups["column"].Value, isNegated: flag.Groups["not"].Success, "TRUE");
        if (Compared.Match(term) is not { Success: true } compared) return true;
        var isNegated = compared.Groups["operator"].Value.ToUpperInvariant() is "<>" or "!=" || compared.Groups["operator"].Value.EndsWith("NOT", StringComparison.OrdinalIgnoreCase);
        return IsMet(sequence, compared.Groups["column"].Value, isNegated, compared.Groups["value"].Value.Trim('\''));
    }

    private static bool IsMet(InsertSequence sequence, string column, bool isNegated, string wanted)
    {
        if (sequence.Facts.Mapped.FirstOrDefault(m => string.Equals(sequence.Facts.Column(m) ?? m, column, StringComparison.OrdinalIgnoreCase)) is not { } member) return true;
        var isNull = wanted.Equals("NULL", StringComparison.OrdinalIgnoreCase);
        if (Given(sequence, member) is { HasValue: true } given)
            return isNull ? given.Value is null != isNegated : given.Value is { } value && Is(sequence, member, value, wanted) != isNegated;
        // A column that must have a value has the one that the check asked for; what another part of the application gives is taken to be right.
        return isNull && isNegated || sequence.Insert.Value.Members?.ContainsKey(member) != true;
    }

    /// <summary>The constant that the insert gives, or leaves where the property starts with none of its own.</summary>
    private static Optional<object?> Given(InsertSequence sequence, string member)
    {
        if (sequence.Inserted(member) is { } set) return set.Constant;
        if (!sequence.Insert.Value.Origins.Any(o => o.Subject is Fresh) || sequence.Entity.FindMember(member) is not IPropertySymbol property || HasInitializer(property)) return default;
        return property.Type switch
        {
            { SpecialType: SpecialType.System_Boolean } => false,
            { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_Int32 } => 0,
            { IsReferenceType: true } or INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => new Optional<object?>(null),
            _ => default,
        };
    }

    private static bool HasInitializer(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is PropertyDeclarationSyntax { Initializer: not null });

    private static bool Is(InsertSequence sequence, string member, object value, string wanted)
    {
        if (value is bool flag) return wanted.ToUpperInvariant() is not ("0" or "1" or "TRUE" or "FALSE") || flag == wanted.ToUpperInvariant() is "1" or "TRUE";
        var name = sequence.Entity.FindMember(member).MemberType() is INamedTypeSymbol { TypeKind: TypeKind.Enum } type ? type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, value))?.Name : null;
        return wanted.Equals(name ?? value.ToString(), StringComparison.OrdinalIgnoreCase) || wanted == value.ToString();
    }
}

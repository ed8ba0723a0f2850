using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Table and column names for SQL that a fix writes; null wherever they are not known for sure.</summary>
internal sealed class TableNames(ModelReading reading, ContextSettings settings)
{
    private bool IsConventional => !reading.Source.RewritesNames
        && (settings.NamingConvention is null || (settings.NamingConvention == "SnakeCase" && settings.Providers.Distinct().Count() < 2));

    /// <summary>A snapshot tells the name as it is; snapshots of several providers may differ.</summary>
    public string? Table(INamedTypeSymbol type, List<EntityDraft> drafts, Sight sight)
    {
        var inSnapshots = drafts.Where(draft => draft.IsFromSnapshot).Select(draft => draft.TableUnknown ? null : draft.Table).Distinct().ToList();
        if (inSnapshots.Count > 0)
        {
            return inSnapshots.Count == 1 ? inSnapshots[0] : null;
        }

        if (drafts.Any(draft => draft.TableUnknown))
        {
            return null;
        }

        if (drafts.Select(draft => draft.Table).LastOrDefault(table => table is not null) is { } named)
        {
            return named;
        }

        if (type.Attribute("TableAttribute") is { } attribute)
        {
            return Conventions.Names(attribute).FirstOrDefault();
        }

        if (sight == Sight.Unknown || !IsConventional || (type.IsAbstract && drafts.Count == 0))
        {
            return null;
        }

        if (type.BaseType is { SpecialType: SpecialType.None } baseType && reading.Entities.Contains(baseType))
        {
            return Table(baseType, drafts, sight);
        }

        var sets = reading.Contexts.SelectMany(context => context.Sets).Where(set => SymbolEqualityComparer.Default.Equals(set.Key, type))
            .Select(set => set.Value).Distinct().ToList();
        return sets.Count > 1 ? null : Conventional(sets.FirstOrDefault() ?? type.Name);
    }

    /// <summary>The names that a table of the type can have where none is sure: of its sets, and its own.</summary>
    public IEnumerable<string> Possible(INamedTypeSymbol type) =>
        reading.Contexts.SelectMany(context => context.Sets).Where(set => SymbolEqualityComparer.Default.Equals(set.Key, type)).Select(set => set.Value).Concat([type.Name]);

    public string? Schema(INamedTypeSymbol type, List<EntityDraft> drafts) =>
        drafts.Select(draft => draft.Schema).LastOrDefault(schema => schema is not null)
        ?? type.Attribute("TableAttribute")?.Named("Schema") as string
        ?? reading.Contexts.Where(context => context.Sets.ContainsKey(type) || drafts.Any(draft => draft.Contexts.Contains(context)))
            .Select(context => context.DefaultSchema).FirstOrDefault();

    public ImmutableDictionary<string, string> Columns(ImmutableHashSet<string> mapped, List<EntityDraft> drafts, INamedTypeSymbol type)
    {
        var columns = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in mapped)
        {
            if (type.FindMember(member)?.Attribute("ColumnAttribute") is { } attribute && Conventions.Names(attribute).FirstOrDefault() is { } given)
            {
                columns[member] = given;
            }
            else if (IsConventional)
            {
                columns[member] = Conventional(member);
            }
        }

        var inSnapshots = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var draft in drafts)
        {
            foreach (var property in draft.Properties)
            {
                if (draft.IsFromSnapshot)
                {
                    // A snapshot names every column that differs from its property.
                    var column = property.Column ?? (property.Path.IndexOf('.') < 0 ? property.Path : null);
                    inSnapshots[property.Path] = inSnapshots.TryGetValue(property.Path, out var other) && other != column ? null : column;
                }
                else if (property.Column is { } column)
                {
                    columns[property.Path] = column;
                }
                else if (property.ColumnUnknown)
                {
                    columns.Remove(property.Path);
                }
            }
        }

        foreach (var pair in inSnapshots)
        {
            if (pair.Value is { } column)
            {
                columns[pair.Key] = column;
            }
            else
            {
                columns.Remove(pair.Key);
            }
        }

        return columns.ToImmutable();
    }

    private string Conventional(string name) => settings.NamingConvention == "SnakeCase" ? SnakeCase(name) : name;

    /// <summary>As EFCore.NamingConventions writes it: <c>OrderId</c> is <c>order_id</c>, <c>IPAddress</c> is <c>ip_address</c>.</summary>
    internal static string SnakeCase(string name)
    {
        var result = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var starts = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            result.Append(starts ? "_" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}

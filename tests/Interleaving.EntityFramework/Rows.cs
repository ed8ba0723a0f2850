using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Interleaving.EntityFramework;

/// <summary>
/// All rows of a model's tables: removed before a run and described after it, without what differs from run to run
/// and means nothing (generated keys, row versions).
/// </summary>
internal sealed class Rows
{
    private readonly ITable[] _tables;
    private readonly string _clear;
    private readonly string _read;

    public Rows(DbContext context)
    {
        _tables = [.. DependentsFirst(context.Model.GetRelationalModel().Tables)];
        var sql = context.GetService<ISqlGenerationHelper>();
        var names = _tables.Select(t => sql.DelimitIdentifier(t.Name, t.Schema)).ToArray();
        _clear = string.Concat(names.Select(n => $"DELETE FROM {n};"));
        _read = string.Concat(names.Select(n => $"SELECT * FROM {n};"));
        Related = _tables.ToDictionary(
            t => t.Name.ToLowerInvariant(),
            t => (IReadOnlySet<string>)t.ForeignKeyConstraints.Select(f => f.PrincipalTable.Name.ToLowerInvariant()).ToHashSet());
    }

    /// <summary>The tables that a table's foreign keys point to.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Related { get; }

    public Task ClearAsync(DbContext context) => context.Database.ExecuteSqlRawAsync(_clear);

    public async Task<string> ReadAsync(DbContext context)
    {
        await context.Database.OpenConnectionAsync();
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = _read;
        await using var reader = await command.ExecuteReaderAsync();
        var text = new StringBuilder();
        foreach (var table in _tables)
        {
            var columns = Enumerable.Range(0, reader.FieldCount)
                .Select(i => (Index: i, Name: reader.GetName(i), Column: table.FindColumn(reader.GetName(i))))
                .Where(c => c.Column is null || !IsArbitrary(c.Column))
                .ToArray();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add($"({string.Join(", ", columns.Select(c =>
                    $"{c.Name} {Description.Of(reader.GetValue(c.Index), c.Column?.PropertyMappings.FirstOrDefault()?.Property.ClrType)}"))})");
            }

            rows.Sort(StringComparer.Ordinal);
            text.Append(table.Name).Append(' ').AppendJoin(' ', rows).Append("; ");
            await reader.NextResultAsync();
        }

        return text.ToString().TrimEnd(' ', ';');
    }

    private static IEnumerable<ITable> DependentsFirst(IEnumerable<ITable> tables)
    {
        var left = tables.ToList();
        while (left.Count > 0)
        {
            var next = left.Find(t => !left.Exists(o => o != t && PointsTo(o, t))) ?? left[0];
            left.Remove(next);
            yield return next;
        }
    }

    private static bool PointsTo(ITable from, ITable to) => from.ForeignKeyConstraints.Any(f => f.PrincipalTable == to);

    private static bool IsArbitrary(IColumn column) => column.PropertyMappings.Any(m =>
        m.Property is { ValueGenerated: ValueGenerated.OnAdd } p && p.IsPrimaryKey() && p.ClrType != typeof(string)
        || m.Property.IsConcurrencyToken && (m.Property.ClrType == typeof(byte[]) || m.Property.ClrType == typeof(Guid)));
}

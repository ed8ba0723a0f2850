using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Questions on commands that run at once and pass by the change tracker: ExecuteUpdate, ExecuteDelete, raw UPDATE and DELETE.</summary>
internal static class BulkCommands
{
    /// <summary>The earlier read of the same row, and the member, from which a new value was computed, when no condition pins what was read (compare and swap).</summary>
    public static (Read Read, string Member)? StaleValue(RaceModel model, Event command) => command.Kind == EventKind.RawCommand ? StaleInSql(model, command) : StaleInSetter(model, command);

    private static (Read, string)? StaleInSetter(RaceModel model, Event bulk)
    {
        foreach (var (member, value, _) in bulk.Setters)
            foreach (var origin in value.Origins)
                if (origin is { Kind: OriginKind.Of, Subject: Read read } && origin.Member == member && SymbolEqualityComparer.Default.Equals(read.Entity, bulk.Entity)
                    && IsOfSameRow(model.Engine, bulk.Query!, read) && !Pins(bulk.Query!, read, member))
                    return (read, member);
        return null;
    }

    private static (Read, string)? StaleInSql(RaceModel model, Event command)
    {
        if (SqlText.Of(command.Name) is not { } sql) return null;
        foreach (var origin in command.Value.Origins)
        {
            if (origin is not { Kind: OriginKind.Of, Member: { } member, Subject: Read { Entity: INamedTypeSymbol entity } read } || member == Origin.Whole) continue;
            var column = model.Engine.Model.Facts(entity).Column(member) ?? member;
            if (sql.Sets.Any(s => string.Equals(s.Column, column, StringComparison.OrdinalIgnoreCase) && SqlText.IsGiven(s.Value)) && !sql.IsGuardedBy(column) && IsNamedWith(model.Engine, command.Value, read)) return (read, member);
        }
        return null;
    }

    /// <summary>The command's condition gives the values that the read asked for, or the key of the row that was read.</summary>
    private static bool IsOfSameRow(Engine engine, Query bulk, Read read)
    {
        var keys = engine.KeyOf(read.Entity);
        if (bulk.Conditions.Any(c => c.Kind == ConditionKind.Equal && c.Members.Any(keys.Contains) && c.Operand.Origins.Any(o => o.Read is { } r && r.Database == read.Database))) return true;
        var pins = Pins(read).ToArray();
        return pins.Length > 0 && pins.All(pin => bulk.Conditions.Any(c => c.Kind == ConditionKind.Equal && c.Members.SequenceEqual(pin.Members) && c.Operand.Equals(pin.Operand)));
    }

    private static bool IsNamedWith(Engine engine, Value values, Read read)
    {
        var keys = engine.KeyOf(read.Entity);
        return values.Origins.Any(o => o.Kind == OriginKind.Of && o.Member is { } m && keys.Contains(m) && o.Read is { } r && r.Database == read.Database)
            || Pins(read) is var pins && pins.Any() && pins.All(p => p.Operand.Origins.Any(values.Origins.Contains));
    }

    private static IEnumerable<Condition> Pins(Read read) => read.AllConditions.Where(c => c.Kind == ConditionKind.Equal && !c.Operand.Constant.HasValue && !c.Operand.Origins.IsEmpty);

    private static bool Pins(Query bulk, Read read, string member) =>
        bulk.Conditions.Any(c => c.Members.Contains(member) && c.Operand.Origins.Any(o => o.Member == member && o.Read is { } r && r.Database == read.Database));

    /// <summary>The value is the number of rows that the command affected.</summary>
    public static bool IsCountOf(Origin origin, Event command) =>
        origin is { Kind: OriginKind.Of, Subject: Fresh affected, Member: "Affected" } && (affected.Node == command.Node || affected.Node == command.Origin);

    /// <summary>The members on whose state the command of one row insists; empty where it has no such guard.</summary>
    public static ImmutableArray<string> GuardedMembers(RaceModel model, Event command)
    {
        if (command.Kind == EventKind.RawCommand) return GuardedColumns(command.Name);
        if (command.Entity is not INamedTypeSymbol entity || !IsOneRow(model, command.Query!, entity)) return ImmutableArray<string>.Empty;
        var isDelete = command.Name == "ExecuteDelete";
        var facts = model.Engine.Model.Facts(entity);
        return command.Query!.Conditions.Where(c => !IsExpiry(c, entity) && !AsksWhetherChanged(command, c))
            .Where(c => !isDelete || c.Operand.Constant.HasValue)
            .SelectMany(c => c.Members)
            .Where(m => !facts.KeyMembers.Contains(m) && (isDelete ? !facts.IsForeign(m) : command.Setters.Any(s => s.Member == m)))
            .Distinct().ToImmutableArray();
    }

    /// <summary>The columns that a raw UPDATE sets and asks about, or that a raw DELETE compares with a constant, beside the key that is given.</summary>
    private static ImmutableArray<string> GuardedColumns(string? text)
    {
        if (SqlText.Of(text) is not { } sql || !sql.Guards.Any(g => SqlText.IsGiven(g.Value))) return ImmutableArray<string>.Empty;
        return sql.Guards.Where(g => sql.IsDelete ? g.Value.Length > 0 && !SqlText.IsGiven(g.Value) && g.Value.IndexOf('(') < 0 : sql.Sets.Any(s => string.Equals(s.Column, g.Column, StringComparison.OrdinalIgnoreCase)))
            .Select(g => g.Column).Distinct(StringComparer.OrdinalIgnoreCase).ToImmutableArray();
    }

    /// <summary>A key or a unique key is given, or nothing but a text that a row goes by, as a code or a token does: the count is meant to be one or zero.</summary>
    private static bool IsOneRow(RaceModel model, Query query, INamedTypeSymbol entity)
    {
        var facts = model.Engine.Model.Facts(entity);
        var pins = query.Conditions.Where(c => c.Kind == ConditionKind.Equal && !c.Operand.Constant.HasValue).ToArray();
        var given = pins.SelectMany(c => c.Members).ToImmutableHashSet();
        return facts.KeyMembers.Length > 0 && facts.KeyMembers.All(given.Contains) || facts.UniqueKeys.Any(k => k.Members.Length > 0 && k.Members.All(given.Contains))
            || pins is [{ Members: [var name] } pin] && IsName(name) && pin.Operand.Origins.All(o => o.Subject is Outside { Root: IParameterSymbol });

        bool IsName(string member) => entity.FindMember(member) is IPropertySymbol { Type.SpecialType: SpecialType.System_String } && !facts.IsForeign(member) && !member.EndsWith("Id", StringComparison.Ordinal);
    }

    /// <summary><c>ExpiresAt &lt; now</c>: a clean-up, or an update that is not wanted too often.</summary>
    private static bool IsExpiry(Condition condition, INamedTypeSymbol entity) =>
        condition.Kind == ConditionKind.Range && condition.Members.Any(m => entity.FindMember(m.Split('.')[0]) is IPropertySymbol property && IsTime(property.Type));

    private static bool IsTime(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? IsTime(nullable.TypeArguments[0]) : type.Name is "DateTime" or "DateTimeOffset" or "DateOnly" or "Instant" or "TimeSpan";

    private static bool AsksWhetherChanged(Event bulk, Condition condition) =>
        condition.Kind == ConditionKind.NotEqual && bulk.Setters.Any(s => condition.Members.Contains(s.Member) && !condition.Operand.Origins.IsEmpty && condition.Operand.Equals(s.Value));

    /// <summary>Whether something depends on the number of rows: a branch, what is returned, what another method is given.</summary>
    public static bool IsCountLookedAt(RaceModel model, Event command)
    {
        if (!command.ResultUsed) return false;
        if (!IsKeptInLocal(command.Origin)) return true;
        return model.Body.Events.Any(e => Tells(e.Value) || e.Arguments.Any(Tells) || e.Checks.Any(c => Tells(c.Condition))) || Tells(model.Body.Returns);

        bool Tells(Value value) => value.AllOrigins().Any(o => IsCountOf(o, command));
    }

    /// <summary>An earlier guarded command has refused the second execution: its count decides whether this one is sent.</summary>
    public static bool IsDecidedBefore(RaceModel model, Event command) => model.Body.Events.Any(e =>
        e != command && e.Kind == EventKind.Bulk && !GuardedMembers(model, e).IsEmpty && command.Checks.Any(c => !Amounts.FoundNone(c) && c.Condition.AllOrigins().Any(o => IsCountOf(o, e))));

    private static bool IsKeptInLocal(SyntaxNode node)
    {
        while (node.Parent is AwaitExpressionSyntax or ParenthesizedExpressionSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax) node = node.Parent;
        return node.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax };
    }

    /// <summary>What happens after the command as though it had found its row: another change, a call to the outside, a success that is told.</summary>
    public static Event? Following(RaceModel model, Event command, ImmutableArray<string> guarded)
    {
        var twiceIsOnce = command.Entity is INamedTypeSymbol entity && guarded.All(m => IsFlag(entity, m)) && command.Name == "ExecuteUpdate";
        foreach (var e in model.Body.Events)
        {
            if (e == command || !model.Body.Before(command, e)) continue;
            var follows = e.Kind switch
            {
                EventKind.Insert or EventKind.Send or EventKind.Remove or EventKind.Write or EventKind.Bulk or EventKind.RawCommand => true,
                EventKind.Effect => true,
                EventKind.Return => e.Node != model.Body.Syntax && IsSuccess(e.Value, model.Body.Symbol) && (!twiceIsOnce || e.Value.Constant is { HasValue: true, Value: true }),
                _ => false,
            };
            if (follows) return e;
        }
        return null;
    }

    private static bool IsSuccess(Value value, ISymbol? method) =>
        method is not IMethodSymbol { ReturnsVoid: true } && value.Constant is not { HasValue: true, Value: null or false or 0 };

    private static bool IsFlag(INamedTypeSymbol entity, string member) =>
        entity.FindMember(member) is IPropertySymbol { Type: var type } && (type.SpecialType == SpecialType.System_Boolean || type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && IsTime(nullable.TypeArguments[0]));
}

using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;
using RaceAnalyzers.Rules;

namespace RaceAnalyzers.Model;

/// <summary>Whether a concurrency token makes the second save fail.</summary>
internal static class Tokens
{
    public static bool Protect(RowSequence sequence, Race race)
    {
        if (!race.Needs.IsSkew && ProtectParent(sequence)) return true;
        if (!Protects(sequence) || race.Check is { } check && IsByProjection(sequence, check)) return false;
        // A check of another row is covered only if that row carries a token and is written too; a check by an untracked projection is not.
        return !race.Needs.IsSkew && (race.Others.IsEmpty || race.Others.All(Protects) || race.Others.Any(Protects));
    }

    /// <summary>The decision was made on an earlier projection of the row: the token was read after it.</summary>
    private static bool IsByProjection(RowSequence sequence, Check check) =>
        check.Condition.AllOrigins().Any(o => o.Kind == OriginKind.Of && o.Read is { IsTracked: false } read && read.Database != sequence.Row.Database && sequence.IsSameRow(read));

    private static bool Protects(RowSequence sequence) => sequence.Facts.Tokens.Any(t => IsLive(sequence.Model.Engine, t, sequence.Facts, sequence.Members.Contains, sequence.Model.Of(EventKind.Update).Any(u => u.SavesItself))) && !ChecksElsewhere(sequence);

    /// <summary>The decision was made on a read that the token does not guard.</summary>
    private static bool ChecksElsewhere(RowSequence sequence) => sequence.Row.Query.Source is null && !sequence.Row.IsTracked && !sequence.Model.Of(EventKind.Update).Any();

    /// <summary>Whether the token changes when the row does: the database sets it, the sequence writes it, or each save does.</summary>
    public static bool IsLive(Engine engine, ConcurrencyToken token, EntityFacts facts, Func<string, bool> writes, bool throughManager = false)
    {
        if (IsIdentityStamp(token, facts)) return throughManager;
        if (writes(token.Member)) return true;
        if (engine.Writes.IsSetOnSave(facts.Type, token.Member)) return true;
        var provider = engine.Model.Provider;
        return token.Kind switch
        {
            TokenKind.Xmin => provider is Provider.PostgreSql or Provider.Unknown,
            TokenKind.RowVersion => provider switch
            {
                Provider.SqlServer or Provider.Unknown or Provider.Other or Provider.MySql => true,
                Provider.PostgreSql => token.Type?.SpecialType == SpecialType.System_UInt32,
                _ => false,
            },
            _ => false,
        };
    }

    private static bool IsIdentityStamp(ConcurrencyToken token, EntityFacts facts) => token.Member == "ConcurrencyStamp" && facts.Type.FindMember("ConcurrencyStamp")?.Declaration().ContainingNamespace.ToDisplayString() == "Microsoft.AspNetCore.Identity";

    /// <summary>The parent that carries the token is changed in the same save: children are inserted one session at a time.</summary>
    public static bool ProtectParent(InsertSequence sequence) =>
        IsChangedWith(sequence.Model, sequence.Insert, sequence.Save, (parent, origin) => sequence.Facts.ForeignKeys.Any(f => SymbolEqualityComparer.Default.Equals(f.Principal, parent))
            || sequence.Insert.Target.Origins.Any(o => o.Read?.Query.Parent is { } above && above.Origins.Any(p => Equals(p.Subject, origin.Subject)))
            || origin.Read is { } row && sequence.Quotas.Concat(sequence.Absences).Any(c => c.Members.Any(m => sequence.Inserted(m) is { } key && IsKeyOf(sequence.Model, row, parent, key))));

    /// <summary>The value is the key of the row, which leads its children to it with or without a navigation.</summary>
    private static bool IsKeyOf(RaceModel model, Read row, INamedTypeSymbol entity, Flow.Value value)
    {
        var keys = model.Engine.KeyOf(entity);
        return value.Origins.Any(o => o.Kind == OriginKind.Of && o.Read == row && keys.Contains(o.Member!))
            || row.AllConditions.Any(c => c.Kind == ConditionKind.Equal && (c.IsMemberUnknown || c.Members.All(keys.Contains)) && Values.AreSame(c.Operand, value));
    }

    /// <summary>As for inserts: a child that was reached through its parent, which is saved with it.</summary>
    private static bool ProtectParent(RowSequence sequence) =>
        sequence.Row.Database.Query.Parent is { } above && IsChangedWith(sequence.Model, sequence.Writes[0], sequence.Save, (_, origin) => above.Origins.Any(p => Equals(p.Subject, origin.Subject)));

    private static bool IsChangedWith(RaceModel model, Event act, Saving saving, Func<INamedTypeSymbol, Origin, bool> isParent)
    {
        foreach (var e in model.Body.Events)
        {
            if (e.Kind is not (EventKind.Update or EventKind.Write) || !IsSavedWith(model, e, act, saving)) continue;
            foreach (var origin in e.Target.Origins)
            {
                if (Parent(origin, e) is not INamedTypeSymbol parent || !isParent(parent, origin)) continue;
                var facts = model.Engine.Model.Facts(parent);
                if (facts.Tokens.Any(t => IsLive(model.Engine, t, facts, m => m == e.Member, e is { Kind: EventKind.Update, SavesItself: true }))) return true;
            }
        }
        return false;
    }

    /// <summary>One save sends both: none stands between the change and it.</summary>
    private static bool IsSavedWith(RaceModel model, Event change, Event act, Saving saving) =>
        change.SavesItself ? model.Body.Before(act, change) : saving.Event is not { } save || model.Body.ReachesWithout(change, save, model.Of(EventKind.Save).Where(s => s != save));

    private static ITypeSymbol? Parent(Origin origin, Event e) => origin.Kind == OriginKind.Is ? origin.Read?.Entity ?? (origin.Subject is Outside ? e.Entity : null) : null;
}

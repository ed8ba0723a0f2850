using System.Collections.Immutable;
using System.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>A means that was taken to be safe and is not.</summary>
internal enum Failure
{
    None,
    /// <summary>A transaction whose level does not protect, or that begins after the read.</summary>
    Transaction,
    /// <summary>A locking query with no transaction open.</summary>
    LockWithoutTransaction,
    /// <summary>A locking query for a row that the context tracks already.</summary>
    LockAfterRead,
    /// <summary>A lock that ends at the process.</summary>
    ProcessLock,
    /// <summary>A second context, a suppressed scope, a scope without async flow.</summary>
    EscapedTransaction,
    /// <summary>A locking query that is built and never run.</summary>
    LockNeverExecuted,
    /// <summary>A conflict that is swallowed, or retried on stale data.</summary>
    SwallowedConflict,
}

/// <summary>Whether a sequence is safe; if not, what was meant to make it so.</summary>
internal sealed record Verdict(bool IsSafe, Failure Failure = Failure.None, SyntaxNode? Failed = null)
{
    public static readonly Verdict Safe = new(true);
    public static readonly Verdict Unprotected = new(false);
}

/// <summary>
/// What protects a read and its act: transactions by level and provider, row locks, locks of applications and of the process, each with its position.
/// Levels and locks as measured in docs/proof.md; SQLite's BeginTransaction is BEGIN IMMEDIATE.
/// </summary>
internal sealed class Protections(RaceModel model)
{
    private const int MostCallers = 20;

    private Body Body => model.Body;
    private Engine Engine => model.Engine;

    /// <summary>Judges a sequence by what surrounds it, here and in every caller in sight.</summary>
    public Verdict Of(Read? read, Event act, Event? save, Needs needs)
    {
        var reading = read is null ? null : ReadEvent(read);
        var here = Around(Body, reading ?? act, act, save, needs, read);
        if (here.IsSafe) return here;
        var callers = OfCallers(Body, needs, 3);
        if (callers is { IsSafe: true }) return callers;
        return here.Failure != Failure.None ? here : callers ?? here;
    }

    /// <summary>The event of the read in the database that a pick goes back to.</summary>
    private Event? ReadEvent(Read read)
    {
        var database = read.Database;
        foreach (var e in Body.Events)
            if (e.Kind == EventKind.Read && e.Read == database) return e;
        // A navigation is read where its row was, or where it is asked for.
        return database.Query.Parent is { } parent && parent.Origins.Select(o => o.Read).FirstOrDefault(r => r is not null && r != read) is { } row ? ReadEvent(row) : null;
    }

    private Verdict Around(Body body, Event first, Event act, Event? save, Needs needs, Read? read)
    {
        Verdict failed = Verdict.Unprotected;
        if (Engine.Exclusive(body.Symbol) is { } exclusive)
        {
            if (Engine.IsForAllProcesses(exclusive) || Engine.Options.SingleInstance) return Verdict.Safe;
            failed = new Verdict(false, Failure.ProcessLock, exclusive.ApplicationSyntaxReference?.GetSyntax(model.Cancellation) ?? act.Node);
        }
        foreach (var e in body.Events)
        {
            switch (e.Kind)
            {
                case EventKind.DistributedLock when e != first && Covers(body, e, first) && !IsClosedBefore(e, save ?? act):
                    return Verdict.Safe;
                case EventKind.ProcessLock when Covers(body, e, first) && !IsReleased(body, e, act):
                    if (Engine.Options.SingleInstance) return Verdict.Safe;
                    failed = Prefer(failed, new Verdict(false, Failure.ProcessLock, e.Node));
                    break;
                case EventKind.LockRow:
                    var locked = OfRowLock(body, e, first, act, needs, read);
                    if (locked is null) break;
                    if (locked.IsSafe) return locked;
                    failed = Prefer(failed, locked);
                    break;
                case EventKind.LockBuilt when needs.IsRow && SymbolEqualityComparer.Default.Equals(e.Entity, needs.Entity) && LockQueries.IsNeverRun(body, e):
                    failed = Prefer(failed, new Verdict(false, Failure.LockNeverExecuted, e.Node));
                    break;
                case EventKind.Begin:
                    var transaction = OfTransaction(body, e, first, act, save, needs);
                    if (transaction is null) break;
                    if (transaction.IsSafe) return transaction;
                    failed = Prefer(failed, transaction);
                    break;
                case EventKind.Bulk when IsNoOp(e) && (needs.IsRow || needs.IsSet) && SymbolEqualityComparer.Default.Equals(e.Entity, needs.Entity) != needs.IsSet && Covers(body, e, first) && HasTransaction(body, e):
                    return Verdict.Safe;
                case EventKind.Bulk or EventKind.RawCommand when e.ResultUsed && IsDecidedBy(act, e) && (e.Kind == EventKind.RawCommand || SymbolEqualityComparer.Default.Equals(e.Entity, needs.Entity) || IsClaim(e)):
                    return Verdict.Safe;
            }
        }
        return failed;
    }

    /// <summary>The affected rows of a guarded update decide the act: compare and swap.</summary>
    private static bool IsDecidedBy(Event act, Event bulk) =>
        act.Checks.Any(c => !Amounts.FoundNone(c) && c.Condition.AllOrigins().Any(o => BulkCommands.IsCountOf(o, bulk)));

    /// <summary>Of two executions only one affects a row: it is gone, or no longer in the state that was asked for. An amount that is still enough lets the second one through.</summary>
    private static bool IsClaim(Event bulk) =>
        bulk.Query is { } query && (bulk.Name == "ExecuteDelete" || query.Conditions.Any(c => c.Kind != ConditionKind.Range && bulk.Setters.Any(s => c.Members.Contains(s.Member))));

    /// <summary>A column that is set to itself: the row is locked, with no table name in sight.</summary>
    private static bool IsNoOp(Event bulk) => bulk.Setters.Length > 0 && bulk.Setters.All(s => s.Value.Origins.Any(o => o is { Kind: OriginKind.Of, Subject: Element } && o.Member == s.Member) && s.Value.Origins.Length == 1);

    // The more telling explanation stays.
    private static Verdict Prefer(Verdict a, Verdict b) => a.Failure == Failure.None || Rank(b.Failure) > Rank(a.Failure) ? b : a;

    private static int Rank(Failure failure) => failure switch
    {
        Failure.LockAfterRead => 6,
        Failure.LockWithoutTransaction => 5,
        Failure.LockNeverExecuted => 4,
        Failure.EscapedTransaction => 3,
        Failure.Transaction => 2,
        Failure.ProcessLock => 1,
        _ => 0,
    };

    private static bool Covers(Body body, Event protection, Event first) => (protection == first || body.Dominates(protection, first)) && !IsClosedBefore(protection, first);

    /// <summary>What is taken in a using or lock statement ends with it.</summary>
    private static bool IsClosedBefore(Event protection, Event act)
    {
        for (var node = protection.Node; node is not null and not MemberDeclarationSyntax; node = node.Parent)
            if (node.Parent is UsingStatementSyntax or LockStatementSyntax && node.Parent is StatementSyntax block && node is not StatementSyntax) return !block.Span.Contains(act.Node.Span) && block.SyntaxTree == act.Node.SyntaxTree;
        return false;
    }

    private static bool IsReleased(Body body, Event taken, Event act) => body.Events.Any(e => e.Kind == EventKind.ProcessUnlock && body.Dominates(taken, e) && body.Dominates(e, act) && MayBeSameLock(taken, e));

    /// <summary>A release of another lock, taken and given back on the way, releases nothing of this one.</summary>
    private static bool MayBeSameLock(Event taken, Event released) =>
        taken.Target.Origins.IsEmpty || released.Target.Origins.IsEmpty || taken.Target.Origins.Any(o => released.Target.Origins.Any(r => Equals(o.Subject, r.Subject)));

    private Verdict? OfRowLock(Body body, Event locking, Event first, Event act, Needs needs, Read? read)
    {
        if (!needs.IsRow && !needs.IsSet) return null;
        var isEntity = locking.Entity is null || SymbolEqualityComparer.Default.Equals(locking.Entity, needs.Entity);
        // The locked parent of a quota lets one session at a time count.
        if (needs.IsSet) return (locking.Entity is null ? !NamesTable(locking.Name, needs.Entity) : !isEntity) && Covers(body, locking, first) && HasTransaction(body, locking) ? Verdict.Safe : null;
        if (!isEntity || !body.Before(locking, act)) return null;
        var isTheRead = locking.Read is not null && read is not null && locking.Read == read.Database;
        if (!HasTransaction(body, locking)) return new Verdict(false, Failure.LockWithoutTransaction, locking.Node);
        if (isTheRead && IsTrackedAlready(body, locking, read!)) return IsReloaded(body, locking, act) ? Verdict.Safe : new Verdict(false, Failure.LockAfterRead, locking.Node);
        if (isTheRead || Covers(body, locking, first)) return Verdict.Safe;
        if (read is { IsTracked: false }) return null;
        return IsReloaded(body, locking, act) ? Verdict.Safe : new Verdict(false, Failure.LockAfterRead, locking.Node);
    }

    private bool NamesTable(string? sql, ITypeSymbol entity) =>
        sql is null || sql.IndexOf(entity is INamedTypeSymbol type && Engine.Model.Facts(type).Table is { } table ? table : entity.Name, StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>
    /// Measured: on MariaDB a plain reload reads the snapshot that the transaction's first read made, unless the level is READ COMMITTED.
    /// </summary>
    private bool IsReloaded(Body body, Event locking, Event act) =>
        body.Events.Any(e => e.Kind is EventKind.Reload && body.Before(locking, e) && body.Before(e, act))
        && (Engine.Model.Provider != Provider.MySql || body.Events.Any(e => e is { Kind: EventKind.Begin, Level: IsolationLevel.ReadCommitted or IsolationLevel.ReadUncommitted } && Covers(body, e, locking)));

    /// <summary>An earlier tracked read asked for the same row, and nothing has made the context forget it.</summary>
    private static bool IsTrackedAlready(Body body, Event locking, Read read) => body.Events.Any(e =>
        e is { Kind: EventKind.Read, Read: { IsTracked: true } earlier } && earlier != read.Database && earlier.Kind is ReadKind.Row or ReadKind.Rows
        && SymbolEqualityComparer.Default.Equals(earlier.Entity, read.Entity) && body.Dominates(e, locking) && RaceModel.IsSameContext(e.Context, locking.Context)
        && earlier.AllConditions.Any(c => c.Kind == ConditionKind.Equal && read.AllConditions.Any(o => o.Kind == ConditionKind.Equal && Values.AreSame(c.Operand, o.Operand)))
        && !body.Events.Any(c => c.Kind == EventKind.Clear && body.Dominates(e, c) && body.Dominates(c, locking)));

    private bool HasTransaction(Body body, Event at) =>
        body.Events.Any(e => e.Kind == EventKind.Begin && !e.IsSuppressed && Covers(body, e, at) && !IsEnded(body, e, at)) || OfCallersAny(body, 3);

    /// <summary>A commit, on every way, between the beginning and the act.</summary>
    private static bool IsEnded(Body body, Event begin, Event act) =>
        body.Events.Any(e => e.Kind is EventKind.Commit or EventKind.Rollback && body.Dominates(begin, e) && body.Dominates(e, act) && !body.Dominates(act, e));

    private Verdict? OfTransaction(Body body, Event begin, Event first, Event act, Event? save, Needs needs)
    {
        var last = save ?? act;
        if (!body.Before(begin, last) || IsEnded(body, begin, last) || IsEnded(body, begin, act) && begin != act) return null;
        if (begin.Name == "UseTransaction") return null;
        var elsewhere = !begin.IsScope && first.Kind == EventKind.Read && !RaceModel.IsSameContext(begin.Context, first.Context);
        var failed = new Verdict(false, elsewhere || begin.IsSuppressed || begin.IsScope && !begin.FlowsAsync && needs.IsAsync ? Failure.EscapedTransaction : Failure.Transaction, begin.Node);
        if (failed.Failure == Failure.EscapedTransaction || !Covers(body, begin, first)) return failed;
        // What is saved inside a suppressed scope is saved outside of the transaction around it.
        if (body.Events.Any(e => e is { Kind: EventKind.Begin, IsSuppressed: true } && Covers(body, e, last))) return new Verdict(false, Failure.EscapedTransaction, begin.Node);
        // Measured: MariaDB's connector enlists in an ambient transaction by XA START, which sets no isolation level.
        if (begin.IsScope && Engine.Model.Provider == Provider.MySql) return failed;
        return Suffices(begin.Level, needs) && !IsClosedBefore(begin, last) ? Verdict.Safe : failed;
    }

    /// <summary>Whether a transaction of this level, begun before the read, protects what is needed on this provider.</summary>
    private bool Suffices(IsolationLevel level, Needs needs)
    {
        var provider = Engine.Model.Provider;
        if (provider is Provider.InMemory) return false;
        return level switch
        {
            IsolationLevel.Serializable => true,
            IsolationLevel.RepeatableRead or IsolationLevel.Snapshot => provider == Provider.Sqlite || needs.IsRow && !needs.IsSkew && provider is Provider.PostgreSql or Provider.SqlServer,
            _ => provider == Provider.Sqlite,
        };
    }

    /// <summary>What every caller in sight puts around the call; null where there is none, or one puts nothing.</summary>
    private Verdict? OfCallers(Body body, Needs needs, int depth)
    {
        if (depth == 0) return null;
        Verdict? all = null;
        var any = false;
        foreach (var (caller, calls) in Engine.CallersOf(body, MostCallers, model.Cancellation))
        {
            any = true;
            if (calls.Length == 0) return null;
            var verdict = Around(caller, calls[0], calls[calls.Length - 1], null, needs, null);
            if (!verdict.IsSafe && OfCallers(caller, needs, depth - 1) is { } above) verdict = above.IsSafe ? above : Prefer(verdict, above);
            if (!verdict.IsSafe && verdict.Failure == Failure.None) return null;
            all = all is null || all.IsSafe ? verdict : all;
        }
        return any ? all : null;
    }

    private bool OfCallersAny(Body body, int depth)
    {
        if (depth == 0) return false;
        var any = false;
        foreach (var (caller, calls) in Engine.CallersOf(body, MostCallers, model.Cancellation))
        {
            any = true;
            if (calls.Length == 0) return false;
            if (!caller.Events.Any(e => e.Kind == EventKind.Begin && !e.IsSuppressed && Covers(caller, e, calls[0])) && !OfCallersAny(caller, depth - 1)) return false;
        }
        return any;
    }
}

/// <summary>What a sequence needs protecting from.</summary>
/// <param name="Entity">The entity type whose rows are at stake.</param>
/// <param name="IsRow">An existing row: it can be locked.</param>
/// <param name="IsSet">A count or a range over a set: its parent can be locked.</param>
/// <param name="IsSkew">A checked row is not written: write skew.</param>
/// <param name="IsAsync">The sequence crosses an await.</param>
internal sealed record Needs(ITypeSymbol Entity, bool IsRow, bool IsSet, bool IsSkew, bool IsAsync);

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Interleaving.EntityFramework;

/// <summary>Holds a session before a transaction begins, commits or is rolled back, until it is its turn.</summary>
internal sealed class SteppedTransactions(SessionTrace trace) : DbTransactionInterceptor
{
    public override InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        trace.Gate.Arrive(Begin(connection, eventData));
        trace.BeginTransaction();
        return result;
    }

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(Begin(connection, eventData));
        trace.BeginTransaction();
        return result;
    }

    public override InterceptionResult TransactionCommitting(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        trace.Gate.Arrive(trace.End(StepKind.Commit, "commit"));
        trace.EndTransaction();
        return result;
    }

    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(trace.End(StepKind.Commit, "commit"));
        trace.EndTransaction();
        return result;
    }

    public override InterceptionResult TransactionRollingBack(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        trace.Gate.Arrive(trace.End(StepKind.Rollback, "roll back"));
        trace.EndTransaction();
        return result;
    }

    public override async ValueTask<InterceptionResult> TransactionRollingBackAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(trace.End(StepKind.Rollback, "roll back"));
        trace.EndTransaction();
        return result;
    }

    public override InterceptionResult RollingBackToSavepoint(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        trace.Gate.Arrive(trace.End(StepKind.Rollback, "roll back to savepoint"));
        return result;
    }

    public override async ValueTask<InterceptionResult> RollingBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(trace.End(StepKind.Rollback, "roll back to savepoint"));
        return result;
    }

    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData)
    {
        trace.Hinder();
        trace.EndTransaction();
    }

    public override Task TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        trace.Hinder();
        trace.EndTransaction();
        return Task.CompletedTask;
    }

    private Step Begin(DbConnection connection, TransactionStartingEventData eventData) =>
        trace.Begin(connection, eventData.IsolationLevel == System.Data.IsolationLevel.Unspecified ? "begin" : $"begin {eventData.IsolationLevel}");
}

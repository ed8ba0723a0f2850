using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Interleaving.EntityFramework;

/// <summary>Holds a session before each of its commands until it is its turn.</summary>
internal sealed class SteppedCommands(SessionTrace trace) : DbCommandInterceptor
{
    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        trace.Gate.Arrive(trace.Command(command));
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(trace.Command(command));
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        trace.Gate.Arrive(trace.Command(command));
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(trace.Command(command));
        return result;
    }

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        trace.Gate.Arrive(trace.Command(command));
        return result;
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        await trace.Gate.ArriveAsync(trace.Command(command));
        return result;
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Count(command, result);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Count(command, result);
        return ValueTask.FromResult(result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => trace.Hinder();

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        trace.Hinder();
        return Task.CompletedTask;
    }

    /// <summary>An update whose condition met no row was refused by the database.</summary>
    private void Count(DbCommand command, int rows)
    {
        if (rows == 0 && SqlText.Changes(command.CommandText))
            trace.Hinder();
    }
}

/// <summary>Notices that a save was refused.</summary>
internal sealed class SteppedSaves(SessionTrace trace) : SaveChangesInterceptor
{
    public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        trace.Hinder();
        return result;
    }

    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        trace.Hinder();
        return ValueTask.FromResult(result);
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData) => trace.Hinder();

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        trace.Hinder();
        return Task.CompletedTask;
    }
}

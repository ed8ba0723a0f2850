using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Interleaving.EntityFramework;

/// <summary>Tells the database's refusals from failures of the operation's own.</summary>
internal static class Refusal
{
    public static bool IsIn(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is DbException or DbUpdateException or RetryLimitExceededException or TransactionAbortedException)
                return true;
        }

        return false;
    }
}

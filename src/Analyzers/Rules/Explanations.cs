using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>The rules that say why a sequence that was meant to be safe is not; each takes the place of the rule that it explains.</summary>
internal static class Explanations
{
    public static readonly Rule TransactionDoesNotProtect = new TransactionDoesNotProtect();
    public static readonly Rule RowLockOutsideTransaction = new RowLockOutsideTransaction();
    public static readonly Rule RowLockAfterRead = new RowLockAfterRead();
    public static readonly Rule InProcessLock = new InProcessLock();
    public static readonly Rule WriteEscapesTransaction = new WriteEscapesTransaction();

    public static Rule? Of(Failure failure) => failure switch
    {
        Failure.Transaction => TransactionDoesNotProtect,
        Failure.LockWithoutTransaction => RowLockOutsideTransaction,
        Failure.LockAfterRead => RowLockAfterRead,
        Failure.ProcessLock => InProcessLock,
        Failure.EscapedTransaction => WriteEscapesTransaction,
        _ => null,
    };
}

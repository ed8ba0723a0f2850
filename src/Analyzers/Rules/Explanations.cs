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

    public static readonly Rule LockQueryNeverExecuted = new LockQueryNeverExecuted();
    public static readonly ConflictRetriedOnStaleData ConflictRetriedOnStaleData = new();
    public static readonly CachedValueDecides CachedValueDecides = new();
    public static readonly Rule SaveHook = new SaveHook();

    /// <summary>Why a sequence that nothing was meant to protect is worse than it looks: what surrounds it.</summary>
    public static Rule? Of(RaceModel model, Race race) => model.IsSaveHook ? SaveHook : CachedValueDecides.Explains(model, race) ? CachedValueDecides : null;

    public static Rule? Of(Failure failure) => failure switch
    {
        Failure.Transaction => TransactionDoesNotProtect,
        Failure.LockWithoutTransaction => RowLockOutsideTransaction,
        Failure.LockAfterRead => RowLockAfterRead,
        Failure.ProcessLock => InProcessLock,
        Failure.LockNeverExecuted => LockQueryNeverExecuted,
        Failure.EscapedTransaction => WriteEscapesTransaction,
        _ => null,
    };
}

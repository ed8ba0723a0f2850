using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>How a sequence becomes one statement a row: where it goes, and what becomes of the guard, the read, the writes and the save.</summary>
internal sealed partial class AtomicUpdate
{
    private readonly Sequence sequence;
    private readonly Rows rows;
    private readonly Layout layout;
    private readonly List<Guard> state = [];
    private readonly List<RowUpdate> updates = [];
    private Way way = null!;
    private StatementSyntax act = null!;

    private AtomicUpdate(Sequence sequence) => (this.sequence, rows, layout) = (sequence, sequence.Rows, sequence.Layout);

    /// <summary>The last guard that the rows' state decides, whose place the row count takes.</summary>
    private Guard? Check { get; set; }

    private bool KeepsSave { get; set; }

    private bool Opens { get; set; }

    private bool AtCheck { get; set; }

    private bool DropsRead { get; set; }

    public static AtomicUpdate? Of(Sequence sequence)
    {
        var update = new AtomicUpdate(sequence);
        return update.FindWay() && update.FindSave() && update.FindPlace() && update.UsesAreSafe() ? update : null;
    }

    private bool FindWay()
    {
        var writes = rows.All.SelectMany(row => row.Writes).OrderBy(write => write.Statement.SpanStart).ToArray();
        var first = rows.All.OrderBy(row => row.Declaration.SpanStart).First();
        act = writes[0].Statement;
        if (rows.All.Count > 2 || writes.Any(write => write.Statement.Parent != act.Parent) || act.Parent is not BlockSyntax
            || rows.All.Any(row => row.Declaration.Parent != first.Declaration.Parent || row.Query.IsUntracked)
            || Way.Between(first.Declaration, act) is not { } path)
        {
            return false;
        }

        way = path;
        var guards = path.Guards.Where(guard => rows.MentionsAny(guard.Condition)).ToArray();
        foreach (var guard in guards)
        {
            if (!OnlyAbsence(guard.Condition))
            {
                state.Add(guard);
            }
        }

        // A check of anything else than these rows (a count, another row) cannot move into their update.
        if (sequence.Finding.Id == "RACE004"
            || sequence.Finding.All("check").Any(check => !guards.Any(guard => guard.If.Condition.Span.IntersectsWith(check.Span)) && !rows.All.Any(row => row.Query.Call.Span == check.Span)))
        {
            return false;
        }

        foreach (var row in rows.All)
        {
            if (RowUpdate.Of(sequence, row, state) is not { } made)
            {
                return false;
            }

            updates.Add(made);
        }

        // The count also says whether the row is there: where it need not be read, or was picked by its state.
        Check = state.LastOrDefault() ?? (guards.Length == 1 && rows.All.Count == 1 && updates[0].IsByKey && (updates[0].IsPicked || IsUsedOnlyIn(guards)) ? guards[0] : null);
        // A row that was picked among others by its state would have to be picked again.
        if (updates.Any(update => update.IsPicked && (Check is null || !update.IsByKey)))
        {
            return false;
        }

        return !sequence.Database.HasSaveHooks(sequence.ContextType);
    }

    private bool OnlyAbsence(ExpressionSyntax condition) => condition switch
    {
        ParenthesizedExpressionSyntax inner => OnlyAbsence(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } both => OnlyAbsence(both.Left) && OnlyAbsence(both.Right),
        _ => rows.NullTest(condition) is not null || !rows.MentionsAny(condition),
    };

    private bool TestsAbsence(ExpressionSyntax condition) => condition.DescendantNodesAndSelf().OfType<ExpressionSyntax>()
        .Any(part => rows.NullTest(part) is not null || part is ConditionalAccessExpressionSyntax || part is IsPatternExpressionSyntax pattern && rows.All.Any(row => rows.IsRow(pattern.Expression, row)));

    /// <summary>The save must follow the act on every way, and nothing else may be waiting for it, or it stays.</summary>
    private bool FindSave()
    {
        var statement = sequence.SaveStatement;
        var anchor = act.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault(part => part.Parent == statement.Parent);
        if (anchor is null || anchor.SpanStart >= statement.SpanStart || IsRepeated(anchor) || Way.Between(anchor, statement) is not { } rest)
        {
            return false;
        }

        // A repository's save is superfluous only when it is known to do nothing else.
        if (sequence.Context is null && (Style.NameOf(sequence.Save) is not ("SaveChanges" or "SaveChangesAsync" or "SaveEntities" or "SaveEntitiesAsync" or "Save" or "SaveAsync")
            || sequence.Save.ArgumentList.Arguments.Count > (sequence.Style.Token.Length > 0 ? 1 : 0) || Transactions.OpenAt(sequence.Body, statement.SpanStart, sequence.Model) is not null))
        {
            return false;
        }

        KeepsSave = PendingChanges.Exist(sequence.Body, sequence.Save, rows, sequence.Model);
        var leaves = rest.Guards.Count > 0 || anchor != act && Way.Siblings(act) is { } siblings && siblings.Any(part => part.SpanStart > act.SpanStart && Way.Jumps(part));
        var open = Transactions.OpenAt(sequence.Body, statement.SpanStart, sequence.Model);
        Opens = (rows.All.Count > 1 || KeepsSave || leaves) && open is null;
        if (rows.All.Any(row => !sequence.Database.CanUpdate(row.Entity)) || Opens && (sequence.Context is null || sequence.Database.Retries) || (KeepsSave || rows.All.Count > 1) && !sequence.DropsCount)
        {
            return false;
        }

        // A statement before the transaction would not be part of it.
        if (open is not null && Check is not null && open.SpanStart > Check.If.SpanStart)
        {
            return false;
        }

        if (rows.All.Count > 1 && SymbolEqualityComparer.Default.Equals(rows.All[0].Entity, rows.All[1].Entity) && KeyOrder() is null)
        {
            return false;
        }

        return sequence.DropsCount || !Opens || Way.Siblings(statement) is not null;
    }

    /// <summary>In a loop whose turns are saved together, an update of each turn would stay when a later one is refused.</summary>
    private bool IsRepeated(StatementSyntax anchor) => Way.IsRepeated(act, anchor.Parent);

    private bool FindPlace()
    {
        if (Check is null)
        {
            return !Opens || CommitsWhatIsSaved();
        }

        var set = rows.All.SelectMany(row => row.Writes).SelectMany(write => write.Expression.DescendantNodes().OfType<IdentifierNameSyntax>());
        AtCheck = Way.Siblings(Check.If) is not null && set.All(name => sequence.Model.GetSymbolInfo(name).Symbol is not ILocalSymbol local
            || local.DeclaringSyntaxReferences.All(place => place.Span.Start < Check.If.SpanStart || rows.Derived(name) is not null));
        if (way.Guards.Any(guard => guard.If.SpanStart > Check.If.SpanStart))
        {
            AtCheck = false;
        }

        if (!AtCheck && (!Way.AlwaysLeaves(Check.Otherwise) || Check.Otherwise is null))
        {
            return false;
        }

        return !Opens || CommitsWhatIsSaved();
    }

    /// <summary>What is saved on another way than to the save would be rolled back: only the refusal can commit before it leaves.</summary>
    private bool CommitsWhatIsSaved()
    {
        var start = (Check?.If ?? act).SpanStart;
        var saves = Saving(sequence.Body).Where(call => call.SpanStart > start && call != sequence.Save).ToArray();
        return Check is { IsExit: false } ? saves.Length == 0 : saves.All(save => Check?.If.Statement.Contains(save) == true
            ? SavingRefusal() is { } leave && !leave.Contains(save)
            : save.SpanStart > sequence.Save.SpanStart || !save.Ancestors().OfType<IfStatementSyntax>().Any(branch => branch.SpanStart > start && Way.Jumps(branch)));
    }

    private IEnumerable<InvocationExpressionSyntax> Saving(SyntaxNode node, Call most = Call.Written) =>
        new Calls(sequence.Model, sequence.Database).In(node).Where(call => call.Kind >= Call.Save && call.Kind <= most).Select(call => call.Node);

    /// <summary>The statement by which a refusal leaves that may save something itself: of two rows one may have been updated.</summary>
    private StatementSyntax? SavingRefusal() => AtCheck && rows.All.Count == 1 && Check is { IsExit: true, If.Statement: BlockSyntax { Statements: [.., ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax] refusal } }
        && Saving(Check.If.Statement, Call.Lasting).Any(call => !refusal.Last().Contains(call))
            ? refusal.Last()
            : null;

    private bool IsUsedOnlyIn(IReadOnlyList<Guard> guards) => rows.All.All(row => rows.Uses(row.Local).All(use =>
        guards.Any(guard => guard.Condition.Contains(use)) || row.Writes.Any(write => write.Statement.Contains(use))));

    /// <summary>After the update the tracked object is stale: nothing may look at what changed, or hand it on.</summary>
    private bool UsesAreSafe()
    {
        foreach (var row in rows.All)
        {
            foreach (var use in rows.Uses(row.Local))
            {
                if (row.Writes.Any(write => write.Statement.Contains(use)) || way.Guards.Any(guard => guard.Condition.Contains(use)))
                {
                    continue;
                }

                var value = use.Parent is PostfixUnaryExpressionSyntax bang ? bang : (ExpressionSyntax)use;
                if (value.Parent is not ExpressionSyntax access || rows.MemberOf(access, row) is not { } member || !sequence.Database.IsScalar(row.Entity, member))
                {
                    return false;
                }

                var early = use.SpanStart < (AtCheck ? Check!.If.SpanStart : act.SpanStart) && !way.Guards.Any(guard => guard.IsExit && guard.If.Statement.Contains(use));
                if (row.Writes.Any(write => SymbolEqualityComparer.Default.Equals(write.Member, member)) && !(early && IsConsumed(use)))
                {
                    return false;
                }
            }
        }

        DropsRead = Check is not null && rows.All.Count == 1 && IsUsedOnlyIn([Check]) && !rows.All[0].IsThere && TestsAbsence(Check.Condition)
            && AtCheck && updates[0].IsByKey && updates[0].QueryPin() is not null && way.Guards.All(guard => guard == Check || !rows.MentionsAny(guard.Condition));
        return rows.All.All(IsSeenAfresh);
    }

    /// <summary>A local computed from the row's state is safe where it only served the check and the new value.</summary>
    private bool IsConsumed(IdentifierNameSyntax use) =>
        use.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Declaration.Variables: { Count: 1 } variables } declaration
        || sequence.Model.GetDeclaredSymbol(variables[0]) is not { } local
        || rows.Uses(local).All(other => rows.All.Any(row => row.Writes.Any(write => write.Statement.Contains(other))) || way.Guards.Any(guard => guard.Condition.Contains(other)));
}

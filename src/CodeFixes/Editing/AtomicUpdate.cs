using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>How a sequence becomes one statement a row: where it goes, and what becomes of the guard, the read, the writes and the save.</summary>
internal sealed class AtomicUpdate
{
    private readonly Sequence sequence;
    private readonly Rows rows;
    private readonly Layout layout;
    private readonly List<Guard> state = [];
    private List<RowUpdate> updates = [];
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
        if (sequence.Finding.All("check").Any(check => !guards.Any(guard => guard.If.Condition.Span.IntersectsWith(check.Span)) && !rows.All.Any(row => row.Query.Call.Span.Contains(check.Span))))
        {
            return false;
        }

        Check = state.LastOrDefault() ?? (guards.Length == 1 && rows.All.Count == 1 && IsUsedOnlyIn(guards) ? guards[0] : null);
        foreach (var row in rows.All)
        {
            if (RowUpdate.Of(sequence, row, Check is not null && state.Count == 0 ? [] : state) is not { } made)
            {
                return false;
            }

            updates.Add(made);
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

        KeepsSave = PendingChanges.Exist(sequence.Body, sequence.Save, rows, sequence.Model);
        var leaves = rest.Guards.Count > 0 || anchor != act && Way.Siblings(act) is { } siblings && siblings.Any(part => part.SpanStart > act.SpanStart && Way.Jumps(part));
        var open = Transactions.OpenAt(sequence.Body, statement.SpanStart, sequence.Model);
        Opens = (rows.All.Count > 1 || KeepsSave || leaves) && open is null;
        if (rows.All.Any(row => !sequence.Database.CanUpdate(row.Entity)) || Opens && (sequence.Context is null || sequence.Database.Retries) || KeepsSave && statement is not ExpressionStatementSyntax)
        {
            return false;
        }

        // A statement before the transaction would not be part of it.
        if (open is not null && Check is not null && open.SpanStart > Check.If.SpanStart)
        {
            return false;
        }

        return statement is ExpressionStatementSyntax || rows.All.Count == 1;
    }

    /// <summary>In a loop whose turns are saved together, an update of each turn would stay when a later one is refused.</summary>
    private bool IsRepeated(StatementSyntax anchor) => act.Ancestors().TakeWhile(part => part != anchor.Parent)
        .Any(part => part is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    private bool FindPlace()
    {
        if (Check is null)
        {
            return true;
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

        // Where the check is a branch, what follows it runs in the open transaction, which nobody commits.
        return !(Opens && !Check.IsExit && sequence.Body.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Any(call => call != sequence.Save && call.SpanStart > Check.If.SpanStart && Style.NameOf(call) is var name
                && (name.StartsWith("SaveChanges", StringComparison.Ordinal) || name.StartsWith("Execute", StringComparison.Ordinal))));
    }

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

        DropsRead = Check is not null && rows.All.Count == 1 && IsUsedOnlyIn([Check]) && rows.All[0].Query is { Requires: false } && TestsAbsence(Check.Condition)
            && AtCheck && updates[0].QueryPin() is not null && way.Guards.All(guard => guard == Check || !rows.MentionsAny(guard.Condition))
            && rows.All[0].Declaration.Declaration.Variables[0].Initializer!.Value is not BinaryExpressionSyntax;
        return true;
    }

    /// <summary>A local computed from the row's state is safe where it only served the check and the new value.</summary>
    private bool IsConsumed(IdentifierNameSyntax use) =>
        use.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Declaration.Variables: { Count: 1 } variables } declaration
        || sequence.Model.GetDeclaredSymbol(variables[0]) is not { } local
        || rows.Uses(local).All(other => rows.All.Any(row => row.Writes.Any(write => write.Statement.Contains(other))) || way.Guards.Any(guard => guard.Condition.Contains(other)));

    private IEnumerable<LocalDeclarationStatementSyntax> Leftovers() => sequence.Body.DescendantNodes().OfType<LocalDeclarationStatementSyntax>()
        .Where(declaration => declaration.Declaration.Variables is { Count: 1 } variables && way.Steps.Contains(declaration)
            && rows.All.All(row => row.Declaration != declaration)
            && sequence.Model.GetDeclaredSymbol(variables[0]) is ILocalSymbol local && variables[0].Initializer is { Value: { } value } && rows.MentionsAny(value)
            && rows.IsSetOnce(local)
            && rows.Uses(local).All(use => rows.All.Any(row => row.Writes.Any(write => write.Statement.Contains(use))) || AtCheck && Check!.Condition.Contains(use)));

    /// <summary>The statements that the update makes superfluous.</summary>
    private IEnumerable<StatementSyntax> Gone()
    {
        var gone = rows.All.SelectMany(row => row.Writes).Select(write => (StatementSyntax)write.Statement).Concat(Leftovers());
        if (DropsRead)
        {
            gone = gone.Append(rows.All[0].Declaration);
        }

        return !KeepsSave && !Opens && sequence.SaveStatement is ExpressionStatementSyntax ? gone.Append(sequence.SaveStatement) : gone;
    }

    public Plan? Plan()
    {
        var pins = rows.All.Select((row, index) => Pin(updates[index])).ToArray();
        if (pins.Any(pin => pin is null))
        {
            return null;
        }

        var plan = new Plan();
        var comments = layout.Remove(plan, Gone());

        var place = Check is not null && AtCheck ? Check.If : act;
        var counts = Check is not null || sequence.SaveStatement is not ExpressionStatementSyntax;
        var (lines, done, refused) = Statements(pins!, counts);
        if (Opens)
        {
            lines = Transactions.Begin(sequence.Context!, sequence.Style, sequence.Names, out var transaction) + (updates.Count > 1 ? "\n\n" : "\n") + lines;
            Save(plan, done, sequence.Style.Call(transaction, "Commit") + ";");
        }
        else
        {
            Save(plan, done, null);
        }

        if (Check is not null && AtCheck)
        {
            layout.Before(plan, place, comments + lines);
            var test = Check.MustHold ? done : refused;
            plan.Replace(sequence.Finding.Document, Check.Condition.Span, DropsRead || !NeedsRow() ? test : $"{Absence()} {(Check.MustHold ? "&&" : "||")} {test}");
            return Imported(plan);
        }

        if (Check is not null)
        {
            lines += $"\nif ({refused})\n{Branch(Check.Otherwise!)}";
        }

        // The act itself is gone: the new lines take its place.
        var gap = Layout.StartsWithGap(act) && Way.Siblings(act)?.IndexOf(act) > 0 ? layout.NewLine : "";
        plan.Insert(sequence.Finding.Document, act.FullSpan.Start, gap + layout.IndentOf(act) + layout.Indented(comments + lines, layout.IndentOf(act)) + layout.NewLine);
        return Imported(plan);
    }

    /// <summary>The check also says whether the row is there, and later code relies on it.</summary>
    private bool NeedsRow() => TestsAbsence(Check!.Condition);

    private string Absence() => string.Join(Check!.MustHold ? " && " : " || ", rows.All.Where(row => rows.Uses(row.Local).Any(use => Check.Condition.Contains(use)))
        .Select(row => $"{row.Local.Name} {(Check.MustHold ? "is not" : "is")} null"));

    private string Branch(StatementSyntax statement) => statement is BlockSyntax
        ? layout.Unindented(statement)
        : $"{{\n{layout.Step}{layout.Unindented(statement)}\n}}";

    private Condition? Pin(RowUpdate update)
    {
        if (DropsRead || Check is not null && NeedsRow() && AtCheck && state.Contains(Check) || Check is not null && NeedsRow() && state.Count == 0)
        {
            return update.QueryPin();
        }

        return update.IsPinnedByKey && way.Guards.Any(guard => OnlyAbsence(guard.Condition) && rows.MentionsAny(guard.Condition)) ? update.QueryPin() ?? update.RowPin() : update.RowPin() ?? update.QueryPin();
    }

    /// <summary>The updates, and the conditions that say whether all rows were changed or not.</summary>
    private (string Lines, string Done, string Refused) Statements(Condition[] pins, bool counts)
    {
        var updated = counts ? sequence.Names.Fresh("updated", "updatedRows") : "";
        var (calls, clocks) = Clocked([.. updates.Select((update, index) => update.Call(pins[index]))]);
        return calls.Length == 1
            ? (clocks + (counts ? $"var {updated} = " : "") + calls[0] + ";", $"{updated} > 0", $"{updated} == 0")
            : (clocks + Ordered(calls, ref updated), $"{updated} == 2", $"{updated} < 2");
    }

    private string Ordered(string[] calls, ref string updated)
    {
        var (first, second) = (rows.All[0], rows.All[1]);
        updated = updated.Length == 0 ? sequence.Names.Fresh("updated") : updated;
        var key = sequence.Database.Key(first.Entity);
        if (!SymbolEqualityComparer.Default.Equals(first.Entity, second.Entity) || key.Count != 1)
        {
            return $"var {updated} = {calls[0]};\n{updated} += {calls[1]};";
        }

        var style = sequence.Style;
        string[] names = IsDebit(first) && IsCredit(second)
            ? [sequence.Names.Fresh("Debit"), sequence.Names.Fresh("Credit")]
            : [sequence.Names.Fresh("Update" + Capital(first)), sequence.Names.Fresh("Update" + Capital(second))];
        var functions = names.Zip(calls, (name, call) => $"{(style.IsAsync ? "Task<int>" : "int")} {name}() => {Bare(call)};");
        var (one, two) = (style.Wrap(names[0] + "()"), style.Wrap(names[1] + "()"));
        return string.Join("\n\n", functions) + "\n\n"
            + "// In key order, so that two opposite calls wait for each other and do not deadlock.\n"
            + $"var {updated} = {Before(key[0], first, second)}\n{layout.Step}? {one} + {two}\n{layout.Step}: {two} + {one};";
    }

    private string Bare(string call) => sequence.Style.IsAsync
        ? call.Substring("await ".Length, call.Length - "await ".Length - sequence.Style.Configure.Length)
        : call;

    private static string Before(IPropertySymbol key, Row first, Row second)
    {
        var (left, right) = ($"{first.Local.Name}.{key.Name}", $"{second.Local.Name}.{key.Name}");
        return key.Type.SpecialType switch
        {
            >= SpecialType.System_SByte and <= SpecialType.System_Double => $"{left} < {right}",
            SpecialType.System_String => $"string.CompareOrdinal({left}, {right}) < 0",
            _ => $"{left}.CompareTo({right}) < 0",
        };
    }

    private static bool IsDebit(Row row) => row.Writes is { Count: 1 } writes && writes[0].Expression.Kind() is SyntaxKind.SubtractAssignmentExpression or SyntaxKind.PostDecrementExpression;

    private static bool IsCredit(Row row) => row.Writes is { Count: 1 } writes && writes[0].Expression.Kind() is SyntaxKind.AddAssignmentExpression or SyntaxKind.PostIncrementExpression;

    private static string Capital(Row row) => char.ToUpperInvariant(row.Local.Name[0]) + row.Local.Name.Substring(1);

    /// <summary>A clock in a query would be the database's: its value is taken first.</summary>
    private (string[] Calls, string Lines) Clocked(string[] calls)
    {
        var lines = "";
        foreach (var clock in updates.SelectMany(update => update.Clocks).Select(clock => clock.ToString()).Distinct().OrderByDescending(clock => clock.Length))
        {
            if (calls.Any(call => call.Contains(clock)))
            {
                var name = sequence.Names.Fresh(clock.Contains("Guid") ? "newId" : clock.Contains("Today") ? "today" : "now", "instant");
                lines += $"var {name} = {clock};\n";
                calls = [.. calls.Select(call => call.Replace(clock, name))];
            }
        }

        return (calls, lines);
    }

    private void Save(Plan plan, string done, string? commit)
    {
        var statement = sequence.SaveStatement;
        if (KeepsSave)
        {
            if (commit is not null)
            {
                layout.After(plan, statement, commit);
            }
        }
        else if (commit is not null && statement is ExpressionStatementSyntax)
        {
            layout.Replace(plan, statement, commit);
        }
        else if (statement is not ExpressionStatementSyntax)
        {
            var value = sequence.Style.IsAsync ? (ExpressionSyntax)Style.Awaited(sequence.Save)! : sequence.Save;
            plan.Replace(sequence.Finding.Document, value.Span, done.Split(' ')[0]);
        }
    }

    private Plan Imported(Plan plan)
    {
        Transactions.Import(plan, sequence.Finding);
        return plan;
    }
}

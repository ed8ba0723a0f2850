using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <content>What is written: the statements, in which order, and what they replace.</content>
internal sealed partial class AtomicUpdate
{
    /// <summary>Locals that only carried the row's state to the check and the new value.</summary>
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

        return !KeepsSave && !Opens && sequence.DropsCount ? gone.Append(sequence.SaveStatement) : gone;
    }

    public Plan? Plan()
    {
        var pins = rows.All.Select((row, index) => Pin(updates[index])).ToArray();
        if (pins.Any(pin => pin is null))
        {
            return null;
        }

        var plan = new Plan();
        var gone = Gone().ToArray();
        if (gone.Any(HasCondition))
        {
            return null;
        }

        Untrack(plan);
        var isMoot = IsMoot(gone);
        var comments = layout.Remove(plan, gone.Where(statement => !isMoot || !Check!.If.Contains(statement)));
        var counts = Check is not null && !isMoot || !sequence.DropsCount;
        var (lines, done, refused) = Statements(pins!, counts);
        if (Opens)
        {
            lines = Transactions.Begin(sequence.Context!, sequence.Style, sequence.Names, out var transaction) + (updates.Count > 1 ? "\n\n" : "\n") + lines;
            var commit = sequence.Style.Call(transaction, "Commit") + ";";
            Save(plan, done, commit);
            if (SavingRefusal() is { } leave)
            {
                layout.Before(plan, leave, commit);
            }
        }
        else
        {
            Save(plan, done, null);
        }

        if (Check is not null && AtCheck)
        {
            if (isMoot)
            {
                layout.Replace(plan, Check.If, comments + string.Concat(gone.Where(Check.If.Contains).Select(layout.Comments)) + lines);
                return Imported(plan);
            }

            layout.Before(plan, Check.If, comments + lines);
            var test = Check.MustHold ? done : refused;
            plan.Replace(sequence.Finding.Document, Check.Condition.Span, DropsRead || !NeedsRow() || AsksForRow && IsUsedOnlyIn([Check]) ? test : $"{Absence()} {(Check.MustHold ? "&&" : "||")} {test}");
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

    /// <summary>Nothing is left for the check to decide: its branch is empty without what is gone, or the method ends with it either way.</summary>
    private bool IsMoot(StatementSyntax[] gone)
    {
        if (Check is null || !AtCheck || Opens || KeepsSave || !sequence.DropsCount || Check.If.Else is not null || !DropsRead)
        {
            return false;
        }

        StatementSyntax[] branch = Check.If.Statement is BlockSyntax block ? [.. block.Statements] : [Check.If.Statement];
        return Check.IsExit
            ? branch is [ReturnStatementSyntax { Expression: null }] && !Check.If.DescendantTrivia().Any(part => part.IsKind(SyntaxKind.SingleLineCommentTrivia))
                && Check.If.Parent is BlockSyntax { Parent: BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax } body && body.Statements.Where(statement => statement.SpanStart > Check.If.SpanStart).All(gone.Contains)
            : Check.MustHold && branch.All(gone.Contains);
    }

    /// <summary>Whether it is compiled depends on a symbol.</summary>
    private static bool HasCondition(StatementSyntax statement) =>
        statement.DescendantTrivia().Any(part => part.IsDirective && !part.IsKind(SyntaxKind.RegionDirectiveTrivia) && !part.IsKind(SyntaxKind.EndRegionDirectiveTrivia));

    /// <summary>The check also says whether the row is there, and later code relies on it.</summary>
    private bool NeedsRow() => TestsAbsence(Check!.Condition);

    private string Absence() => string.Join(Check!.MustHold ? " && " : " || ", rows.All.Where(row => rows.Uses(row.Local).Any(use => Check.Condition.Contains(use)))
        .Select(row => $"{row.Local.Name} {(Check.MustHold ? "is not" : "is")} null"));

    private string Branch(StatementSyntax statement) => statement is BlockSyntax
        ? layout.Unindented(statement)
        : $"{{\n{layout.Step}{layout.Unindented(statement)}\n}}";

    /// <summary>Which row it is: by its own key where it was read, or as the read says it.</summary>
    private Condition? Pin(RowUpdate update) => DropsRead || update.IsPicked || MayBeAbsent && update.IsByKey && !AsksForRow ? update.QueryPin()
        : MayBeAbsent ? updates.Count == 1 ? update.RowPin() : null
        : update.IsOnlyByKey && way.Guards.Any(guard => OnlyAbsence(guard.Condition) && rows.MentionsAny(guard.Condition)) ? update.QueryPin() ?? update.RowPin()
        : update.RowPin() ?? (update.IsByKey ? update.QueryPin() : null);

    /// <summary>The update stands before the check that would find that there is no such row.</summary>
    private bool MayBeAbsent => Check is not null && AtCheck && NeedsRow() && rows.All.Any(row => !row.IsThere)
        && !way.Guards.Any(guard => guard != Check && OnlyAbsence(guard.Condition) && rows.MentionsAny(guard.Condition));

    /// <summary>Only the row that was read, where there is one, can be updated: its key alone says which it is.</summary>
    private bool AsksForRow => !DropsRead && MayBeAbsent && updates.Count == 1 && !(updates[0].IsByKey && updates[0].QueryPin() is not null);

    /// <summary>The updates, and the conditions that say whether all rows were changed or not.</summary>
    private (string Lines, string Done, string Refused) Statements(Condition[] pins, bool counts)
    {
        var updated = counts ? sequence.Names.Fresh("updated", "updatedRows") : "";
        var (calls, clocks) = Clocked([.. updates.Select((update, index) => update.Call(pins[index]))]);
        if (AsksForRow)
        {
            calls[0] = $"{rows.All[0].Local.Name} is null ? 0 : {calls[0]}";
        }

        return calls.Length == 1
            ? (clocks + (counts ? $"var {updated} = " : "") + calls[0] + ";", $"{updated} > 0", $"{updated} == 0")
            : (clocks + Ordered(calls, ref updated), $"{updated} == 2", $"{updated} < 2");
    }

    private string Ordered(string[] calls, ref string updated)
    {
        var (first, second) = (rows.All[0], rows.All[1]);
        updated = updated.Length == 0 ? sequence.Names.Fresh("updated") : updated;
        if (!SymbolEqualityComparer.Default.Equals(first.Entity, second.Entity))
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
            + $"var {updated} = {KeyOrder()}\n{layout.Step}? {one} + {two}\n{layout.Step}: {two} + {one};";
    }

    private string Bare(string call) => sequence.Style.IsAsync
        ? call.Substring("await ".Length, call.Length - "await ".Length - sequence.Style.Configure.Length)
        : call;

    /// <summary>Whether the first row comes before the second, by those members of the key that may differ; null where that is not simply said.</summary>
    private string? KeyOrder()
    {
        var key = sequence.Database.Key(rows.All[0].Entity).Where(member => !IsGivenAlike(member.Name)).ToArray();
        var (first, second) = (rows.All[0].Local.Name, rows.All[1].Local.Name);
        return key switch
        {
            [] => null,
            [{ Type.SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } number] => $"{first}.{number.Name} < {second}.{number.Name}",
            [{ Type.SpecialType: SpecialType.System_String } text] => $"string.CompareOrdinal({first}.{text.Name}, {second}.{text.Name}) < 0",
            [var only] => $"{first}.{only.Name}.CompareTo({second}.{only.Name}) < 0",
            // A tuple compares texts by the culture of the moment.
            _ when key.Any(member => member.Type.SpecialType == SpecialType.System_String) => null,
            _ => $"({Members(first)}).CompareTo(({Members(second)})) < 0",
        };

        string Members(string row) => string.Join(", ", key.Select(member => $"{row}.{member.Name}"));
    }

    private bool IsGivenAlike(string member) => updates.All(update => update.Given.TryGetValue(member, out var value) && value is IdentifierNameSyntax or LiteralExpressionSyntax)
        && updates.Select(update => update.Given[member].ToString()).Distinct().Count() == 1;

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
        else if (commit is not null && sequence.DropsCount)
        {
            layout.Replace(plan, statement, commit);
        }
        else if (!sequence.DropsCount)
        {
            if (commit is not null)
            {
                layout.Before(plan, statement, commit);
            }

            plan.Replace(sequence.Finding.Document, sequence.Count.Span, done.Split(' ')[0]);
        }
    }

    private Plan Imported(Plan plan)
    {
        Transactions.Import(plan, sequence.Finding);
        return plan;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.Editing;

/// <summary>
/// Puts the rest of a body, from the first read on, into something that runs it again when the database gives up on it:
/// the context's execution strategy, or a bounded loop. Each run starts from an empty change tracker.
/// </summary>
internal sealed class Repetition
{
    private readonly Region region;
    private readonly StatementSyntax first;
    // The statements after which nothing is to be repeated, where something follows them that would be.
    private readonly HashSet<StatementSyntax> reached = [];

    // The context that nobody sees ends with the call that saves; null where that is not known.
    private bool? isOwn = false;

    // Saves on contexts that do not end, beside others that do.
    private IReadOnlyList<InnerSave> lingering = [];

    // The context's expression with a dot behind it; null where nobody sees it.
    private string? context;

    private Repetition(Region region, StatementSyntax first) => (this.region, this.first, context) = (region, Leftovers.WithResults(first, region.List, region.Finding.Model), region.Context);

    private Layout Layout => region.Layout;

    /// <summary>A run that is given up is forgotten by a context that others may share.</summary>
    private bool Forgets => !MakesContext() && !(context is null && isOwn == true);

    /// <summary>The repetition of what follows the statement; null where a second run would do something twice, or miss something.</summary>
    public static Repetition? Of(Region region, StatementSyntax first)
    {
        var repetition = new Repetition(region, first);
        return first.Parent == region.From.Parent && repetition.CanRepeat() ? repetition : null;
    }

    /// <summary>
    /// The repetition of everything that the body does with the database, through repositories and the entities' own methods, when its save
    /// fails, or anything in its one transaction; null where something would stay of the run that is given up.
    /// </summary>
    public static Repetition? OfWhole(Finding finding)
    {
        var calls = new Calls(finding.Model, new Database(finding));
        return Of(Region.Whole(finding, calls), calls) ?? (Region.Inner(finding) is { } inner ? Of(inner, calls) ?? Of(inner.FromItsContext(), calls) : null);
    }

    private static Repetition? Of(Region? region, Calls calls)
    {
        if (region is null)
        {
            return null;
        }

        var repetition = new Repetition(region, region.From);
        var made = repetition.Rest.SelectMany(calls.In).ToArray();
        // What was asked is asked again.
        return region.Finding.All("read").Concat(region.Finding.All("check")).All(asked => asked.SpanStart >= repetition.first.SpanStart || !region.Body.Span.Contains(asked.Span))
            && !repetition.Rest.Any(statement => HasFixedText(statement) || LeavesLoop(statement))
            && repetition.End(made) is { } end && !made.Any(call => call.Kind is Call.Lasting or Call.Final && call.Node.SpanStart < end.SpanStart && !Way.AreExclusive(call.Node, end)) && repetition.Ends(end, made, calls)
            && new Leftovers(region, repetition.first, end).AreNone(repetition.Forgets)
            && !(repetition.Forgets && (LeaveChanges(region, calls) || new Callers(region.Finding.Model, new Database(region.Finding)).AreBusy(region.Body)))
                ? repetition
                : null;
    }

    /// <summary>What stands before an inner stretch, or beside it in a loop, leaves something in the context for a save to come: forgotten with the change tracker.</summary>
    private static bool LeaveChanges(Region inner, Calls calls)
    {
        if (!inner.IsInner && inner.From == inner.List.First())
        {
            return false;
        }

        var loop = inner.From.Ancestors().TakeWhile(part => part != inner.Body).LastOrDefault(Way.IsLoop);
        var end = Math.Max(inner.From.SpanStart, loop?.Span.End ?? 0);
        // What happened before the context was made happened to another.
        var made = inner.Context is { Length: > 0 } context ? inner.Body.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(local => local.Identifier.Text + "." == context)?.Span.End ?? 0 : 0;
        bool IsOutside(SyntaxNode node) => node.SpanStart < end && node.SpanStart >= made && !node.Contains(inner.From) && !(node.SpanStart >= inner.From.SpanStart && inner.From.Parent!.Span.Contains(node.Span));
        return calls.In(inner.Body).Any(call => IsOutside(call.Node) && (call.Kind is Call.Change or Call.Begin || call.Kind == Call.Lasting && !PendingChanges.IsNamedForReading(Style.NameOf(call.Node))))
            || inner.Body.DescendantNodes().Any(node => IsOutside(node) && calls.ChangeRow(node, inner.Finding.Model));
    }

    /// <summary>
    /// The save or commit up to which a failed run leaves nothing in the database, and whose failure gets out: before it nothing is saved,
    /// or all of it in the one transaction that it ends.
    /// </summary>
    private InvocationExpressionSyntax? End((InvocationExpressionSyntax Node, Call Kind)[] made)
    {
        var written = made.Where(call => call.Kind is Call.Save or Call.Final or Call.Commit or Call.Written && !Way.AreExclusive(call.Node, region.Save)).ToArray();
        var begins = made.Where(call => call.Kind == Call.Begin).ToArray();
        var end = region.Open is null ? written.FirstOrDefault() : written.FirstOrDefault(call => call.Kind != Call.Written && Calls.IsCommit(Style.NameOf(call.Node)));
        var before = written.TakeWhile(call => call != end).Append(end).ToArray();
        return end.Node is not null && end.Kind != Call.Written && !Failures.IsRepeated(end.Node, region.From.Parent!) && !before.Any(call => Failures.AreCaught(call.Node, region.From.Parent!, region.Finding.Model))
            && (region.Open is null
                ? (end.Node.Contains(region.Save) || end.Node.SpanStart > region.Save.Span.End) && begins.Length == 0
                : begins.Length == 1 && before.All(call => call.Node.SpanStart > begins[0].Node.SpanStart) && Failures.RollBack(begins[0].Node, [.. before.Select(call => call.Node)]))
            ? end.Node
            : null;
    }

    /// <summary>What follows the end and may fail in the same way, or stays, happens once: the loop is told that the end was reached.</summary>
    private bool Ends(InvocationExpressionSyntax end, (InvocationExpressionSyntax Node, Call Kind)[] made, Calls calls)
    {
        context ??= Sequence.ContextOf(end, region.Finding.Model);
        // Another way through the body has an end of its own.
        var others = made.Where(call => call.Kind is Call.Save or Call.Final or Call.Written && Way.AreExclusive(call.Node, end)).ToArray();
        var ends = others.Select(other => other.Node).Append(end).ToArray();
        isOwn = ends.Select(calls.EndsContexts).Distinct().ToArray() is [var isGone] ? isGone : null;
        if (context is null && isOwn is null && !made.Any(call => call.Kind is Call.Change or Call.Begin or Call.Written))
        {
            // Nothing else waits in one of them.
            lingering = calls.LingeringSavesOf(ends);
            isOwn = true;
        }

        bool IsAfter(SyntaxNode call, SyntaxNode save) => call.SpanStart > save.Span.End && !Way.AreExclusive(call, save);
        if (context is null && isOwn is null || others.Any(other => other.Kind == Call.Written || Failures.IsRepeated(other.Node, region.From.Parent!))
            || made.Any(call => call.Kind is Call.Lasting or Call.Final && !ends.Contains(call.Node) && !ends.Any(save => IsAfter(call.Node, save))))
        {
            return false;
        }

        // Whichever way was taken, what comes behind it happens once; on the way itself, what comes behind its save.
        var later = made.Where(call => call.Kind is not (Call.Plain or Call.Database or Call.Change) && ends.Any(save => IsAfter(call.Node, save))).Select(call => call.Node).ToArray();
        foreach (var save in ends)
        {
            var (statement, whole) = (Way.StatementOf(save), region.List.First(part => part.Span.Contains(save.Span)));
            if (later.Any(call => whole.Span.Contains(call.Span) && IsAfter(call, save)))
            {
                if (statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax) || Way.Siblings(statement) is null)
                {
                    return false;
                }

                reached.Add(statement);
            }

            if (later.Any(call => call.SpanStart > whole.Span.End) && !Way.AlwaysLeaves(whole))
            {
                reached.Add(whole);
            }
        }

        return true;
    }

    private IEnumerable<StatementSyntax> Rest => region.List.Where(statement => statement.SpanStart >= first.SpanStart);

    /// <summary>What is declared for the whole list stays where it is.</summary>
    private StatementSyntax Last => region.List.Last(statement => statement is not LocalFunctionStatementSyntax);

    private bool CanRepeat()
    {
        var isWhole = region.From.Parent == (region.Body as BaseMethodDeclarationSyntax)?.Body || region.From.Parent == (region.Body as LocalFunctionStatementSyntax)?.Body
            || region.From.Parent == (region.Body as AnonymousFunctionExpressionSyntax)?.Block;
        return (isWhole || Way.AlwaysLeaves(Last))
            && !Rest.Any(statement => HasFixedText(statement) || LeavesLoop(statement) || HasOutsideEffects(statement))
            && !IsUsedBefore() && !SavesAfter() && !MakesBefore() && new Leftovers(region, first, region.Commits.Last()).AreNone(forgets: true) && !new Callers(region.Finding.Model, new Database(region.Finding)).AreBusy(region.Body);
    }

    /// <summary>Text that must not be indented: strings and comments of several lines.</summary>
    private static bool HasFixedText(StatementSyntax statement) => statement.DescendantTokens().Any(token => token.Text.Contains("\n")) || statement.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) && trivia.ToString().Contains("\n"));

    private static bool LeavesLoop(StatementSyntax statement) => statement.DescendantNodesAndSelf().Any(node =>
        node is YieldStatementSyntax or GotoStatementSyntax or AwaitExpressionSyntax { Parent: LockStatementSyntax }
        || node is BreakStatementSyntax or ContinueStatementSyntax
            && !node.Ancestors().TakeWhile(part => part != statement.Parent).Any(part => Way.IsLoop(part)
                || part is SwitchStatementSyntax && node is BreakStatementSyntax));

    /// <summary>An e-mail or a call to another service would be sent again.</summary>
    private bool HasOutsideEffects(StatementSyntax statement) =>
        statement.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => PendingChanges.IsOutOfSight(call, region.Finding.Model));

    /// <summary>The context tracks something already, which an empty change tracker would forget.</summary>
    private bool IsUsedBefore() => region.Body.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
        call.SpanStart < first.SpanStart && !call.Span.Contains(first.Span)
        && (region.Finding.Model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || method.ContainingNamespace?.ToDisplayString().IsWithin(Namespaces.EntityFramework) == true)
        && !(Style.NameOf(call) is "Any" or "AnyAsync" or "Count" or "CountAsync" or "CreateExecutionStrategy" or "nameof"));

    /// <summary>What is saved after the commit may fail by itself, and what was committed would be repeated.</summary>
    private bool SavesAfter() => Rest.SelectMany(statement => statement.DescendantNodes()).OfType<InvocationExpressionSyntax>()
        .Any(call => Style.NameOf(call) is "SaveChanges" or "SaveChangesAsync" && call.SpanStart > region.Commits.Last().Span.End && !region.Commits.Any(commit => Way.AreExclusive(call, commit)));

    /// <summary>An entity made before would keep what the failed run gave it.</summary>
    private bool MakesBefore() => region.List.TakeWhile(statement => statement != first).SelectMany(statement => statement.DescendantNodes()).OfType<BaseObjectCreationExpressionSyntax>()
        .Any(creation => region.Finding.Model.GetTypeInfo(creation).Type is INamedTypeSymbol { TypeKind: TypeKind.Class } type && new Database(region.Finding).IsEntity(type));

    /// <summary>Runs the rest in the context's own execution strategy, which repeats it on its own.</summary>
    public bool InStrategy(Plan plan)
    {
        if (ReturnType() is not { } type || region.Style.IsAsync != IsAsync)
        {
            return false;
        }

        var (strategy, runs) = (region.Names.Fresh("strategy", "executionStrategy"), region.Names.Fresh("runs", "runCount"));
        var (step, style) = (Layout.Step, region.Style);
        var head = $"var {strategy} = {region.Context}Database.CreateExecutionStrategy();\nvar {runs} = 0;\n"
            + $"{(type.Length > 0 ? "return " : "")}{(style.IsAsync ? "await " : "")}{strategy}.Execute{(style.IsAsync ? "Async" : "")}{(type.Length > 0 && HasSeveralTypes() ? $"<{type}>" : "")}({(style.IsAsync ? "async " : "")}() =>\n"
            + $"{{\n{step}if ({runs}++ > 0)\n{step}{{\n{step}{step}{region.Context}ChangeTracker.Clear();\n{step}}}\n\n";
        Wrap(plan, head, 1, $"}}){style.Configure};");
        return true;
    }

    /// <summary>Runs the rest in a loop that tries again, a few times, after the exceptions that the test names.</summary>
    public bool InLoop(Plan plan, Func<string, string> clause, bool named)
    {
        if (ReturnType() is not { } type)
        {
            return false;
        }

        // A context that nobody sees here is known to the rows that could not be saved.
        named |= context is null && Forgets;
        var (step, attempt, caught) = (Layout.Step, region.Names.Fresh("attempt", "attemptNumber"), named ? region.Names.Fresh("e", "ex", "failure") : "");
        var forget = Forgets ? (context ?? $"{caught}.Entries[0].Context.") + "ChangeTracker.Clear();"
            : lingering.Count > 0 ? "// What failed has left its context." : "// The next run has a context of its own.";
        if (!lingering.All(save => save.Forget(plan, region.Finding.Document.Project.Solution)))
        {
            return false;
        }

        var (head, still) = ("", $"{attempt} < 3");
        if (reached.Count > 0)
        {
            var saved = region.Names.Fresh("saved", "isSaved");
            (head, still) = ($"var {saved} = false;\n", $"{attempt} < 3 && !{saved}");
            foreach (var statement in reached)
            {
                Layout.After(plan, statement, $"{saved} = true;");
            }
        }

        var end = (region.IsInner || type.Length == 0) && !Way.AlwaysLeaves(Last) ? $"{step}{step}{(region.IsInner ? "break" : "return")};\n" : "";
        Wrap(plan, $"{head}for (var {attempt} = 1; ; {attempt}++)\n{{\n{step}try\n{step}{{\n", 2,
            $"{end}{step}}}\n{step}catch ({clause(caught).Replace("$again", still)})\n{step}{{\n{step}{step}{forget}\n{step}}}\n}}");
        return true;
    }

    /// <summary>The context is made anew by each run, and ends with it.</summary>
    private bool MakesContext() => context is { Length: > 0 }
        && Rest.SelectMany(statement => statement.DescendantNodes()).OfType<VariableDeclaratorSyntax>().Any(made => made.Identifier.Text + "." == context && made.Initializer is not null);

    private void Wrap(Plan plan, string head, int depth, string tail)
    {
        var document = region.Finding.Document;
        plan.Claim(document, region.Body.Span);
        var indent = Layout.IndentOf(first);
        var comment = first.GetLeadingTrivia().FirstOrDefault(trivia => !trivia.IsKind(SyntaxKind.EndOfLineTrivia) && !trivia.IsKind(SyntaxKind.WhitespaceTrivia));
        var start = Math.Max(first.FullSpan.Start, region.Finding.Text.Lines.GetLineFromPosition(comment.RawKind > 0 ? comment.SpanStart : first.SpanStart).Start);
        var deeper = string.Concat(Enumerable.Repeat(Layout.Step, depth));
        plan.Rewrite(document, region.Finding.Text, TextSpan.FromBounds(start, Last.FullSpan.End), rest =>
            indent + Layout.Indented(head, indent).TrimEnd(' ', '\t')
            + string.Join("\n", rest.Split('\n').Select(line => line.Trim().Length == 0 ? line : deeper + line))
            + indent + Layout.Indented(tail, indent) + Layout.NewLine);
    }

    private bool IsAsync => region.Body switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
        _ => false,
    };

    /// <summary>What the method returns, without its task; empty for nothing; null where it cannot be said.</summary>
    private string? ReturnType()
    {
        var type = region.Body switch
        {
            MethodDeclarationSyntax method => (region.Finding.Model.GetDeclaredSymbol(method) as IMethodSymbol)?.ReturnType,
            LocalFunctionStatementSyntax function => (region.Finding.Model.GetDeclaredSymbol(function) as IMethodSymbol)?.ReturnType,
            AnonymousFunctionExpressionSyntax lambda => (region.Finding.Model.GetSymbolInfo(lambda).Symbol as IMethodSymbol)?.ReturnType,
            _ => null,
        };
        if (type is null || !IsAsync && type.Name is "Task" or "ValueTask")
        {
            return null;
        }

        if (type.SpecialType == SpecialType.System_Void || type is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 0 })
        {
            return "";
        }

        var result = type is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 1 } task ? task.TypeArguments[0] : type;
        return result.ToMinimalDisplayString(region.Finding.Model, first.SpanStart);
    }

    private bool HasSeveralTypes() => Rest.SelectMany(statement => statement.DescendantNodesAndSelf()).OfType<ReturnStatementSyntax>()
        .Select(back => back.Expression is null ? "" : region.Finding.Model.GetTypeInfo(back.Expression) is var info ? info.Type?.ToDisplayString() ?? "null" : "").Distinct().Count() != 1
        || Rest.SelectMany(statement => statement.DescendantNodesAndSelf()).OfType<ReturnStatementSyntax>().Any(back => back.Expression is not null
            && region.Finding.Model.GetTypeInfo(back.Expression) is var info && !SymbolEqualityComparer.Default.Equals(info.Type, info.ConvertedType));
}

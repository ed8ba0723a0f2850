using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>The stretch from the first read of a sequence to its save, which one transaction is to hold: where it begins, and what commits it.</summary>
internal sealed class Region
{
    private Region(Finding finding, SyntaxNode body, StatementSyntax from, SyntaxList<StatementSyntax> list, List<InvocationExpressionSyntax> commits, Style style, string? context)
    {
        (Finding, Body, From, List, Commits, Style, Context) = (finding, body, from, list, commits, style, context);
        Layout = new Layout(finding.Document, finding.Text, finding.Root);
        Names = new Names(finding.Model, body);
    }

    public Finding Finding { get; }

    public SyntaxNode Body { get; }

    public InvocationExpressionSyntax Save { get; private set; } = null!;

    /// <summary>The statement before which the transaction begins, and the list it stands in.</summary>
    public StatementSyntax From { get; }

    public SyntaxList<StatementSyntax> List { get; }

    /// <summary>The list is a branch, or the turn of a loop: behind it the body goes on.</summary>
    public bool IsInner => From.Parent != BlockOf(Body);

    /// <summary>The saves after each of which the transaction is committed.</summary>
    public List<InvocationExpressionSyntax> Commits { get; }

    public Style Style { get; }

    /// <summary>The context's expression with a dot behind it; null where the save is a repository's and nobody sees the context.</summary>
    public string? Context { get; }

    public Layout Layout { get; }

    public Names Names { get; }

    /// <summary>What opens a transaction already: it stays the only one.</summary>
    public ExpressionSyntax? Open { get; private set; }

    public bool OpensTooLate => Open is not null && Open.SpanStart > From.SpanStart;

    public static Region? Of(Finding finding, IReadOnlyCollection<SyntaxNode> reads)
    {
        if (!finding.IsLocal || finding.Body is not { } body || reads.Count == 0
            || finding.Save is not { } save || Style.Of(save, finding.Model) is not { } style
            || Sequence.ContextOf(save, finding.Model) is not { } context
            || Around(reads.OrderBy(read => read.SpanStart).First(), save) is not { } from || Way.Siblings(from) is not { } list
            || reads.Any(read => !from.Parent!.Span.Contains(read.Span)))
        {
            return null;
        }

        var saves = SavesIn(from, finding.Model);
        var commits = Committing(saves, save);
        if (commits is null || !saves.Contains(save) || HasUncommittedSaves(finding, from, saves, commits) || HasImmediateWrites(from, commits, finding.Model))
        {
            return null;
        }

        return new Region(finding, body, from, list, commits, style, context) { Save = save, Open = Transactions.OpenAt(body, save.SpanStart, finding.Model) };
    }

    /// <summary>
    /// Everything that a body does with the database, from its first call to its end, wherever the reads are made. It is the body with the
    /// act, or, of an act that saves elsewhere, the one that saves.
    /// </summary>
    public static Region? Whole(Finding finding, Calls calls) =>
        finding.Save is { } save && save.Ancestors().FirstOrDefault(Finding.IsBody) is { } body && BlockOf(body) is { } block && block.Span.Contains(save.Span)
        && (!body.Span.Contains(finding.Act.Span) || body == finding.Body) && Style.Of(save, finding.Model) is { } style
        && block.Statements.FirstOrDefault(statement => MakesContext(statement, finding.Model) || calls.In(statement).Any(call => call.Kind != Call.Plain)) is { } used && Leftovers.WithResults(used, block.Statements, finding.Model) is var from && (body != finding.Body || from.SpanStart <= finding.Act.SpanStart)
            ? new Region(finding, body, from, block.Statements, [], style, Sequence.ContextOf(save, finding.Model)) { Save = save, Open = Transactions.OpenAt(body, body.Span.End, finding.Model) }
            : null;

    /// <summary>
    /// The innermost list that holds the finding, from the statement that reads on. What stands before it has happened, and happens once.
    /// Of a helper whose changes another body saves, that body is meant, from the helper's call on.
    /// </summary>
    public static Region? Inner(Finding finding) =>
        finding.Save is { } told && told.Ancestors().FirstOrDefault(Finding.IsBody) is { } body && Stretch(finding, body) is { Count: > 0 } parts
        && (body == finding.Body ? told : SavesBehind(told, body, finding.Model)) is { } save && Style.Of(save, finding.Model) is { } style
        && parts.OrderBy(part => part.SpanStart).First() is var first && Around(first, save) is { Parent: BlockSyntax block } from
        && parts.All(part => block.Span.Contains(part.Span)) && Transactions.OpenAt(body, from.SpanStart, finding.Model) is null
            ? new Region(finding, body, from, block.Statements, [], style, Sequence.ContextOf(save, finding.Model)) { Save = save, Open = Transactions.OpenAt(body, body.Span.End, finding.Model) }
            : null;

    /// <summary>What saves the changes of a helper that was called, in the body that calls it.</summary>
    private static InvocationExpressionSyntax? SavesBehind(InvocationExpressionSyntax helper, SyntaxNode body, SemanticModel model) =>
        body.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => call.SpanStart >= helper.SpanStart && Style.NameOf(call) is "SaveChanges" or "SaveChangesAsync" && Sequence.ContextOf(call, model) is not null);

    /// <summary>The stretch from where its context has been made: nothing that waits in the context stands before it.</summary>
    public Region? FromItsContext() =>
        List.TakeWhile(statement => statement != From).OfType<LocalDeclarationStatementSyntax>().LastOrDefault(made => made.Declaration.Variables.Any(local => local.Identifier.Text + "." == Context)) is { } made
        && List[List.IndexOf(made) + 1] is var next && next != From
            ? new Region(Finding, Body, next, List, [], Style, Context) { Save = Save, Open = Open }
            : null;

    private static IReadOnlyList<SyntaxNode>? Stretch(Finding finding, SyntaxNode body) =>
        body == finding.Body ? finding.IsLocal ? [.. finding.Parts] : null
        : finding.Body is MethodDeclarationSyntax helper && finding.IsWithin(helper, body) && finding.Model.GetDeclaredSymbol(helper) is { } method
            ? [.. body.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(call).Symbol, method)), .. finding.Parts.Where(part => body.Span.Contains(part.Span))]
            : null;

    private static bool MakesContext(StatementSyntax statement, SemanticModel model) => statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } made
        && made.Declaration.Variables.Any(variable => model.GetDeclaredSymbol(variable) is ILocalSymbol local && Sequence.IsContext(local.Type));

    private static BlockSyntax? BlockOf(SyntaxNode body) => body switch
    {
        BaseMethodDeclarationSyntax method => method.Body,
        LocalFunctionStatementSyntax function => function.Body,
        AnonymousFunctionExpressionSyntax lambda => lambda.Block,
        _ => null,
    };

    /// <summary>The statement of the innermost list that holds both the first read and the save.</summary>
    private static StatementSyntax? Around(SyntaxNode read, SyntaxNode save) =>
        read.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault(statement =>
            Way.Siblings(statement) is not null && statement.Parent!.Span.Contains(save.Span)
            && !statement.Ancestors().TakeWhile(part => !part.Contains(save)).OfType<AnonymousFunctionExpressionSyntax>().Any());

    private static List<InvocationExpressionSyntax> SavesIn(StatementSyntax from, SemanticModel model) =>
        [.. from.Parent!.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<InvocationExpressionSyntax>()
            .Where(call => call.SpanStart >= from.SpanStart && Style.NameOf(call) is "SaveChanges" or "SaveChangesAsync" && Sequence.ContextOf(call, model) is not null)];

    /// <summary>Where each way through the region commits once, after its last save; null where that is not plain.</summary>
    private static List<InvocationExpressionSyntax>? Committing(List<InvocationExpressionSyntax> saves, InvocationExpressionSyntax save)
    {
        var statements = saves.Select(Way.StatementOf).ToArray();
        if (saves.Count == 0 || statements.Any(statement => statement is null || Way.Siblings(statement) is null))
        {
            return null;
        }

        if (saves.Count == 1)
        {
            return saves;
        }

        if (statements.All(statement => statement!.Parent == statements[0]!.Parent))
        {
            // What a later save writes stands or falls by itself, as before.
            var between = Way.Siblings(statements[0]!)!.Value.Where(statement => statement.SpanStart > statements[0]!.SpanStart && statement.SpanStart < save.SpanStart);
            return between.Any(Way.Jumps) ? null : [save];
        }

        // Saves in branches that end the method, and one at most that does not.
        return statements.Where((statement, index) => index < statements.Length - 1).All(statement => Way.AlwaysLeaves(Way.Siblings(statement!)!.Value.Last())) ? saves : null;
    }

    /// <summary>A method that is called saves, too, and a way out without a commit would undo what it saved.</summary>
    private static bool HasUncommittedSaves(Finding finding, StatementSyntax from, List<InvocationExpressionSyntax> saves, List<InvocationExpressionSyntax> commits)
    {
        var calls = new Calls(finding.Model, new Database(finding));
        bool IsCommitted(InvocationExpressionSyntax call, InvocationExpressionSyntax commit) => commit.SpanStart < call.SpanStart && !Way.AreExclusive(call, commit)
            || Way.Siblings(Way.StatementOf(commit)!)!.Value.SkipWhile(part => !part.Span.Contains(call.Span)).TakeWhile(part => !part.Span.Contains(commit.Span)).ToArray() is { Length: > 0 } between && !between.Any(Way.Jumps);
        return from.Parent!.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.SpanStart >= from.SpanStart && !saves.Contains(call) && calls.Saves(call) && !commits.Any(commit => IsCommitted(call, commit)));
    }

    /// <summary>Something that the database did at once would be undone by the rollback of a way out that used to keep it.</summary>
    private static bool HasImmediateWrites(StatementSyntax from, List<InvocationExpressionSyntax> commits, SemanticModel model) =>
        from.Parent!.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.SpanStart >= from.SpanStart && call.SpanStart < commits.Last().SpanStart
            && Style.NameOf(call).StartsWith("Execute", StringComparison.Ordinal)
            && model.GetSymbolInfo(call).Symbol?.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) == true);

    /// <summary>Each turn of a loop reads through the one context: from the second on it may track the row already, and hands out what it was.</summary>
    public bool ReadsInTurns => From.Ancestors().TakeWhile(part => part != Body).LastOrDefault(Way.IsLoop) is { } loop
        && !loop.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(made => made.Initializer is not null && made.Identifier.Text + "." == Context);

    /// <summary>The query of an earlier statement already tracks rows of the entity: a lock taken later would see the stale ones.</summary>
    public bool ReadsBefore(INamedTypeSymbol entity) => Body.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
        call.SpanStart < From.SpanStart && Style.NameOf(call) is var name
        && (name.StartsWith("First", StringComparison.Ordinal) || name.StartsWith("Single", StringComparison.Ordinal) || name.StartsWith("Find", StringComparison.Ordinal)
            || name.StartsWith("ToList", StringComparison.Ordinal) || name.StartsWith("ToArray", StringComparison.Ordinal) || name.StartsWith("Last", StringComparison.Ordinal) || name.StartsWith("Load", StringComparison.Ordinal))
        && call.DescendantNodes().OfType<ExpressionSyntax>().Any(part => Finding.Model.GetTypeInfo(part).Type is INamedTypeSymbol { Name: "DbSet", Arity: 1 } set && SymbolEqualityComparer.Default.Equals(set.TypeArguments[0], entity)));

    /// <summary>
    /// Begins a transaction before the first read and commits it after the save, unless one is open already; one that begins
    /// too late is moved up. The lines follow its beginning. False where that cannot be written.
    /// </summary>
    public bool Write(Plan plan, string lines, string level = "")
    {
        if (Open is null)
        {
            var begin = Transactions.Begin(Context!, Style, Names, out var transaction, level);
            Layout.Before(plan, From, lines.Length > 0 ? begin + "\n" + lines : begin, aboveComments: true);
            return Commits.All(save => Commit(plan, save, Style.Call(transaction, "Commit") + ";"));
        }

        if (!OpensTooLate)
        {
            if (lines.Length > 0)
            {
                Layout.Before(plan, From, lines, aboveComments: true);
            }

            return Open is InvocationExpressionSyntax;
        }

        // A declaration in the same list can move; a using statement with a block of its own cannot.
        if (Open.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { } late || late.Parent != From.Parent || Open is not InvocationExpressionSyntax)
        {
            return false;
        }

        var comments = Layout.Remove(plan, [late]);
        var moved = comments + Layout.Unindented(late);
        Layout.Before(plan, From, lines.Length > 0 ? moved + "\n" + lines : moved, aboveComments: true);
        return true;
    }

    private bool Commit(Plan plan, InvocationExpressionSyntax save, string commit)
    {
        var statement = Way.StatementOf(save)!;
        if (statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
        {
            Layout.After(plan, statement, commit);
            return true;
        }

        // return await db.SaveChangesAsync() > 0;
        ExpressionSyntax value = Style.IsAsync ? Style.Awaited(save)! : save;
        if (statement is not (ReturnStatementSyntax or IfStatementSyntax) || value.Ancestors().TakeWhile(part => part != statement).Any(part =>
            part is ConditionalExpressionSyntax or AnonymousFunctionExpressionSyntax
            || part.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression or SyntaxKind.CoalesceExpression) || statement is IfStatementSyntax { Parent: ElseClauseSyntax })
        {
            return false;
        }

        var saved = Names.Fresh("saved", "savedRows");
        Layout.Before(plan, statement, $"var {saved} = {value};\n{commit}");
        plan.Replace(Finding.Document, value.Span, saved);
        return true;
    }
}

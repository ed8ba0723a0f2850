using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>
/// Puts the rest of a body, from the first read on, into something that runs it again when the database gives up on it:
/// the context's execution strategy, or a bounded loop. Each run starts from an empty change tracker.
/// </summary>
internal sealed class Repetition
{
    private readonly Region region;
    private readonly StatementSyntax first;

    private Repetition(Region region, StatementSyntax first) => (this.region, this.first) = (region, first);

    private Layout Layout => region.Layout;

    /// <summary>The repetition of what follows the statement; null where a second run would do something twice, or miss something.</summary>
    public static Repetition? Of(Region region, StatementSyntax first)
    {
        var repetition = new Repetition(region, first);
        return first.Parent == region.From.Parent && repetition.CanRepeat() ? repetition : null;
    }

    /// <summary>
    /// The repetition of everything that the body does with the database, through repositories and the entities' own methods, when its one
    /// save fails; null where something would stay of the run that is given up.
    /// </summary>
    public static Repetition? OfWhole(Finding finding)
    {
        var database = new Database(finding);
        var calls = new Calls(finding.Model, database);
        return Region.Whole(finding, calls) is { Open: null } region && new Repetition(region, region.From) is var repetition
            && !repetition.Rest.Any(statement => HasFixedText(statement) || LeavesLoop(statement))
            && repetition.Rest.SelectMany(calls.In).ToArray() is var made && !made.Any(call => call.Kind == Call.Lasting)
            && made.Where(call => call.Kind == Call.Save).ToArray() is [var save] && !IsRepeatedOrCaught(save.Node, region.From.Parent!) && new Leftovers(region, repetition.first).AreNone
            && !new Callers(finding.Model, database).AreBusy(region.Body)
                ? repetition
                : null;
    }

    /// <summary>Each turn of a loop saves, and a second run would repeat the turns that succeeded; or the failure never gets out of the save's own try.</summary>
    public static bool IsRepeatedOrCaught(SyntaxNode save, SyntaxNode within) => save.Ancestors().TakeWhile(part => part != within)
        .Any(part => part is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or TryStatementSyntax);

    private IEnumerable<StatementSyntax> Rest => region.List.Where(statement => statement.SpanStart >= first.SpanStart);

    private bool CanRepeat()
    {
        var isWhole = region.From.Parent == (region.Body as BaseMethodDeclarationSyntax)?.Body || region.From.Parent == (region.Body as LocalFunctionStatementSyntax)?.Body
            || region.From.Parent == (region.Body as AnonymousFunctionExpressionSyntax)?.Block;
        return (isWhole || Way.AlwaysLeaves(region.List.Last()))
            && !Rest.Any(statement => HasFixedText(statement) || LeavesLoop(statement) || HasOutsideEffects(statement))
            && !IsUsedBefore() && !MakesBefore() && !new Callers(region.Finding.Model, new Database(region.Finding)).AreBusy(region.Body);
    }

    /// <summary>Text that must not be indented: strings of several lines, directives.</summary>
    private static bool HasFixedText(StatementSyntax statement) => statement.ContainsDirectives
        || statement.DescendantTokens().Any(token => token.Text.Contains("\n")) || statement.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) && trivia.ToString().Contains("\n"));

    private static bool LeavesLoop(StatementSyntax statement) => statement.DescendantNodesAndSelf().Any(node =>
        node is YieldStatementSyntax or GotoStatementSyntax or AwaitExpressionSyntax { Parent: LockStatementSyntax }
        || node is BreakStatementSyntax or ContinueStatementSyntax
            && !node.Ancestors().TakeWhile(part => part != statement.Parent).Any(part => part is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
                || part is SwitchStatementSyntax && node is BreakStatementSyntax));

    /// <summary>An e-mail or a call to another service would be sent again.</summary>
    private bool HasOutsideEffects(StatementSyntax statement) =>
        statement.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => PendingChanges.IsOutOfSight(call, region.Finding.Model));

    /// <summary>The context tracks something already, which an empty change tracker would forget.</summary>
    private bool IsUsedBefore() => region.Body.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
        call.SpanStart < first.SpanStart && !call.Span.Contains(first.Span)
        && (region.Finding.Model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || IsDatabaseCall(method))
        && !(Style.NameOf(call) is "Any" or "AnyAsync" or "Count" or "CountAsync" or "CreateExecutionStrategy" or "nameof"));

    private static bool IsDatabaseCall(IMethodSymbol method) =>
        method.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) == true;

    /// <summary>An entity made before would keep what the failed run gave it.</summary>
    private bool MakesBefore() => region.List.TakeWhile(statement => statement != first).SelectMany(statement => statement.DescendantNodes()).OfType<BaseObjectCreationExpressionSyntax>()
        .Any(creation => region.Finding.Model.GetTypeInfo(creation).Type is INamedTypeSymbol { TypeKind: TypeKind.Class } type && new Database(region.Finding).IsEntity(type));

    /// <summary>Runs the rest in the context's own execution strategy, which repeats it on its own.</summary>
    public bool InStrategy(Plan plan)
    {
        if (ReturnType() is not { } type)
        {
            return false;
        }

        var strategy = region.Names.Fresh("strategy", "executionStrategy");
        var (step, style) = (Layout.Step, region.Style);
        var head = $"var {strategy} = {region.Context}Database.CreateExecutionStrategy();\n"
            + $"{(type.Length > 0 ? "return " : "")}{(style.IsAsync ? "await " : "")}{strategy}.Execute{(style.IsAsync ? "Async" : "")}{(type.Length > 0 && HasSeveralTypes() ? $"<{type}>" : "")}({(style.IsAsync ? "async " : "")}() =>\n"
            + $"{{\n{step}{region.Context}ChangeTracker.Clear();\n";
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
        named |= region.Context is null;
        var (step, attempt, caught) = (Layout.Step, region.Names.Fresh("attempt", "attemptNumber"), named ? region.Names.Fresh("e", "ex", "failure") : "");
        var context = region.Context ?? $"{caught}.Entries[0].Context.";
        var end = type.Length == 0 && !Way.AlwaysLeaves(region.List.Last()) ? $"{step}{step}return;\n" : "";
        Wrap(plan, $"for (var {attempt} = 1; ; {attempt}++)\n{{\n{step}try\n{step}{{\n", 2,
            $"{end}{step}}}\n{step}catch ({clause(caught).Replace("$attempt", attempt)})\n{step}{{\n{step}{step}{context}ChangeTracker.Clear();\n{step}}}\n}}");
        return true;
    }

    private void Wrap(Plan plan, string head, int depth, string tail)
    {
        var document = region.Finding.Document;
        var indent = Layout.IndentOf(first);
        var last = region.List.Last();
        var start = first.GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)).FirstOrDefault() is { RawKind: > 0 } trivia ? trivia.FullSpan.Start : first.SpanStart;
        var deeper = string.Concat(Enumerable.Repeat(Layout.Step, depth));
        plan.Rewrite(document, region.Finding.Text, TextSpan.FromBounds(start, last.FullSpan.End), rest =>
            indent + Layout.Indented(head, indent).TrimEnd(' ', '\t')
            + string.Join("\n", rest.Split('\n').Select(line => line.Trim().Length == 0 ? line : deeper + line))
            + indent + Layout.Indented(tail, indent) + Layout.NewLine);
    }

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
        if (type is null || region.Style.IsAsync != (type.Name is "Task" or "ValueTask"))
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

    /// <summary>How each database says that it gave up on one of two transactions, and what the test needs.</summary>
    public static (string Test, string Namespace)? GaveUp(Database database)
    {
        var (pattern, space) = database.Dialect switch
        {
            Provider.PostgreSql when database.Has("Npgsql.PostgresException") => ("PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }", "Npgsql"),
            Provider.PostgreSql => ("DbException { SqlState: \"40001\" or \"40P01\" }", "System.Data.Common"),
            Provider.SqlServer when database.Has("Microsoft.Data.SqlClient.SqlException") => ("SqlException { Number: 1205 }", "Microsoft.Data.SqlClient"),
            Provider.Sqlite when database.Has("Microsoft.Data.Sqlite.SqliteException") => ("SqliteException { SqliteErrorCode: 5 or 6 }", "Microsoft.Data.Sqlite"),
            Provider.MySql when database.Has("MySqlConnector.MySqlException") => ("MySqlException { Number: 1213 }", "MySqlConnector"),
            _ => ("", ""),
        };
        return pattern.Length == 0 ? null : (pattern, space);
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>A row that is added where a query found none: the call, the check, the save, and what happens when one is found.</summary>
internal sealed partial class Insertion
{
    private readonly InvocationExpressionSyntax add;
    private readonly InvocationExpressionSyntax save;
    private readonly IfStatementSyntax check;
    private readonly RowQuery query;
    private readonly Style style;

    private Insertion(Finding finding, SyntaxNode body, InvocationExpressionSyntax add, InvocationExpressionSyntax save, StatementSyntax saveStatement, IfStatementSyntax check, RowQuery query, Style style)
    {
        (Finding, this.add, this.save, SaveStatement, this.check, this.query, this.style) = (finding, add, save, saveStatement, check, query, style);
        Layout = new Layout(finding.Document, finding.Text, finding.Root);
        Names = new Names(finding.Model, body);
        Database = new Database(finding);
    }

    public Finding Finding { get; }

    public Layout Layout { get; }

    public Names Names { get; }

    public Database Database { get; }

    public StatementSyntax SaveStatement { get; }

    /// <summary>The try statement whose block holds the save, and that catches something.</summary>
    public TryStatementSyntax? Try => SaveStatement.Parent is BlockSyntax { Parent: TryStatementSyntax { Catches.Count: > 0 } surrounding } block && surrounding.Block == block ? surrounding : null;

    public static Insertion? Of(Finding finding)
    {
        if (!finding.IsLocal || finding.Body is not { } body
            || Sequence.CallAt(finding.Act) is not { } add || Style.NameOf(add) is not ("Add" or "AddAsync") || add.ArgumentList.Arguments.Count == 0
            || finding.Save is not { } save || Way.StatementOf(save) is not { } statement
            || statement is not (ExpressionStatementSyntax or ReturnStatementSyntax or LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } or IfStatementSyntax) || Way.Siblings(statement) is null || save.SpanStart < add.SpanStart
            || Style.Of(save, finding.Model) is not { } style || Failures.AreSwallowed(save, finding.Model)
            || RowQuery.AskedBy(finding.First("read"), finding.Model) is not { } query
            || CheckOf(finding, query) is not { } check)
        {
            return null;
        }

        // A catch of its own in front of one that rolls back would leave the transaction open.
        var insertion = new Insertion(finding, body, add, save, statement, check, query, style);
        return insertion.Try?.Catches.Any(Failures.RollsBack) == true ? null : insertion;
    }

    private static IfStatementSyntax? CheckOf(Finding finding, RowQuery query) =>
        finding.All("check").Append(query.Call).Select(node => node.FirstAncestorOrSelf<IfStatementSyntax>()).FirstOrDefault(choice =>
            choice is not null && choice.SpanStart < finding.Act.SpanStart);

    private bool Encloses => check.Span.Contains(add.Span);

    private bool AddsInElse => check.Else?.Span.Contains(add.Span) == true;

    /// <summary>The local that the query read the row into.</summary>
    private ILocalSymbol? Found => query.Call.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Parent.Parent: LocalDeclarationStatementSyntax } declarator
        && RowQuery.Of(declarator.Initializer?.Value, Finding.Model) is not null
            ? Finding.Model.GetDeclaredSymbol(declarator) as ILocalSymbol
            : null;

    /// <summary>The lines of what happens when the value is taken; empty where the method just goes on; null where that cannot be said in a catch.</summary>
    public string? Taken
    {
        get
        {
            if (Refusal() is not { } refusal)
            {
                return null;
            }

            if (Found is not { } found)
            {
                return refusal;
            }

            // Get or create: the row that the other session made is read again.
            var isAdded = add.ArgumentList.Arguments[0].Expression is IdentifierNameSyntax entity && SymbolEqualityComparer.Default.Equals(Finding.Model.GetSymbolInfo(entity).Symbol, found);
            bool Mentions(StatementSyntax statement) => statement.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == found.Name);
            var isUsed = isAdded || TakenStatements().Any(Mentions);
            if (!isUsed)
            {
                return refusal;
            }

            // A found row that is changed would have to be changed here, too.
            return TakenStatements().All(statement => statement is ReturnStatementSyntax || !Mentions(statement)) && Enforced() && !HasParts() ? $"{found.Name} = {Again()};\n{refusal}" : null;
        }
    }

    /// <summary>What the new row's own methods or collections were given would stay in the context without it.</summary>
    private bool HasParts() => add.ArgumentList.Arguments[0].Expression is IdentifierNameSyntax added
        && Finding.Body!.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.SpanStart < save.SpanStart && call.Expression is MemberAccessExpressionSyntax access
            && access.Expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().FirstOrDefault()?.Identifier.Text == added.Identifier.Text);

    /// <summary>Without a unique index there is no violation to catch.</summary>
    private bool Enforced() => query.IsFind || Columns(query, Finding.Model) is { } columns
        && (Database.Facts(query.Entity) is var facts && facts.UniqueKeys.Any(key => key.Members.All(columns.Contains)));

    private IReadOnlyList<StatementSyntax> TakenStatements() => TakenBranch() switch
    {
        null => Array.Empty<StatementSyntax>(),
        BlockSyntax block => block.Statements.ToArray(),
        var one => new[] { one },
    };

    private StatementSyntax? TakenBranch() => !Encloses || AddsInElse ? check.Statement : check.Else?.Statement ?? (IsLastInBranch() ? null : Following());

    /// <summary>Nothing follows the save in the branch that adds: after a catch the method goes on behind the check by itself.</summary>
    private bool IsLastInBranch() => !check.Statement.Span.Contains(SaveStatement.Span) || Way.Siblings(SaveStatement)!.Value.Last() == SaveStatement && SaveStatement.Parent is BlockSyntax block && (block == check.Statement || Try is { } around && Way.Siblings(around)!.Value.Last() == around);

    private StatementSyntax? Following() => Way.Siblings(check) is { } siblings ? siblings.Skip(siblings.IndexOf(check) + 1).FirstOrDefault() : null;

    private string? Refusal()
    {
        var branch = TakenBranch();
        if (branch is null)
        {
            // What else the save would have written is lost with it.
            return Encloses && IsLastInBranch() && check.Statement.Span.Contains(SaveStatement.Span) && !PendingChanges.Exist(Finding.Body!, save, null, Finding.Model, except: Way.StatementOf(add)) ? "" : null;
        }

        if (!Way.AlwaysLeaves(branch))
        {
            return null;
        }

        return string.Concat(TakenStatements().Select(statement => Layout.Unindented(statement) + "\n"));
    }

    private string Again()
    {
        var text = query.Call.ToString();
        var name = Style.NameOf(query.Call);
        var again = name.Replace("OrDefault", "");
        var access = (MemberAccessExpressionSyntax)query.Call.Expression;
        text = access.Expression + text.Substring(access.Expression.ToString().Length).Replace(name, again);
        var call = Style.Of(query.Call, Finding.Model)?.Wrap(text) ?? text;
        return query.IsFind ? call.StartsWith("await ", StringComparison.Ordinal) ? $"({call})!" : $"{call}!" : Layout.Indented(call, "");
    }

    /// <summary>The line that takes the failed entity out of the context: by its local, or by the exception's own entries.</summary>
    public string? Entity(Plan plan)
    {
        var argument = add.ArgumentList.Arguments[0].Expression;
        if (Sequence.ContextOf(save, Finding.Model) is { } context)
        {
            if (argument is IdentifierNameSyntax name && InScope(name))
            {
                return $"{context}Entry({name.Identifier.Text}).State = EntityState.Detached;\n";
            }

            // The entity is made in the call: it gets a name.
            if (argument is ObjectCreationExpressionSyntax && Way.StatementOf(add) is ExpressionStatementSyntax statement && Way.Siblings(statement) is not null
                && statement.Parent!.Span.Contains(SaveStatement.Span) && (Try is null || !Try.Block.Span.Contains(statement.Span)))
            {
                var type = query.Entity.Name;
                var entity = Names.Fresh(char.ToLowerInvariant(type[0]) + type.Substring(1), "added", "newRow");
                Layout.Before(plan, statement, $"var {entity} = {Layout.Unindented(argument)};");
                plan.Replace(Finding.Document, argument.Span, entity);
                return $"{context}Entry({entity}).State = EntityState.Detached;\n";
            }
        }

        var calls = new Calls(Finding.Model, Database);
        switch (calls.EndsContexts(save))
        {
            case true:
                return "";
            case null:
                return calls.LingeringSavesOf([save]).All(inner => inner.Forget(plan, Finding.Document.Project.Solution)) ? "" : null;
        }

        var entry = Names.Fresh("entry", "failed");
        return $"foreach (var {entry} in $caught.Entries)\n{{\n{Layout.Step}{entry}.State = EntityState.Detached;\n}}\n\n";
    }

    private bool InScope(IdentifierNameSyntax name) => Finding.Model.GetSymbolInfo(name).Symbol is { } symbol
        && (symbol is not ILocalSymbol || symbol.DeclaringSyntaxReferences.All(place => place.GetSyntax().FirstAncestorOrSelf<BlockSyntax>() is { } block
            && block.Span.Contains(SaveStatement.Span) && (Try is null || block != Try.Block)));

    /// <summary>The members that a query compares for equality, all of them; null where it also asks something else.</summary>
    public static HashSet<string>? Columns(RowQuery query, SemanticModel model)
    {
        var columns = new HashSet<string>();
        foreach (var filter in query.Filters)
        {
            var parts = Parts(filter.ExpressionBody!).ToArray();
            foreach (var part in parts.Where(part => !IsPresence(part, parts)))
            {
                if (Compared(part, RowQuery.ParameterOf(filter)!.Identifier.Text, model) is not { } member)
                {
                    return null;
                }

                columns.Add(member);
            }
        }

        return columns.Count == 0 ? null : columns;
    }

    public static IEnumerable<ExpressionSyntax> Parts(ExpressionSyntax condition) => condition switch
    {
        ParenthesizedExpressionSyntax inner => Parts(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => Parts(both.Left).Concat(Parts(both.Right)),
        _ => new[] { condition },
    };

    /// <summary>The two sides of <c>a == b</c> or <c>a.Equals(b)</c>.</summary>
    public static (ExpressionSyntax Left, ExpressionSyntax Right)? Equal(ExpressionSyntax part) => part switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } equal => (equal.Left, equal.Right),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Equals" } left, ArgumentList.Arguments: { Count: 1 } other } => (left.Expression, other[0].Expression),
        _ => null,
    };

    /// <summary><c>u.Email != null</c> beside a comparison of the same: what is equal to a value is there.</summary>
    public static bool IsPresence(ExpressionSyntax part, IEnumerable<ExpressionSyntax> beside) =>
        part is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression, Left: MemberAccessExpressionSyntax member, Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } }
        && beside.Any(other => Equal(other) is not null && other.DescendantNodes().Any(node => SyntaxFactory.AreEquivalent(node, member)));

    /// <summary><c>u.Email == email</c>, also through <c>ToLower()</c>: the index over the column holds what is equal apart.</summary>
    private static string? Compared(ExpressionSyntax part, string parameter, SemanticModel model)
    {
        if (Equal(part) is not { } equal)
        {
            return null;
        }

        var sides = new[] { equal.Left, equal.Right }.Select(side => side is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ToLower" or "ToUpper" or "Trim" } call } ? call.Expression : side).ToArray();
        var members = sides.Where(side => side is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } && name.Identifier.Text == parameter && model.GetSymbolInfo(side).Symbol is IPropertySymbol).ToArray();
        return members.Length == 1 ? ((MemberAccessExpressionSyntax)members[0]).Name.Identifier.Text : null;
    }
}

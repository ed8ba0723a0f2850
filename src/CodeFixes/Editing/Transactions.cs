using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>Opening transactions, and seeing those that are open.</summary>
internal static class Transactions
{
    /// <summary>What opens a transaction before the position, or null.</summary>
    public static ExpressionSyntax? OpenAt(SyntaxNode body, int position, SemanticModel model) => body.DescendantNodes().OfType<ExpressionSyntax>()
        .FirstOrDefault(node => node.SpanStart < position && Opens(node, model));

    private static bool Opens(ExpressionSyntax node, SemanticModel model) => node switch
    {
        InvocationExpressionSyntax call => Style.NameOf(call) is "BeginTransaction" or "BeginTransactionAsync" or "UseTransaction" or "UseTransactionAsync",
        BaseObjectCreationExpressionSyntax creation => model.GetTypeInfo(creation).Type is { Name: "TransactionScope" },
        _ => false,
    };

    /// <summary>The declaration of a transaction that is rolled back at the end of its block, unless it was committed.</summary>
    public static string Begin(string context, Style style, Names names, out string transaction, string level = "")
    {
        transaction = names.Fresh("transaction", "tx");
        return $"{style.Using} var {transaction} = {style.Call(context + "Database", "BeginTransaction", level.Length > 0 ? [level] : [])};";
    }

    public static void Import(Plan plan, Finding finding) =>
        plan.Import(finding.Document, "Microsoft.EntityFrameworkCore", finding.Model, finding.Act.SpanStart, "RelationalDatabaseFacadeExtensions");
}

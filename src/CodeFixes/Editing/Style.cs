using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Editing;

/// <summary>How the code around a call talks to the database: awaited or not, with which cancellation token and which <c>ConfigureAwait</c>.</summary>
internal sealed class Style
{
    private Style(bool isAsync, string token, string configure) => (IsAsync, Token, Configure) = (isAsync, token, configure);

    public bool IsAsync { get; }

    /// <summary>The token's own text, or empty.</summary>
    public string Token { get; }

    /// <summary><c>.ConfigureAwait(false)</c>, or empty.</summary>
    public string Configure { get; }

    /// <summary>The style of a call, or null where its task is neither awaited nor absent (it is returned or stored).</summary>
    public static Style? Of(InvocationExpressionSyntax call, SemanticModel model)
    {
        var name = NameOf(call);
        var token = call.ArgumentList.Arguments.Select(argument => argument.Expression)
            .FirstOrDefault(argument => model.GetTypeInfo(argument).Type is { Name: nameof(CancellationToken) })?.ToString() ?? "";
        if (!name.EndsWith("Async", StringComparison.Ordinal))
        {
            return new Style(false, "", "");
        }

        return Awaited(call) is { } await
            ? new Style(true, token is "default" or "CancellationToken.None" ? "" : token, ConfigureOf(await))
            : null;
    }

    /// <summary>The call as a statement's expression in this style: <c>await receiver.NameAsync(arguments, token)</c>.</summary>
    public string Call(string receiver, string name, params string[] arguments)
    {
        var all = IsAsync && Token.Length > 0 ? [.. arguments, Token] : arguments;
        return Wrap($"{receiver}.{name}{(IsAsync ? "Async" : "")}({string.Join(", ", all)})");
    }

    public string Wrap(string call) => IsAsync ? $"await {call}{Configure}" : call;

    /// <summary>Declares a transaction that ends with its block. Disposed in the plain way where the awaits are configured, for <c>await using</c> would need the same.</summary>
    public string Using => IsAsync && Configure.Length == 0 ? "await using" : "using";

    public static AwaitExpressionSyntax? Awaited(ExpressionSyntax call)
    {
        var node = call.Parent;
        while (node is ParenthesizedExpressionSyntax || node is MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" }
            || node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } })
        {
            node = node.Parent;
        }

        return node as AwaitExpressionSyntax;
    }

    private static string ConfigureOf(AwaitExpressionSyntax await) =>
        await.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } } configure
            ? $".ConfigureAwait{configure.ArgumentList}"
            : "";

    public static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };
}

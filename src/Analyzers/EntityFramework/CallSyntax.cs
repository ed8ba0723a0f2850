using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

internal static class CallSyntax
{
    /// <summary>The name by which a call names its method: <c>Add</c> in <c>db.Users?.Add(user)</c>; null where it calls the result of something else.</summary>
    public static SimpleNameSyntax? CalledName(this InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        SimpleNameSyntax simple => simple,
        _ => null,
    };
}

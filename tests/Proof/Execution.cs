using Interleaving;
using Microsoft.CodeAnalysis;
using Proof.Databases;
using Proof.Texts;

namespace Proof;

/// <summary>Runs a text on a database in all orders of its sessions' steps.</summary>
public static class Execution
{
    public static Task<Verdict> OfAsync(string text, Target target) => OfAsync(Compiler.Document(text, target), target);

    public static async Task<Verdict> OfAsync(Document document, Target target)
    {
        var compiled = await Compiler.CompileAsync(document);
        if (compiled.Errors.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, compiled.Errors.Prepend("The text does not compile:")));
        await using var scenario = await target.OpenAsync(compiled.Assembly);
        return await Verdict.OfAsync(scenario);
    }
}

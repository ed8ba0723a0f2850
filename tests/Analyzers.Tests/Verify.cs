using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.Tests;

/// <summary>The two questions that most tests ask of code written against the <see cref="Shop"/>.</summary>
internal static class Verify
{
    /// <summary>Members of a service over the shop's context, with the findings marked in them.</summary>
    public static Task Reports(string members) => new RaceTest(Shop.Service(members), Shop.Model).Reports();

    /// <summary>Members of a service over the shop's context in which nothing is to be found.</summary>
    public static Task IsQuiet(string members) => new RaceTest(Shop.Service(members), Shop.Model).IsQuiet();

    /// <summary>As above, where the test brings its own model.</summary>
    public static Task Reports(string members, string model, params Library[] with) =>
        new RaceTest(Shop.Service(members), model) { With = with.Length > 0 ? with : [Library.PostgreSql] }.Reports();

    /// <inheritdoc cref="Reports(string, string, Library[])"/>
    public static Task IsQuiet(string members, string model, params Library[] with) =>
        new RaceTest(Shop.Service(members), model) { With = with.Length > 0 ? with : [Library.PostgreSql] }.IsQuiet();

    /// <summary>The findings themselves, for tests of messages, properties and additional locations.</summary>
    public static Task<ImmutableArray<Diagnostic>> Findings(params string[] sources) =>
        Snippet.Compile(sources)
            .WithAnalyzers([new RaceAnalyzer()])
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace RaceAnalyzers.Tests;

/// <summary>
/// Members of a service over the <see cref="Shop"/>, and what a fix makes of them: each one alone, and all at once in the
/// document, the project and the solution. Findings are marked <c>{|RACE001:…|}</c>; what stays marked in the fixed text is left.
/// </summary>
internal sealed class FixTest<TFix> : CSharpCodeFixTest<RaceAnalyzer, TFix, DefaultVerifier>
    where TFix : CodeFixProvider, new()
{
    private readonly string _before;
    private readonly string _after;

    public FixTest(string before, string after)
    {
        (_before, _after) = (before, after);
        CompilerDiagnostics = CompilerDiagnostics.Errors;
        TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck;
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
    }

    public EfCore On { get; init; } = EfCore.Newest;

    public Library[] With { get; init; } = [Library.PostgreSql];

    public string Model { get; init; } = Shop.Model;

    /// <summary>The model after the fix, where that is what it changes.</summary>
    public string? FixedModel { get; init; }

    /// <summary>The texts are whole files, not members of the service.</summary>
    public bool IsWholeFile { get; init; }

    /// <summary>Directives that the fix adds at the top.</summary>
    public string Usings { get; init; } = "";

    public string[] Enable { get; init; } = [];

    protected override Task RunImplAsync(CancellationToken cancellationToken)
    {
        TestState.Sources.Add(("Service.cs", IsWholeFile ? _before : Shop.Service(Indented(_before))));
        TestState.Sources.Add(("Model.cs", Model));
        TestState.Sources.Add(("GlobalUsings.cs", Snippet.GlobalUsings));
        TestState.AdditionalReferences.AddRange(ReferenceCatalog.For(On, With));
        FixedState.Sources.Add(("Service.cs", IsWholeFile ? _after : Usings + Shop.Service(Indented(_after))));
        FixedState.Sources.Add(("Model.cs", FixedModel ?? Model));
        FixedState.Sources.Add(("GlobalUsings.cs", Snippet.GlobalUsings));
        FixedState.MarkupHandling = MarkupMode.Allow;
        return base.RunImplAsync(cancellationToken);
    }

    protected override CompilationOptions CreateCompilationOptions() => Snippet.CompilationOptions;

    private static string Indented(string members) =>
        string.Join('\n', members.Split('\n').Select(line => line.Length == 0 ? line : "    " + line));
}

/// <summary>The shop's model with something more in it.</summary>
internal static class FixTest
{
    /// <summary>A further property at the end of an entity.</summary>
    public static string ModelWith(string entity, string property) => With(Shop.Model, entity, property);

    public static string With(string model, string entity, string property)
    {
        var start = model.IndexOf($"public class {entity}\n", StringComparison.Ordinal);
        var end = model.IndexOf("\n}", start, StringComparison.Ordinal);
        return model.Insert(end, $"\n\n    {property}");
    }

    /// <summary>An attribute above a property of an entity.</summary>
    public static string ModelWithAttribute(string entity, string property, string attribute)
    {
        var start = Shop.Model.IndexOf($"public class {entity}\n", StringComparison.Ordinal);
        return Shop.Model.Insert(Shop.Model.IndexOf(property, start, StringComparison.Ordinal), $"{attribute}\n    ");
    }

    public static string ModelWithIndex(string entity, string attribute) =>
        Shop.Model.Replace($"public class {entity}\n", $"{attribute}\npublic class {entity}\n", StringComparison.Ordinal);

    public static string ModelWithContextMember(string member) =>
        Shop.Model.Replace("public ShopDb() { }", $"public ShopDb() {{ }}\n\n    {member}", StringComparison.Ordinal);
}

/// <summary>What the tests of a fix say of it.</summary>
internal static class Fix<TFix>
    where TFix : CodeFixProvider, new()
{
    public static Task Makes(string before, string after, string usings = "") =>
        new FixTest<TFix>(before, after) { Usings = usings }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The finding is there and stays: the fix would not be right.</summary>
    public static Task IsNotOffered(string code) =>
        new FixTest<TFix>(code, code).RunAsync(TestContext.Current.CancellationToken);
}

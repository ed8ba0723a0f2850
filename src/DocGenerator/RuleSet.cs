using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.DocGenerator;

/// <summary>The rules as the built assemblies declare them: every analyzer's descriptors, and which of them a fix serves.</summary>
internal sealed class RuleSet
{
    public ImmutableArray<Rule> Rules { get; }

    private RuleSet(ImmutableArray<Rule> rules) => Rules = rules;

    public static RuleSet Load()
    {
        var fixable = Instances<CodeFixProvider>("RaceAnalyzers.CodeFixes")
            .SelectMany(fix => fix.FixableDiagnosticIds)
            .ToHashSet(StringComparer.Ordinal);

        return new(Instances<DiagnosticAnalyzer>("RaceAnalyzers")
            .SelectMany(analyzer => analyzer.SupportedDiagnostics)
            .DistinctBy(descriptor => descriptor.Id)
            .OrderBy(descriptor => descriptor.Id, StringComparer.Ordinal)
            .Select(descriptor => new Rule(descriptor, fixable.Contains(descriptor.Id)))
            .ToImmutableArray());
    }

    private static IEnumerable<T> Instances<T>(string assembly) =>
        Assembly.Load(assembly).GetTypes()
            .Where(type => type.IsAssignableTo(typeof(T)) && !type.IsAbstract)
            .Select(type => (T)Activator.CreateInstance(type)!);
}

/// <summary>One rule, with the words that the documents use for it.</summary>
internal sealed record Rule(DiagnosticDescriptor Descriptor, bool HasFix)
{
    public string Id => Descriptor.Id;

    public string Title => Descriptor.Title.ToString();

    public string Category => Descriptor.Category;

    /// <summary>The severity with no configuration at all.</summary>
    public string Severity => Descriptor switch
    {
        { IsEnabledByDefault: false } => "off",
        { DefaultSeverity: DiagnosticSeverity.Info } => "suggestion",
        _ => Descriptor.DefaultSeverity.ToString().ToLowerInvariant(),
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>Tells what was set and means nothing.</summary>
internal static class ConfigurationReport
{
    public static void Report(Engine engine, CompilationAnalysisContext context)
    {
        var version = engine.Symbols.DbContext.ContainingAssembly.Identity.Version;
        if (version.Major < UnsupportedVersion.Oldest)
            context.ReportDiagnostic(Diagnostic.Create(ConfigurationRules.UnsupportedVersion.Descriptor, Location.None, version.ToString(2), UnsupportedVersion.Oldest));
        foreach (var problem in engine.Options.Problems)
            context.ReportDiagnostic(Diagnostic.Create(ConfigurationRules.UnknownSetting.Descriptor, Location.None, problem.Key, problem.Value, problem.Expected));
        foreach (var problem in engine.Model.SnapshotProblems)
            context.ReportDiagnostic(Diagnostic.Create(ConfigurationRules.UnreadableSnapshot.Descriptor, Location.None, problem.Path, problem.Reason));
    }
}

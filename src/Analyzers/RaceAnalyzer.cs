using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Model;
using RaceAnalyzers.Rules;

namespace RaceAnalyzers;

/// <summary>Finds database race conditions in code on Entity Framework Core. The rules are in <c>Rules</c>, one file each; this is their host.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RaceAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Catalogue.Descriptors;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            var kept = new KeptByFile(
                tree => start.TryGetValue(tree, KeptByFile.NamesOf, out var names) ? names : FileNames.Of(tree),
                text => start.TryGetValue(text, KeptByFile.SnapshotOf, out var snapshot) ? snapshot : SnapshotFile.Of(text));
            if (Engine.Of(start.Compilation, start.Options, kept, start.CancellationToken) is not { } engine) return;
            start.RegisterCodeBlockAction(block => Analyze(engine, block));
            start.RegisterCompilationEndAction(end => ConfigurationReport.Report(engine, end));
        });
    }

    private static void Analyze(Engine engine, CodeBlockAnalysisContext context)
    {
        if (Declaration(context.CodeBlock) is not { } declaration || !Scope.IsOfInterest(engine, context.OwningSymbol, context.CodeBlock)) return;
        if (engine.RootOf(declaration, context.CancellationToken) is not { } body) return;
        Analyze(engine, body, context);
    }

    private static SyntaxNode? Declaration(SyntaxNode block) => block switch
    {
        BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax => block,
        PropertyDeclarationSyntax { ExpressionBody: { } arrow } => arrow,
        IndexerDeclarationSyntax { ExpressionBody: { } arrow } => arrow,
        ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax } arrow => arrow,
        _ => null,
    };

    private static void Analyze(Engine engine, Body body, CodeBlockAnalysisContext context)
    {
        if (!body.IsIrrelevant && engine.Model.Provider != Provider.InMemory && !Scope.IsSeeding(body))
        {
            var model = new RaceModel(engine, body, context.CancellationToken);
            var findings = Judge.Findings(model).ToArray();
            if (findings.Length > 0 && Scope.IsPartOfSetUp(engine, body, context.CancellationToken)) findings = [];
            foreach (var finding in findings) context.ReportDiagnostic(Report.Of(engine, finding));
            foreach (var notice in Judge.Notices(model)) context.ReportDiagnostic(Report.Of(engine, notice));
        }
        foreach (var nested in body.Within())
            if (engine.BodyOf(nested, Engine.MostCalls, context.CancellationToken) is { } inner) Analyze(engine, inner, context);
    }
}

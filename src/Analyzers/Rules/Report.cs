using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>Turns a finding into a diagnostic: at the act, with the read, the check and the save beside it, and what the fixes need.</summary>
internal static class Report
{
    public static Diagnostic Of(Engine engine, Finding finding)
    {
        var race = finding.Race;
        var places = new List<(string Role, SyntaxNode Node)>();
        if (race.Read is { } read) places.Add(("read", read.Database.Node));
        if (race.Check is { } check) places.Add(("check", check.Node));
        if (race.Save.Event is { } save) places.Add(("save", save.Node));
        else if (race.Save.Caller is { } caller) places.Add(("save", caller));
        if (finding.Failed is { } failed) places.Add((RoleOf(finding.Rule), failed));
        // A finding that stands on what failed names the act beside it.
        if (finding.Place is not null) places.Add(("write", race.Act.Node));
        foreach (var write in race.Writes)
            if (write != race.Act && write.Node != race.Act.Node && !places.Any(p => p.Node == write.Node)) places.Add(("write", write.Node));
        var through = race.Act.Site is not null || race.Read?.Database.Site is not null || race.Save.Event?.Site is not null || race.Check?.Site is not null || race.Save.Event is null;
        var severity = finding.Severity < finding.Rule.Descriptor.DefaultSeverity ? finding.Severity : finding.Rule.Descriptor.DefaultSeverity;
        var isSkew = race.Needs is { IsRow: true, IsSkew: true };
        return Of(engine, finding.Rule, finding.Place ?? race.Act.Node.GetLocation(), severity, places, race.Entity, race.Member, through, race.Rule.Descriptor.Id, race.Subject, isSkew, race.Rule is InsertRule ? race.Member : null, race.Read is { IsTracked: false });
    }

    public static Diagnostic Of(Engine engine, Notice notice) =>
        Of(engine, notice.Rule, notice.Place, notice.IsAssumed ? DiagnosticSeverity.Info : notice.Rule.Descriptor.DefaultSeverity, notice.Parts, notice.Entity, notice.Member, notice.IsThroughCalls, notice.Rule.Descriptor.Id, notice.Subject);

    private static string RoleOf(Rule rule) =>
        rule == Explanations.ConflictRetriedOnStaleData ? "catch" : rule == Explanations.TransactionDoesNotProtect || rule == Explanations.WriteEscapesTransaction ? "transaction" : "lock";

    private static Diagnostic Of(Engine engine, Rule rule, Location place, DiagnosticSeverity severity, IReadOnlyList<(string Role, SyntaxNode Node)> parts, INamedTypeSymbol? entity, string? member, bool isThroughCalls, string explains, string subject, bool isSkew = false, string? columns = null, bool isUntracked = false)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, string?>();
        properties["locations"] = string.Join(",", parts.Select(p => p.Role));
        properties["entity"] = entity?.ModelName() ?? "";
        properties["member"] = member;
        properties["provider"] = engine.Model.Provider switch { Provider.PostgreSql => "postgresql", Provider.SqlServer => "sqlserver", Provider.MySql => "mysql", Provider.Sqlite => "sqlite", _ => "" };
        properties["through"] = isThroughCalls ? "calls" : "";
        properties["for"] = explains;
        properties["skew"] = isSkew ? "true" : "";
        properties["columns"] = columns;
        properties["untracked"] = isUntracked ? "true" : "";
        return Diagnostic.Create(rule.Descriptor, place, severity, parts.Select(p => p.Node.GetLocation()), properties.ToImmutable(), subject);
    }
}

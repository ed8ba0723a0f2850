using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>Turns a finding into a diagnostic: at the act, with the read, the check and the save beside it, and what the fixes need.</summary>
internal static class Report
{
    public static Diagnostic Of(Engine engine, Body body, Finding finding)
    {
        var race = finding.Race;
        var places = new List<(string Role, SyntaxNode Node)>();
        if (race.Read is { } read) places.Add(("read", read.Database.Node));
        if (race.Check is { } check) places.Add(("check", check.Node));
        if (race.Save.Event is { } save) places.Add(("save", save.Node));
        else if (race.Save.Caller is { } caller) places.Add(("save", caller));
        if (finding.Failed is { } failed) places.Add((finding.Rule == Explanations.TransactionDoesNotProtect || finding.Rule == Explanations.WriteEscapesTransaction ? "transaction" : "lock", failed));
        foreach (var write in race.Writes)
            if (write != race.Act && write.Node != race.Act.Node && !places.Any(p => p.Node == write.Node)) places.Add(("write", write.Node));
        var through = race.Act.Site is not null || race.Read?.Database.Site is not null || race.Save.Event?.Site is not null || race.Check?.Site is not null || race.Save.Event is null;
        var properties = ImmutableDictionary.CreateBuilder<string, string?>();
        properties["locations"] = string.Join(",", places.Select(p => p.Role));
        properties["entity"] = race.Entity.ModelName();
        properties["member"] = race.Member;
        properties["provider"] = engine.Model.Provider switch { Provider.PostgreSql => "postgresql", Provider.SqlServer => "sqlserver", Provider.MySql => "mysql", Provider.Sqlite => "sqlite", _ => "" };
        properties["through"] = through ? "calls" : "";
        properties["explains"] = race.Rule.Descriptor.Id;
        var severity = finding.Severity < finding.Rule.Descriptor.DefaultSeverity ? finding.Severity : finding.Rule.Descriptor.DefaultSeverity;
        return Diagnostic.Create(finding.Rule.Descriptor, race.Act.Node.GetLocation(), severity, places.Select(p => p.Node.GetLocation()), properties.ToImmutable(), race.Subject);
    }
}

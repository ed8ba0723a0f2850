using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Libraries that take part in building models and are known to leave the application's tokens and keys as they are.</summary>
internal static class KnownLibraries
{
    private static readonly string[] Names =
    [
        "Microsoft.", "System", "Npgsql", "Pomelo.", "MySql.", "Oracle.", "EFCore.", "EntityFrameworkCore.", "MassTransit", "OpenIddict", "Finbuckle",
        "Duende", "IdentityServer4", "SmartEnum", "Ardalis", "Hangfire", "Quartz", "Wolverine", "DotNetCore.CAP", "NodaTime", "NetTopologySuite",
        "Toolbelt", "AppAny", "Audit.", "Z.EntityFramework", "LinqToDB", "linq2db", "Elsa", "Rebus",
    ];

    public static bool LeavesTokensAlone(ISymbol symbol) => symbol.ContainingAssembly is { Name: var name } && IsKnown(name);

    public static bool IsKnown(string assembly)
    {
        foreach (var known in Names)
        {
            if (assembly.StartsWith(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

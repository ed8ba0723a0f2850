using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.EntityFramework;

/// <summary>A setting that was not understood: its key, the value, and what would be.</summary>
internal readonly record struct OptionProblem(string Key, string Value, string Expected);

/// <summary>
/// The <c>race_analyzers.*</c> settings, from <c>.globalconfig</c> and, where an <c>.editorconfig</c> section holds for it, of one file.
/// </summary>
internal sealed class RaceOptions
{
    public const string Prefix = "race_analyzers.";

    private const string ProviderKey = Prefix + "provider";
    private const string LockMethodsKey = Prefix + "lock_methods";
    private const string SaveMethodsKey = Prefix + "save_methods";
    private const string ProtectedTypesKey = Prefix + "protected_types";
    private const string SingleInstanceKey = Prefix + "single_instance";
    private const string IgnoredMembersKey = Prefix + "ignored_members";

    private const string KnownKeys = "provider, lock_methods, save_methods, protected_types, single_instance or ignored_members";

    private RaceOptions(AnalyzerConfigOptions options)
    {
        var problems = ImmutableArray.CreateBuilder<OptionProblem>();
        Provider = ReadProvider(options, problems);
        SingleInstance = ReadFlag(options, SingleInstanceKey, problems);
        LockMethods = ReadNames(options, LockMethodsKey, problems);
        SaveMethods = ReadNames(options, SaveMethodsKey, problems);
        ProtectedTypes = ReadNames(options, ProtectedTypesKey, problems);
        IgnoredMembers = ReadNames(options, IgnoredMembersKey, problems);
        FindUnknownKeys(options, problems);
        Problems = problems.ToImmutable();
    }

    private RaceOptions(IReadOnlyCollection<RaceOptions> parts)
    {
        Provider = ProviderDetection.Weakest(parts.Select(part => part.Provider));
        SingleInstance = parts.Any(part => part.SingleInstance);
        LockMethods = parts.SelectMany(part => part.LockMethods).Distinct().ToImmutableArray();
        SaveMethods = parts.SelectMany(part => part.SaveMethods).Distinct().ToImmutableArray();
        ProtectedTypes = parts.SelectMany(part => part.ProtectedTypes).Distinct().ToImmutableArray();
        IgnoredMembers = parts.SelectMany(part => part.IgnoredMembers).Distinct().ToImmutableArray();
        Problems = parts.SelectMany(part => part.Problems).Distinct().ToImmutableArray();
    }

    /// <summary>The database that the code runs on; <see cref="Provider.Unknown"/> where it is not set.</summary>
    public Provider Provider { get; }

    /// <summary>One process only ever touches the database, so that its own locks protect.</summary>
    public bool SingleInstance { get; }

    /// <summary>Methods that take an application lock: <c>Method</c>, <c>Type.Method</c> or full names.</summary>
    public ImmutableArray<string> LockMethods { get; }

    /// <summary>Methods that save.</summary>
    public ImmutableArray<string> SaveMethods { get; }

    /// <summary>Entity types that are protected by other means.</summary>
    public ImmutableArray<string> ProtectedTypes { get; }

    /// <summary>Members that may be lost: <c>Member</c> or <c>Type.Member</c>.</summary>
    public ImmutableArray<string> IgnoredMembers { get; }

    public ImmutableArray<OptionProblem> Problems { get; }

    public static RaceOptions Global(AnalyzerOptions options) => new(options.AnalyzerConfigOptionsProvider.GlobalOptions);

    /// <summary>
    /// The settings of a compilation, wherever they stand: an <c>.editorconfig</c> gives them file by file, but a database is the whole
    /// program's. Where files differ, all lists count, and of the providers the weakest.
    /// </summary>
    public static RaceOptions Read(AnalyzerOptions options, IEnumerable<SyntaxTree> trees)
    {
        var provider = options.AnalyzerConfigOptionsProvider;
        var parts = new List<RaceOptions> { new(provider.GlobalOptions) };
        AnalyzerConfigOptions? last = null;
        foreach (var tree in trees)
        {
            var current = provider.GetOptions(tree);
            if (!ReferenceEquals(current, last) && HasAny(current))
            {
                parts.Add(new RaceOptions(current));
            }

            last = current;
        }

        return parts.Count == 1 ? parts[0] : new RaceOptions(parts);
    }

    private static bool HasAny(AnalyzerConfigOptions options)
    {
        foreach (var key in options.Keys)
        {
            if (key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The settings of one file; those of <c>.globalconfig</c> are among them.</summary>
    public static RaceOptions For(AnalyzerOptions options, SyntaxTree tree) => new(options.AnalyzerConfigOptionsProvider.GetOptions(tree));

    /// <summary>Whether a list of names has this one: by its last part, its last two, or its full name.</summary>
    public static bool Names(ImmutableArray<string> names, ISymbol symbol)
    {
        if (names.IsDefaultOrEmpty)
        {
            return false;
        }

        var full = (symbol as INamedTypeSymbol)?.ModelName() ?? (symbol.ContainingType?.ModelName() + "." + symbol.Name);
        foreach (var name in names)
        {
            if (full.EndsWith(name, StringComparison.Ordinal)
                && (full.Length == name.Length || full[full.Length - name.Length - 1] is '.' or '+'))
            {
                return true;
            }
        }

        return false;
    }

    private static Provider ReadProvider(AnalyzerConfigOptions options, ImmutableArray<OptionProblem>.Builder problems)
    {
        if (!options.TryGetValue(ProviderKey, out var value) || string.IsNullOrWhiteSpace(value))
        {
            return Provider.Unknown;
        }

        switch (value.Trim().ToLowerInvariant())
        {
            case "postgresql":
                return Provider.PostgreSql;
            case "sqlserver":
                return Provider.SqlServer;
            case "mysql":
                return Provider.MySql;
            case "sqlite":
                return Provider.Sqlite;
            default:
                problems.Add(new OptionProblem(ProviderKey, value, "postgresql, sqlserver, mysql or sqlite"));
                return Provider.Unknown;
        }
    }

    private static bool ReadFlag(AnalyzerConfigOptions options, string key, ImmutableArray<OptionProblem>.Builder problems)
    {
        if (!options.TryGetValue(key, out var value) || string.IsNullOrWhiteSpace(value))
        {
            return false;
        }

        if (!bool.TryParse(value.Trim(), out var flag))
        {
            problems.Add(new OptionProblem(key, value, "true or false"));
        }

        return flag;
    }

    private static ImmutableArray<string> ReadNames(AnalyzerConfigOptions options, string key, ImmutableArray<OptionProblem>.Builder problems)
    {
        if (!options.TryGetValue(key, out var value) || string.IsNullOrWhiteSpace(value))
        {
            return ImmutableArray<string>.Empty;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var part in value.Split(','))
        {
            var name = part.Trim();
            if (name.Length > 0 && IsName(name))
            {
                names.Add(name);
            }
            else if (name.Length > 0)
            {
                problems.Add(new OptionProblem(key, name, "comma-separated names"));
            }
        }

        return names.ToImmutable();
    }

    private static bool IsName(string text)
    {
        foreach (var part in text.Split('.', '+'))
        {
            if (part.Length == 0 || !(char.IsLetter(part[0]) || part[0] is '_' or '@'))
            {
                return false;
            }

            foreach (var character in part)
            {
                if (!char.IsLetterOrDigit(character) && character is not ('_' or '@' or '<' or '>' or '`' or ' '))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static void FindUnknownKeys(AnalyzerConfigOptions options, ImmutableArray<OptionProblem>.Builder problems)
    {
        foreach (var key in options.Keys)
        {
            if (key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && key.ToLowerInvariant() is not (ProviderKey or LockMethodsKey or SaveMethodsKey or ProtectedTypesKey or SingleInstanceKey or IgnoredMembersKey))
            {
                problems.Add(new OptionProblem(key, options.TryGetValue(key, out var value) ? value : "", KnownKeys));
            }
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Rules;

/// <summary>What is told about settings that mean nothing: silence about something the user set would be a false sense of safety.</summary>
internal static class ConfigurationRules
{
    public static readonly Rule UnknownSetting = new UnknownSetting();
    public static readonly Rule UnreadableSnapshot = new UnreadableSnapshot();
    public static readonly Rule UnsupportedVersion = new UnsupportedVersion();

    public static readonly ImmutableArray<Rule> All = ImmutableArray.Create(UnknownSetting, UnreadableSnapshot, UnsupportedVersion);
}

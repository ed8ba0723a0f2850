using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>The <c>race_analyzers.*</c> settings.</summary>
public class OptionsTests
{
    private static readonly Compilation Compilation = Snippet.Compile("namespace A { class Locks { void Take() { } class Inner { void Take() { } } } }");

    private static AnalyzerOptions Options((string, string)[] global, (string, string)[] files) =>
        new([], new ModelOf.Settings(new ModelOf.Values(global), new ModelOf.Values(files)));

    private static RaceOptions Read(params (string, string)[] global) => RaceOptions.Read(Options(global, []), Compilation.SyntaxTrees);

    [Fact]
    public void NothingSet_IsTheDefault()
    {
        var options = Read();

        Assert.Equal(Provider.Unknown, options.Provider);
        Assert.False(options.SingleInstance);
        Assert.Empty(options.LockMethods);
        Assert.Empty(options.Problems);
    }

    [Theory]
    [InlineData("postgresql", nameof(Provider.PostgreSql))]
    [InlineData(" SqlServer ", nameof(Provider.SqlServer))]
    [InlineData("mysql", nameof(Provider.MySql))]
    [InlineData("sqlite", nameof(Provider.Sqlite))]
    public void Provider_IsRead(string value, string provider)
    {
        var options = Read(("race_analyzers.provider", value));

        Assert.Equal(provider, options.Provider.ToString());
        Assert.Empty(options.Problems);
    }

    [Fact]
    public void ValuesOfAnEditorConfig_Count_ForTheFile_AndForTheCompilation()
    {
        var options = Options([], [("race_analyzers.single_instance", "true"), ("race_analyzers.lock_methods", "Take, A.Locks.Hold"), ("race_analyzers.provider", "sqlite")]);

        Assert.False(RaceOptions.Global(options).SingleInstance);
        Assert.All([RaceOptions.For(options, Compilation.SyntaxTrees.First()), RaceOptions.Read(options, Compilation.SyntaxTrees)], read =>
        {
            Assert.True(read.SingleInstance);
            Assert.Equal(Provider.Sqlite, read.Provider);
            Assert.Equal(["Take", "A.Locks.Hold"], read.LockMethods);
        });
    }

    [Theory]
    [InlineData("race_analyzers.provider", "oracle", "postgresql, sqlserver, mysql or sqlite")]
    [InlineData("race_analyzers.single_instance", "yes", "true or false")]
    [InlineData("race_analyzers.lock_methods", "Take()", "comma-separated names")]
    [InlineData("race_analyzers.ignored_members", "Order.*", "comma-separated names")]
    [InlineData("race_analyzers.privoder", "sqlite", "provider, lock_methods, save_methods, protected_types, single_instance or ignored_members")]
    public void WhatIsNotUnderstood_IsToldOnce(string key, string value, string expected)
    {
        var options = RaceOptions.Read(Options([(key, value)], [(key, value)]), Compilation.SyntaxTrees);

        Assert.Equal([new OptionProblem(key, value, expected)], options.Problems);
    }

    [Fact]
    public void OtherKeys_AreNotOurs() => Assert.Empty(Read(("dotnet_diagnostic.RACE001.severity", "none"), ("race_analyzers_other", "x")).Problems);

    [Theory]
    [InlineData("Take", true)]
    [InlineData("Locks.Take", true)]
    [InlineData("A.Locks.Take", true)]
    [InlineData("ocks.Take", false)]
    [InlineData("B.Locks.Take", false)]
    [InlineData("take", false)]
    public void Names_MatchByTheirLastParts(string name, bool expected)
    {
        var method = Compilation.GetTypeByMetadataName("A.Locks")!.GetMembers("Take").Single();

        Assert.Equal(expected, RaceOptions.Names(ImmutableArray.Create(name), method));
    }
}

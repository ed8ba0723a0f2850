using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RaceAnalyzers.EntityFramework;
using Library = RaceAnalyzers.Testing.Library;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>The entity model of a snippet, and questions to it by type name.</summary>
internal sealed class ModelOf
{
    private readonly Compilation _compilation;

    public ModelOf(params string[] sources)
        : this(Snippet.Compile(sources))
    {
    }

    public ModelOf(Compilation compilation, string? snapshot = null, params (string Key, string Value)[] options)
    {
        _compilation = compilation;
        ImmutableArray<AdditionalText> files = snapshot is null ? [] : [new TextFile("/src/Migrations/ShopModelSnapshot.cs", snapshot)];
        var analyzerOptions = new AnalyzerOptions(files, new Settings(new Values(options), new Values([])));
        Model = EntityModel.Create(
            compilation, analyzerOptions, RaceOptions.Read(analyzerOptions, compilation.SyntaxTrees), SnapshotFile.Of, TestContext.Current.CancellationToken);
    }

    public EntityModel Model { get; }

    public EntityFacts this[string type] => Model.Facts(Type(type));

    public INamedTypeSymbol Type(string name) =>
        _compilation.GetTypeByMetadataName(name) ?? throw new InvalidOperationException($"No type {name}.");

    public bool IsEntity(string type) => Model.IsEntity(Type(type));

    public static ModelOf On(EfCore version, Library[] libraries, params string[] sources) =>
        new(Snippet.Compile(ReferenceCatalog.For(version, libraries), sources));

    /// <summary>Unique keys as texts: "Index Email", "PrimaryKey UserId+GroupId where [IsActive] = 1".</summary>
    public string[] UniqueKeys(string type) =>
        [.. this[type].UniqueKeys.Select(key => $"{key.Source} {string.Join('+', key.Members)}{(key.Filter is null ? "" : " where " + key.Filter)}")];

    public string[] Tokens(string type) => [.. this[type].Tokens.Select(token => $"{token.Kind} {token.Member}")];

    /// <summary>A file among the <c>AdditionalFiles</c>.</summary>
    public sealed class TextFile(string path, string? text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null ? null : SourceText.From(text);
    }

    /// <summary>Settings of a <c>.globalconfig</c>, and of an <c>.editorconfig</c> section that holds for every file.</summary>
    public sealed class Settings(Values global, Values files) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => global;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => files;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => files;
    }

    public sealed class Values((string Key, string Value)[] pairs) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => pairs.Select(pair => pair.Key);

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = pairs.FirstOrDefault(pair => KeyComparer.Equals(pair.Key, key)).Value;
            return value is not null;
        }
    }
}

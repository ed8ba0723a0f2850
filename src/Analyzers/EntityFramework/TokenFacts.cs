using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>The concurrency tokens of an entity type, from attributes, configuration, loops and snapshots.</summary>
internal sealed class TokenFacts
{
    private readonly INamedTypeSymbol _type;
    private readonly Provider _provider;
    private readonly Dictionary<string, ConcurrencyToken> _tokens = new(StringComparer.Ordinal);

    public TokenFacts(INamedTypeSymbol type, List<EntityDraft> drafts, List<EntityPattern> patterns, Provider provider)
    {
        _type = type;
        _provider = provider;
        FromAttributes();
        foreach (var pattern in patterns)
        {
            AreUncertain |= pattern.SetsUnknownTokens;
            if (pattern.IsUncertain)
            {
                AreUncertain |= pattern.Draft.Properties.Any(property => property.IsToken == true);
            }
            else
            {
                FromDraft(pattern.Draft, "configuration");
            }
        }

        foreach (var draft in drafts)
        {
            FromDraft(draft, draft.IsFromSnapshot ? "snapshot" : "configuration");
        }

        All = _tokens.Values.ToImmutableArray();
    }

    public ImmutableArray<ConcurrencyToken> All { get; }

    /// <summary>Code that was not understood sets tokens on entities of which this may be one.</summary>
    public bool AreUncertain { get; }

    private void FromAttributes()
    {
        foreach (var property in Conventions.Properties(_type))
        {
            if (property.Attribute("TimestampAttribute") is not null)
            {
                Add(property.Name, property.Type, null, isGenerated: true, "attribute");
            }
            else if (property.Attribute("ConcurrencyCheckAttribute") is not null)
            {
                Add(property.Name, property.Type, null, isGenerated: false, "attribute");
            }
        }
    }

    private void FromDraft(EntityDraft draft, string source)
    {
        foreach (var property in draft.Properties)
        {
            if (property.OnlyWherePresent && _type.FindMember(property.Path) is null && draft.Name == EntityPattern.AnyName)
            {
                continue;
            }

            if (property.IsToken == true)
            {
                Add(property.Path, property.Type, property.TypeText, property.IsGeneratedOnUpdate == true, source);
            }
            else if (property.IsToken == false)
            {
                _tokens.Remove(property.Path);
            }
        }
    }

    private void Add(string path, ITypeSymbol? configured, string? typeText, bool isGenerated, string source)
    {
        isGenerated |= _tokens.TryGetValue(path, out var earlier) && earlier.Kind != TokenKind.ConcurrencyCheck;
        var member = _type.TypeAt(path);
        var type = (member ?? configured).WithoutNullable();
        var text = type?.ToDisplayString() ?? typeText ?? "";
        var kind = !isGenerated ? TokenKind.ConcurrencyCheck
            : text == "uint" && _provider is Provider.PostgreSql or Provider.Unknown ? TokenKind.Xmin
            : TokenKind.RowVersion;
        if (path == "ConcurrencyStamp" && member is not null && _type.FindMember(path)?.Declaration().ContainingAssembly?.Name.StartsWith("Microsoft.", StringComparison.Ordinal) == true)
        {
            source = "identity";
        }

        _tokens[path] = new ConcurrencyToken(path, kind, member ?? configured, member is null, !isGenerated || !IsMadeBy(text), source);
    }

    /// <summary>Whether the database makes a new value of this type on each update.</summary>
    private bool IsMadeBy(string type) => _provider switch
    {
        Provider.PostgreSql => type == "uint",
        Provider.Sqlite => false,
        Provider.MySql => type.EndsWith("DateTime", StringComparison.Ordinal) || type == "byte[]",
        _ => true,
    };
}

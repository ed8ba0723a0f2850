using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace RaceAnalyzers.EntityFramework;

/// <summary>
/// What the compilation, and the model snapshots handed to it, say of its entities. One for each compilation; nothing is read before it
/// is asked for, and what was read is kept. Safe under concurrent use.
/// </summary>
internal sealed class EntityModel
{
    private readonly Compilation _compilation;
    private readonly RaceOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly SnapshotReader _snapshots;
    private readonly object _gate = new();
    private readonly ConcurrentDictionary<INamedTypeSymbol, EntityFacts> _facts = new(SymbolEqualityComparer.Default);

    // A lock and a null check, not Lazy<T>: that would keep a cancellation for ever.
    private ModelReading? _reading;
    private ContextSettings? _settings;
    private FactsBuilder? _builder;
    private ImmutableArray<Provider> _providers;

    private EntityModel(Compilation compilation, AnalyzerOptions options, RaceOptions raceOptions, Func<SourceText, SnapshotFile> snapshotOf, CancellationToken cancellation)
    {
        _compilation = compilation;
        _options = raceOptions;
        _cancellation = cancellation;
        _snapshots = new SnapshotReader(compilation, options.AdditionalFiles, snapshotOf);
    }

    public static EntityModel Create(Compilation compilation, AnalyzerOptions options, RaceOptions raceOptions, Func<SourceText, SnapshotFile> snapshotOf, CancellationToken cancellation) =>
        new(compilation, options, raceOptions, snapshotOf, cancellation);

    /// <summary>The provider that the code runs on; of several the one that protects least.</summary>
    public Provider Provider => _options.Provider != Provider.Unknown ? _options.Provider : ProviderDetection.Weakest(Providers);

    /// <summary>All providers in sight: a fix in one dialect is right only where there is one.</summary>
    public ImmutableArray<Provider> Providers
    {
        get
        {
            if (_providers.IsDefault)
            {
                var found = FindProviders();
                lock (_gate)
                {
                    _providers = found;
                }
            }

            return _providers;
        }
    }

    /// <summary>A retrying execution strategy is configured: a transaction of one's own must run inside it.</summary>
    public bool RetriesOnFailure => Settings.RetriesOnFailure;

    /// <summary>Model snapshots that say nothing, and why.</summary>
    public IReadOnlyList<SnapshotProblem> SnapshotProblems => _snapshots.Problems(_cancellation);

    private ContextSettings Settings
    {
        get
        {
            if (Volatile.Read(ref _settings) is null)
            {
                lock (_gate)
                {
                    _settings ??= new ContextSettings(_compilation, _cancellation);
                }
            }

            return _settings!;
        }
    }

    private ModelReading Reading
    {
        get
        {
            if (Volatile.Read(ref _reading) is null)
            {
                lock (_gate)
                {
                    _reading ??= new ModelReading(_compilation, new ModelTypesInSource(_compilation, _cancellation), _snapshots, _cancellation);
                }
            }

            return _reading!;
        }
    }

    private FactsBuilder Builder
    {
        get
        {
            if (Volatile.Read(ref _builder) is null)
            {
                var (reading, settings, provider) = (Reading, Settings, Provider);
                lock (_gate)
                {
                    _builder ??= new FactsBuilder(_compilation, reading, settings, provider);
                }
            }

            return _builder!;
        }
    }

    /// <summary>No entity is in reach of the compilation.</summary>
    public bool IsEmpty => Builder.IsEmpty;

    /// <summary>Whether rows of the type are stored through EF Core: a context, a set, a configuration or a snapshot in sight has it, or leads to it.</summary>
    public bool IsEntity(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class } named && Builder.IsEntity(named);

    /// <summary>What is known about an entity; of a type that is none, nothing.</summary>
    public EntityFacts Facts(INamedTypeSymbol entity) =>
        _facts.TryGetValue(entity, out var facts) ? facts : _facts.GetOrAdd(entity, Builder.Build(entity));

    /// <summary>Queries of the context do not track, unless they say so.</summary>
    public bool NoTrackingByDefault(ITypeSymbol? context) => Settings.NoTrackingByDefault(context);

    /// <summary>What <c>Use…</c> calls choose; the in-memory provider stands in for another, if one is chosen anywhere.</summary>
    private ImmutableArray<Provider> FindProviders()
    {
        var sources = new Func<IEnumerable<Provider>>[]
        {
            () => Settings.Providers,
            () => Reading.Snapshots.Select(snapshot => snapshot.Provider),
            () => Settings.Providers.Contains(Provider.InMemory) ? Enumerable.Empty<Provider>() : ProviderDetection.Referenced(_compilation),
        };
        foreach (var source in sources)
        {
            var found = source().Where(provider => provider is not (Provider.Unknown or Provider.InMemory)).Distinct().ToImmutableArray();
            if (!found.IsEmpty)
            {
                return found;
            }
        }

        return Settings.Providers.Contains(Provider.InMemory) || ProviderDetection.Referenced(_compilation).Contains(Provider.InMemory)
            ? ImmutableArray.Create(Provider.InMemory)
            : ImmutableArray<Provider>.Empty;
    }
}

namespace RaceAnalyzers.EntityFramework;

/// <summary>The libraries whose types the race model tells apart.</summary>
internal enum Library
{
    None, Context, Set, QueryOperators, LinqOperators, Database, DatabaseExtensions, Transaction, Strategy, Entry, Entries, Values, Tracker, ContextFactory,
    Ambient, Semaphore, Monitor, DistributedLock, RepositoryBase, UserManager, RoleManager, MemoryCache, DistributedCache, HybridCache, RedisDatabase, FusionCache,
    Hangfire, Quartz, MassTransit, Cap, Channel, ChannelReader, ServiceBus, AsyncLock,
}

internal static class LibraryTypes
{
    /// <summary>Metadata names.</summary>
    private static readonly (Library Library, string Name)[] All =
    [
        (Library.Context, "Microsoft.EntityFrameworkCore.DbContext"),
        (Library.Set, "Microsoft.EntityFrameworkCore.DbSet`1"),
        (Library.QueryOperators, "Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions"),
        (Library.QueryOperators, "Microsoft.EntityFrameworkCore.RelationalQueryableExtensions"),
        (Library.QueryOperators, "System.Linq.Queryable"),
        (Library.LinqOperators, "System.Linq.Enumerable"),
        (Library.LinqOperators, "System.Linq.AsyncEnumerable"),
        (Library.Database, "Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade"),
        (Library.DatabaseExtensions, "Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions"),
        (Library.Transaction, "Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction"),
        (Library.Transaction, "System.Data.Common.DbTransaction"),
        (Library.Transaction, "System.Data.IDbTransaction"),
        (Library.Strategy, "Microsoft.EntityFrameworkCore.Storage.IExecutionStrategy"),
        (Library.Strategy, "Microsoft.EntityFrameworkCore.ExecutionStrategyExtensions"),
        (Library.Strategy, "Microsoft.EntityFrameworkCore.Storage.RelationalExecutionStrategyExtensions"),
        (Library.Entry, "Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry"),
        (Library.Entries, "Microsoft.EntityFrameworkCore.ChangeTracking.MemberEntry"),
        (Library.Values, "Microsoft.EntityFrameworkCore.ChangeTracking.PropertyValues"),
        (Library.Tracker, "Microsoft.EntityFrameworkCore.ChangeTracking.ChangeTracker"),
        (Library.ContextFactory, "Microsoft.EntityFrameworkCore.IDbContextFactory`1"),
        (Library.Ambient, "System.Transactions.TransactionScope"),
        (Library.Semaphore, "System.Threading.SemaphoreSlim"),
        (Library.Monitor, "System.Threading.Monitor"),
        (Library.Monitor, "System.Threading.Lock"),
        (Library.AsyncLock, "Nito.AsyncEx.AsyncLock"),
        (Library.AsyncLock, "AsyncKeyedLock.AsyncKeyedLocker`1"),
        (Library.DistributedLock, "Medallion.Threading.IDistributedLock"),
        (Library.DistributedLock, "Medallion.Threading.IDistributedLockProvider"),
        (Library.DistributedLock, "Medallion.Threading.DistributedLockProviderExtensions"),
        (Library.DistributedLock, "RedLockNet.IDistributedLockFactory"),
        (Library.RepositoryBase, "Ardalis.Specification.IRepositoryBase`1"),
        (Library.RepositoryBase, "Ardalis.Specification.IReadRepositoryBase`1"),
        (Library.UserManager, "Microsoft.AspNetCore.Identity.UserManager`1"),
        (Library.RoleManager, "Microsoft.AspNetCore.Identity.RoleManager`1"),
        (Library.MemoryCache, "Microsoft.Extensions.Caching.Memory.IMemoryCache"),
        (Library.MemoryCache, "Microsoft.Extensions.Caching.Memory.CacheExtensions"),
        (Library.DistributedCache, "Microsoft.Extensions.Caching.Distributed.IDistributedCache"),
        (Library.DistributedCache, "Microsoft.Extensions.Caching.Distributed.DistributedCacheExtensions"),
        (Library.HybridCache, "Microsoft.Extensions.Caching.Hybrid.HybridCache"),
        (Library.FusionCache, "ZiggyCreatures.Caching.Fusion.IFusionCache"),
        (Library.RedisDatabase, "StackExchange.Redis.IDatabaseAsync"),
        (Library.RedisDatabase, "StackExchange.Redis.IDatabase"),
        (Library.Hangfire, "Hangfire.IBackgroundJobClient"),
        (Library.Hangfire, "Hangfire.BackgroundJob"),
        (Library.Hangfire, "Hangfire.BackgroundJobClientExtensions"),
        (Library.Quartz, "Quartz.IScheduler"),
        (Library.MassTransit, "MassTransit.IPublishEndpoint"),
        (Library.MassTransit, "MassTransit.ISendEndpoint"),
        (Library.MassTransit, "MassTransit.IBus"),
        (Library.Cap, "DotNetCore.CAP.ICapPublisher"),
        (Library.Channel, "System.Threading.Channels.ChannelWriter`1"),
        (Library.ChannelReader, "System.Threading.Channels.ChannelReader`1"),
        (Library.ServiceBus, "Azure.Messaging.ServiceBus.ServiceBusSender"),
        (Library.ServiceBus, "RabbitMQ.Client.IModel"),
        (Library.ServiceBus, "RabbitMQ.Client.IChannel"),
    ];

    /// <summary>The libraries' types by their metadata name, each with its namespace.</summary>
    public static readonly IReadOnlyDictionary<string, (Library Library, string Namespace)[]> ByName =
        All.GroupBy(t => t.Name.Substring(t.Name.LastIndexOf('.') + 1)).ToDictionary(g => g.Key, g => g.Select(t => (t.Library, t.Name.Substring(0, t.Name.LastIndexOf('.')))).ToArray());

    private static readonly HashSet<string> Stores = [.. All.Where(t => !t.Name.StartsWith("System.", StringComparison.Ordinal)).Select(t => t.Name.Substring(t.Name.LastIndexOf('.') + 1).Split('`')[0])];

    /// <summary>Whether a type of this simple name, however many type arguments it has, can be one of a library that stores, caches or sends.</summary>
    public static bool MayStore(string name) => Stores.Contains(name);
}

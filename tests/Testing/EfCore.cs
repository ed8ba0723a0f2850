namespace RaceAnalyzers.Testing;

/// <summary>An EF Core version that the analyzers support; its number is the major version.</summary>
public enum EfCore
{
    EfCore8 = 8,
    EfCore9 = 9,
    EfCore10 = 10,
    Newest = EfCore10,
}

/// <summary>A library that a snippet may be compiled with, beside EF Core and ASP.NET Core.</summary>
public enum Library
{
    PostgreSql,
    SqlServer,
    Sqlite,
    MySql,
    InMemory,
    Identity,
    MediatR,
    Hangfire,
    Quartz,
    MassTransit,
    Redis,
    HybridCache,
    FusionCache,
    DistributedLock,
    RedLock,
    AsyncEx,
    Dapper,
}

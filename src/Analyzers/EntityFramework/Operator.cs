using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.EntityFramework;

/// <summary>What a call of Entity Framework Core, LINQ or a library beside it does, in the race model's words.</summary>
internal enum Operator
{
    None,
    /// <summary>Gives its receiver back: <c>Include</c>, <c>ConfigureAwait</c>, <c>AsTask</c>.</summary>
    Same,
    Where, Select, SelectMany, Limit, NoTracking, Tracking, IgnoreFilters, Terminal, Find, Contains, Except, Lookup, ForEach, RawQuery, Root,
    Insert, InsertRange, Attach, AttachRange, Update, UpdateRange, Remove, RemoveRange, Entry, Reload, SetValues, DatabaseValues, Property, CurrentValue,
    Save, BulkUpdate, BulkDelete, RawCommand, Begin, UseTransaction, Commit, Rollback, Strategy, Invoke, ClearTracker, NewContext, Database,
    ProcessLock, ProcessUnlock, DistributedLock, CacheGet, CacheSet, CacheRemove, CacheGetOrCreate, Send,
}

/// <summary>Names the calls. The one place where names of methods are looked at, always together with the type that declares them.</summary>
internal static class Operators
{
    /// <summary>Classifies a method of a known library; <paramref name="kind"/> tells what a terminal operator reads.</summary>
    public static Operator Of(IMethodSymbol method, Library library, out ReadKind kind)
    {
        kind = ReadKind.Row;
        var name = Sync(method.Name);
        switch (library)
        {
            case Library.QueryOperators:
            case Library.LinqOperators:
                return OfQuery(name, out kind);
            case Library.Set:
            case Library.Context:
                return name switch
                {
                    "Set" => Operator.Root,
                    "Find" => Operator.Find,
                    "Add" => Operator.Insert,
                    "AddRange" => Operator.InsertRange,
                    "Attach" => Operator.Attach,
                    "AttachRange" => Operator.AttachRange,
                    "Update" => Operator.Update,
                    "UpdateRange" => Operator.UpdateRange,
                    "Remove" => Operator.Remove,
                    "RemoveRange" => Operator.RemoveRange,
                    "Entry" => Operator.Entry,
                    "SaveChanges" => Operator.Save,
                    "AsQueryable" or "AsAsyncEnumerable" => Operator.Same,
                    _ => Operator.None,
                };
            case Library.Database:
            case Library.DatabaseExtensions:
                return name switch
                {
                    "BeginTransaction" => Operator.Begin,
                    "CommitTransaction" => Operator.Commit,
                    "RollbackTransaction" => Operator.Rollback,
                    "UseTransaction" or "EnlistTransaction" => Operator.UseTransaction,
                    "CreateExecutionStrategy" => Operator.Strategy,
                    "ExecuteSql" or "ExecuteSqlRaw" or "ExecuteSqlInterpolated" => Operator.RawCommand,
                    "SqlQuery" or "SqlQueryRaw" => Operator.RawQuery,
                    _ => Operator.None,
                };
            case Library.Transaction:
                return name switch { "Commit" => Operator.Commit, "Rollback" => Operator.Rollback, _ => Operator.None };
            case Library.Ambient:
                return name == "Complete" ? Operator.Commit : Operator.None;
            case Library.Strategy:
                return name.StartsWith("Execute", StringComparison.Ordinal) ? Operator.Invoke : Operator.None;
            case Library.Entry:
                return name switch
                {
                    "Reload" => Operator.Reload,
                    "GetDatabaseValues" => Operator.DatabaseValues,
                    "Property" or "Member" or "Reference" or "Collection" or "Navigation" => Operator.Property,
                    _ => Operator.None,
                };
            case Library.Values:
                return name == "SetValues" ? Operator.SetValues : Operator.None;
            case Library.Tracker:
                return name == "Clear" ? Operator.ClearTracker : Operator.None;
            case Library.ContextFactory:
                return name == "CreateDbContext" ? Operator.NewContext : Operator.None;
            case Library.Monitor:
                return name switch { "Enter" or "TryEnter" or "EnterScope" => Operator.ProcessLock, "Exit" => Operator.ProcessUnlock, _ => Operator.None };
            case Library.Semaphore:
                return name switch { "Wait" => Operator.ProcessLock, "Release" => Operator.ProcessUnlock, _ => Operator.None };
            case Library.ChannelReader:
                // What takes from a channel does one thing after the other, in this process.
                return name is "ReadAll" or "Read" or "TryRead" or "WaitToRead" ? Operator.ProcessLock : Operator.None;
            case Library.AsyncLock:
                return name.StartsWith("Lock", StringComparison.Ordinal) ? Operator.ProcessLock : Operator.None;
            case Library.DistributedLock:
                return name.Contains("Acquire") || name.StartsWith("Lock", StringComparison.Ordinal) || name.StartsWith("TryLock", StringComparison.Ordinal) || name == "CreateLock" && method.ContainingType.Name == "IDistributedLockFactory" ? Operator.DistributedLock : Operator.None;
            case Library.MemoryCache:
            case Library.DistributedCache:
            case Library.HybridCache:
            case Library.FusionCache:
            case Library.RedisDatabase:
                return OfCache(name, library, method);
            case Library.Hangfire:
                return name is "Enqueue" or "Create" ? Operator.Send : Operator.None;
            case Library.Quartz:
                return name is "ScheduleJob" or "TriggerJob" ? Operator.Send : Operator.None;
            case Library.MassTransit:
            case Library.Cap:
                return name is "Publish" or "Send" ? Operator.Send : Operator.None;
            case Library.Channel:
                return name is "Write" or "TryWrite" ? Operator.Send : Operator.None;
            case Library.ServiceBus:
                return name is "SendMessage" or "SendMessages" or "BasicPublish" ? Operator.Send : Operator.None;
            default:
                return Operator.None;
        }
    }

    private static Operator OfQuery(string name, out ReadKind kind)
    {
        kind = name switch
        {
            "ToList" or "ToArray" or "ToDictionary" or "ToHashSet" or "ToLookup" or "AsEnumerable" or "AsAsyncEnumerable" or "Load" or "ToImmutableArray" or "ToImmutableList" => ReadKind.Rows,
            "Any" or "All" => ReadKind.Exists,
            "Count" or "LongCount" => ReadKind.Count,
            "Sum" or "Max" or "Min" or "Average" => ReadKind.Aggregate,
            _ => ReadKind.Row,
        };
        switch (name)
        {
            case "Where": return Operator.Where;
            case "Select": return Operator.Select;
            case "SelectMany": return Operator.SelectMany;
            case "AsNoTracking" or "AsNoTrackingWithIdentityResolution": return Operator.NoTracking;
            case "AsTracking": return Operator.Tracking;
            case "IgnoreQueryFilters": return Operator.IgnoreFilters;
            case "OrderBy" or "OrderByDescending" or "Order" or "OrderDescending" or "Take" or "Skip" or "TakeLast" or "SkipLast" or "TakeWhile" or "SkipWhile" or "Chunk": return Operator.Limit;
            case "FromSql" or "FromSqlRaw" or "FromSqlInterpolated": return Operator.RawQuery;
            case "ExecuteUpdate": return Operator.BulkUpdate;
            case "ExecuteDelete": return Operator.BulkDelete;
            case "Contains": return Operator.Contains;
            case "Except" or "ExceptBy": return Operator.Except;
            case "ToLookup" or "GroupBy": return Operator.Lookup;
            case "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "Last" or "LastOrDefault" or "ElementAt" or "ElementAtOrDefault" or "MaxBy" or "MinBy":
                return Operator.Terminal;
            case "Include" or "ThenInclude" or "ThenBy" or "ThenByDescending" or "AsSplitQuery" or "AsSingleQuery" or "TagWith"
                or "TagWithCallSite" or "AsQueryable" or "Distinct" or "DistinctBy" or "Reverse" or "Cast" or "OfType" or "DefaultIfEmpty" or "Concat" or "Union" or "Append" or "AsAsyncQueryable"
                or "Intersect" or "UnionBy" or "IntersectBy" or "ForUpdate":
                return Operator.Same;
        }
        return kind == ReadKind.Row ? Operator.None : Operator.Terminal;
    }

    private static Operator OfCache(string name, Library library, IMethodSymbol method)
    {
        if (library == Library.RedisDatabase && name is "LockTake") return Operator.DistributedLock;
        if (library == Library.RedisDatabase && name is "StringSet" && method.Parameters.Any(p => p.Type.Name == "When")) return Operator.CacheSet;
        if (name is "GetOrCreate" or "GetOrSet") return Operator.CacheGetOrCreate;
        if (name is "TryGetValue" or "Get" or "GetString" or "TryGet" or "GetOrDefault" or "StringGet" or "HashGet" or "KeyExists" or "HashExists" or "SetContains") return Operator.CacheGet;
        if (name is "Set" or "SetString" or "StringSet" or "HashSet" or "CreateEntry") return Operator.CacheSet;
        if (name.StartsWith("Remove", StringComparison.Ordinal) || name.StartsWith("Expire", StringComparison.Ordinal) || name is "KeyDelete") return Operator.CacheRemove;
        return Operator.None;
    }

    /// <summary>Quartz.NET's schedulers share one job store.</summary>
    public static bool SetsUpCluster(string name) => name == "UseClustering";

    /// <summary>Calls that make a bus write its messages along with the transaction.</summary>
    public static bool SetsUpOutbox(string name) => name is "UseBusOutbox" or "AddEntityFrameworkOutbox" or "UseEntityFrameworkOutbox" or "AddTransactionalOutboxEntities" or "AddOutboxMessageEntity" or "UseInMemoryOutbox";

    private static readonly string[] Duplicates = ["duplicate", "already", "exists", "taken", "conflict", "in use", "unique", "registered"];

    /// <summary>Whether the words of an answer, or of an exception and its type, call a failure a duplicate.</summary>
    public static bool SaysDuplicate(string words) => Duplicates.Any(d => words.IndexOf(d, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>The name without <c>Async</c>: both forms do the same.</summary>
    public static string Sync(string name) => name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5 ? name.Substring(0, name.Length - 5) : name;
}

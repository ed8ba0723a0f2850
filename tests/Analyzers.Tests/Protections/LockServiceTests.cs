namespace RaceAnalyzers.Tests.Protections;

/// <summary>Advisory, application and distributed locks, held over read and save.</summary>
public class LockServiceTests
{
    private const string ReadAndWrite = """
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
        """;

    [Fact]
    public Task AdvisoryLockOfTheTransaction_IsQuiet() => Verify.IsQuiet("""
            public async Task Register(string name)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext({name}))");
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                _db.Users.Add(new User { Username = name });
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task AdvisoryLockOfTheSession_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await _db.Database.OpenConnectionAsync();
                await _db.Database.ExecuteSqlAsync($"select pg_advisory_lock({id})");
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                }
                finally
                {
                    await _db.Database.ExecuteSqlAsync($"select pg_advisory_unlock({id})");
                }
            }
        """);

    [Fact]
    public Task ApplicationLockOfSqlServer_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Database.ExecuteSqlRawAsync("EXEC sp_getapplock @Resource = 'stock', @LockMode = 'Exclusive'");
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """, Shop.Model, Library.SqlServer);

    [Fact]
    public Task NamedLockOfMySql_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                await _db.Database.ExecuteSqlRawAsync("SELECT GET_LOCK('stock', 10)");
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await _db.Database.ExecuteSqlRawAsync("SELECT RELEASE_LOCK('stock')");
            }
        """, Shop.Model, Library.MySql);

    [Fact]
    public Task MedallionLock_IsQuiet() => new RaceTest("using Medallion.Threading;\n" + Shop.Service($$"""
            private readonly IDistributedLockProvider _locks = null!;

            public async Task Buy(int id)
            {
                await using (await _locks.AcquireLockAsync($"product-{id}"))
                {
                    {{ReadAndWrite}}
                }
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.DistributedLock] }.IsQuiet();

    [Fact]
    public Task MedallionTryLock_IsQuiet() => new RaceTest("using Medallion.Threading;\n" + Shop.Service($$"""
            public async Task<bool> Buy(IDistributedLock gate, int id)
            {
                await using var handle = await gate.TryAcquireAsync(TimeSpan.FromSeconds(5));
                if (handle == null)
                    return false;

                {{ReadAndWrite}}
                return true;
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.DistributedLock] }.IsQuiet();

    [Fact]
    public Task RedLock_IsQuiet() => new RaceTest("using RedLockNet;\n" + Shop.Service($$"""
            public async Task Buy(IDistributedLockFactory locks, int id)
            {
                await using var redLock = await locks.CreateLockAsync($"product:{id}", TimeSpan.FromSeconds(30));
                if (!redLock.IsAcquired)
                    return;

                {{ReadAndWrite}}
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.RedLock] }.IsQuiet();

    [Fact]
    public Task RedisLockTake_IsQuiet() => new RaceTest("using StackExchange.Redis;\n" + Shop.Service($$"""
            public async Task Buy(IDatabase redis, int id)
            {
                var token = Guid.NewGuid().ToString();
                if (!await redis.LockTakeAsync($"product:{id}", token, TimeSpan.FromSeconds(30)))
                    return;

                try
                {
                    {{ReadAndWrite}}
                }
                finally
                {
                    await redis.LockReleaseAsync($"product:{id}", token);
                }
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Redis] }.IsQuiet();

    [Fact]
    public Task RedisSetNotExists_IsQuiet() => new RaceTest("using StackExchange.Redis;\n" + Shop.Service($$"""
            public async Task Buy(IDatabase redis, int id)
            {
                var mine = await redis.StringSetAsync($"lock:{id}", "1", TimeSpan.FromSeconds(30), When.NotExists);
                if (!mine)
                    return;

                {{ReadAndWrite}}
                await redis.KeyDeleteAsync($"lock:{id}");
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Redis] }.IsQuiet();

    private static RaceTest WithOwnLock(string members, params (string, string)[] options) => new(Shop.Service(members), Shop.Model, """
        namespace Shop;

        public interface IGate { Task<IAsyncDisposable> EnterAsync(string key); }
        """)
    { Options = options };

    [Theory]
    [InlineData("EnterAsync")]
    [InlineData("IGate.EnterAsync")]
    [InlineData("Shop.IGate.EnterAsync")]
    [InlineData("Something.Else, EnterAsync")]
    public Task MethodNamedInTheOptions_IsQuiet(string option) => WithOwnLock($$"""
            public async Task Buy(IGate gate, int id)
            {
                await using var held = await gate.EnterAsync("stock");
                {{ReadAndWrite}}
            }
        """, ("race_analyzers.lock_methods", option)).IsQuiet();

    [Fact]
    public Task MethodNotNamedInTheOptions_Reports() => WithOwnLock("""
            public async Task Buy(IGate gate, int id)
            {
                await using var held = await gate.EnterAsync("stock");
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """).Reports();

    [Fact]
    public Task LockReleasedBeforeTheSave_Reports() => new RaceTest("using Medallion.Threading;\n" + Shop.Service("""
            public async Task Buy(IDistributedLock gate, int id)
            {
                Product product;
                await using (await gate.AcquireAsync())
                {
                    product = await _db.Products.SingleAsync(p => p.Id == id);
                }

                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.DistributedLock] }.Reports();

    [Fact]
    public Task LockTakenAfterTheRead_Reports() => new RaceTest("using Medallion.Threading;\n" + Shop.Service("""
            public async Task Buy(IDistributedLock gate, int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await using (await gate.AcquireAsync())
                {
                    {|RACE001:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                }
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.DistributedLock] }.Reports();

    private const string Restock = """
            public async Task Restock(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                STOCK;
                await _db.SaveChangesAsync();
            }
        """;

    private static RaceTest Job(string filter, string act) =>
        new(Shop.Service($"[Hangfire.{filter}]\n" + Restock.Replace("STOCK", act, StringComparison.Ordinal)), Shop.Model) { With = [Library.PostgreSql, Library.Hangfire] };

    [Fact]
    public Task JobThatHangfireRunsUnderADistributedLock_IsQuiet() => Job("DisableConcurrentExecution(60)", "product.Stock += 10").IsQuiet();

    [Fact]
    public Task JobThatHangfireRetries_Reports() => Job("AutomaticRetry", "{|RACE001:product.Stock += 10|}").Reports();

    private const string Order = """
            public async Task Note(int id, Npgsql.NpgsqlConnection connection)
            {
                await using var held = await Acquire(connection);
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                NOTE;
                await _db.SaveChangesAsync();
            }

            private static async Task<IAsyncDisposable> Acquire(Npgsql.NpgsqlConnection connection)
            {
                while (true)
                {
                    await using (var command = new Npgsql.NpgsqlCommand("SQL", connection))
                    {
                        if (await command.ExecuteScalarAsync() is true)
                            return connection;
                    }

                    await Task.Delay(100);
                }
            }
        """;

    [Fact]
    public Task AdvisoryLockByACommandOfTheProvider_IsQuiet() =>
        Verify.IsQuiet(Order.Replace("SQL", "SELECT pg_try_advisory_lock(1)", StringComparison.Ordinal).Replace("NOTE", "order.Note += \"x\"", StringComparison.Ordinal));

    [Fact]
    public Task AnotherCommandOfTheProvider_Reports() =>
        Verify.Reports(Order.Replace("SQL", "SELECT true", StringComparison.Ordinal).Replace("NOTE", "{|RACE001:order.Note += \"x\"|}", StringComparison.Ordinal));

    [Fact]
    public Task AdvisoryLockInACommandText_IsQuiet() => Verify.IsQuiet("""
            public async Task Note(int id, System.Data.Common.DbConnection connection)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT pg_advisory_lock(1)";
                await command.ExecuteNonQueryAsync();
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Note += "x";
                await _db.SaveChangesAsync();
            }
        """);

    private static RaceTest OwnLocks(string name, string act) => new(Shop.Service($$"""
            public async Task Restock({{name}} locks, int id)
            {
                var taken = await locks.LockAsync("stock");
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    {{act}};
                    await _db.SaveChangesAsync();
                }
                finally
                {
                    await locks.UnlockAsync(taken);
                }
            }
        """), Shop.Model, $"namespace Shop; public interface {name} {{ Task<object> LockAsync(string name); Task UnlockAsync(object taken); }}");

    [Fact]
    public Task OwnDistributedLock_IsQuiet() => OwnLocks("IDistributedLockManager", "product.Stock += 10").IsQuiet();

    [Fact]
    public Task OwnLockOfAnotherKind_Reports() => OwnLocks("IDoorManager", "{|RACE001:product.Stock += 10|}").Reports();

    private static RaceTest QuartzJob(string attribute, string startup, string act) => new($$"""
        using Quartz;

        namespace Shop;

        {{attribute}}
        public class Nightly(Restocking restocking) : IJob
        {
            public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellation) => await restocking.Run();
        }

        public class Restocking(ShopDb db)
        {
            public async Task Run()
            {
                foreach (var product in await db.Products.ToListAsync())
                    {{act}};

                await db.SaveChangesAsync();
            }
        }

        public interface IStore { void UseSerializer(); void UseClustering(); }

        public static class Jobs
        {
            public static void Set(IStore store) => {{startup}};
        }
        """, Shop.Model)
    { With = [Library.PostgreSql, Library.Quartz] };

    [Fact]
    public Task JobThatOneProcessRunsAlone_ReportsIt() => QuartzJob("[DisallowConcurrentExecution]", "store.UseSerializer()", "{|RACE209:product.Stock += 10|}").Reports();

    [Fact]
    public Task JobThatAClusterRunsAlone_IsQuiet() => QuartzJob("[DisallowConcurrentExecution]", "store.UseClustering()", "product.Stock += 10").IsQuiet();

    [Fact]
    public Task JobThatMayRunTwice_Reports() => QuartzJob("", "store.UseClustering()", "{|RACE001:product.Stock += 10|}").Reports();
}

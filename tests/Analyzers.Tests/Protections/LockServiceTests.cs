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
}

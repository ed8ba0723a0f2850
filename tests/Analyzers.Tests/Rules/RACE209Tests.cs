namespace RaceAnalyzers.Tests.Rules;

/// <summary>In-process lock around a database check: it ends at the process.</summary>
public class RACE209Tests
{
    private const string Semaphore = """
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task Buy(int id)
            {
                await Gate.WaitAsync();
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    if (product.Stock <= 0)
                        throw new OutOfStockException();

                    {|RACE209:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                }
                finally
                {
                    Gate.Release();
                }
            }
        """;

    private static string Unmarked(string members) =>
        members.Replace("{|RACE209:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal);

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task SemaphoreAroundReadAndSave_Reports(EfCore version) =>
        new RaceTest(Shop.Service(Semaphore), Shop.Model) { On = version }.Reports();

    [Fact]
    public Task LockStatement_Reports() => Verify.Reports("""
            private static readonly object Gate = new();

            public void Register(string name)
            {
                lock (Gate)
                {
                    if (_db.Users.Any(u => u.Username == name))
                        throw new InvalidOperationException();

                    {|RACE209:_db.Users.Add(new User { Username = name })|};
                    _db.SaveChanges();
                }
            }
        """);

    [Fact]
    public Task LockStatementOnALock_Reports() => new RaceTest(Shop.Service("""
            private readonly System.Threading.Lock _gate = new();

            public void Buy(int id)
            {
                lock (_gate)
                {
                    var product = _db.Products.Single(p => p.Id == id);
                    {|RACE209:product.Stock -= 1|};
                    _db.SaveChanges();
                }
            }
        """), Shop.Model)
    { On = EfCore.EfCore10 }.Reports();

    [Fact]
    public Task LockInTheCaller_Reports() => Verify.Reports("""
            private static readonly object Gate = new();

            public void Buy(int id)
            {
                lock (Gate)
                {
                    Take(id);
                }
            }

            private void Take(int id)
            {
                var product = _db.Products.Single(p => p.Id == id);
                {|RACE209:product.Stock -= 1|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task AsyncLock_Reports() => new RaceTest("using Nito.AsyncEx;\n" + Shop.Service("""
            private static readonly AsyncLock Gate = new();

            public async Task Buy(int id)
            {
                using (await Gate.LockAsync())
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    {|RACE209:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                }
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.AsyncEx] }.Reports();

    [Fact]
    public Task SingleInstance_IsQuiet() => new RaceTest(Shop.Service(Unmarked(Semaphore)), Shop.Model)
    {
        Options = [("race_analyzers.single_instance", "true")],
    }.IsQuiet();

    [Fact]
    public Task SeveralInstances_Reports() => new RaceTest(Shop.Service(Semaphore), Shop.Model)
    {
        Options = [("race_analyzers.single_instance", "false")],
    }.Reports();

    [Fact]
    public Task LockThatEndsBeforeTheSave_OnASingleInstance_Reports() => new RaceTest(Shop.Service("""
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task Buy(int id)
            {
                await Gate.WaitAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                Gate.Release();
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    {
        Options = [("race_analyzers.single_instance", "true")],
    }.Reports();

    [Fact]
    public Task DatabaseProtectsToo_IsQuiet() => Verify.IsQuiet(
        Unmarked(Semaphore), Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task NothingToProtect_IsQuiet() => Verify.IsQuiet("""
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task Rename(int id, string name)
            {
                await Gate.WaitAsync();
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Name = name;
                    await _db.SaveChangesAsync();
                }
                finally
                {
                    Gate.Release();
                }
            }
        """);

    /// <summary>One loop takes from the channel, and does one thing after the other: in this process.</summary>
    [Fact]
    public Task ChannelWithASingleReader_IsInfo() => Verify.Reports("""
            public async Task Run(System.Threading.Channels.ChannelReader<int> orders)
            {
                await foreach (var id in orders.ReadAllAsync()) await Pay(id);
            }

            private async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending) return;

                {|RACE209:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>Another lock that is taken and given back on the way releases nothing of this one.</summary>
    [Fact]
    public Task AnotherLockInBetween_IsInfo() => Verify.Reports("""
            private readonly object _orders = new();
            private readonly object _log = new();

            public void Pay(int id)
            {
                lock (_orders)
                {
                    Log();
                    var order = _db.Orders.Single(o => o.Id == id);
                    if (order.Status != OrderStatus.Pending) return;
                    Log();
                    {|RACE209:order.Status = OrderStatus.Paid|};
                    _db.SaveChanges();
                }
            }

            private void Log()
            {
                lock (_log) Console.WriteLine();
            }
        """);
}

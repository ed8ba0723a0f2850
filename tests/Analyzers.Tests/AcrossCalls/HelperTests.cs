namespace RaceAnalyzers.Tests.AcrossCalls;

/// <summary>Private helpers, entity methods, guards, local functions, lambdas and extension methods.</summary>
public class HelperTests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task ReadInAHelper_SaveInAnother_Reports(EfCore version) => new RaceTest(Shop.Service("""
            private async Task<Product> Load(int id) =>
                await _db.Products.FindAsync(id) ?? throw new KeyNotFoundException();

            private Task Save() => _db.SaveChangesAsync();

            public async Task Buy(int id)
            {
                var product = await Load(id);
                {|RACE001:product.Stock -= 1|};
                await Save();
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task WriteInAHelper_ReportsAtTheCall() => Verify.Reports("""
            private static void Take(Product product, int quantity)
            {
                if (product.Stock < quantity)
                    throw new OutOfStockException();

                product.Stock -= quantity;
            }

            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:Take(product, 1)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task WriteTwoCallsDeep_ReportsAtTheOuterCall() => Verify.Reports("""
            private static void Sell(Product product) => Take(product, 1);

            private static void Take(Product product, int quantity) => product.Stock -= quantity;

            public void Buy(int id)
            {
                var product = _db.Products.Single(p => p.Id == id);
                {|RACE001:Sell(product)|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task ReadAndWriteInTwoCallees_ReportAtTheOneThatWrites() => Verify.Reports("""
            private Product Load(int id) => _db.Products.Single(p => p.Id == id);

            private static void Take(Product product) => product.Stock--;

            public void Buy(int id)
            {
                var product = Load(id);
                {|RACE001:Take(product)|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task WriteAndSaveInAHelper_ReportsAtTheCall() => Verify.Reports("""
            private async Task Finish(Order order)
            {
                order.Status = OrderStatus.Paid;
                await _db.SaveChangesAsync();
            }

            public async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                await {|RACE002:Finish(order)|};
            }
        """);

    [Fact]
    public Task GuardAndChangeInTheEntity_ReportsAtTheCall() => new RaceTest(Shop.Service("""
            public async Task Publish(int id)
            {
                var article = await _db.Set<Article>().SingleAsync(a => a.Id == id);
                {|RACE002:article.Publish()|};
                await _db.SaveChangesAsync();
            }
        """), Shop.WithMembers(Shop.Model, "public DbSet<Article> Articles => Set<Article>();"), """
        namespace Shop;

        public enum ArticleState { Draft, Published, Withdrawn }

        public class Article
        {
            public int Id { get; private set; }
            public ArticleState State { get; private set; }

            public void Publish()
            {
                if (State != ArticleState.Draft)
                    throw new InvalidOperationException("Not a draft");

                State = ArticleState.Published;
            }

            public void Withdraw() => State = ArticleState.Withdrawn;
        }
        """).Reports();

    [Fact]
    public Task EntityMethodThatOverwrites_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Rename(int id, string title)
            {
                var page = await _db.Set<Page>().SingleAsync(a => a.Id == id);
                page.Rename(title);
                await _db.SaveChangesAsync();
            }
        """), Shop.WithMembers(Shop.Model, "public DbSet<Page> Pages => Set<Page>();"), """
        namespace Shop;

        public class Page
        {
            public int Id { get; private set; }
            public string Title { get; private set; } = "";

            public void Rename(string title)
            {
                if (string.IsNullOrWhiteSpace(title))
                    throw new ArgumentException("Empty", nameof(title));

                Title = title;
            }
        }
        """).IsQuiet();

    [Fact]
    public Task GuardThatThrowsWhenTheNameIsTaken_Reports() => Verify.Reports("""
            private async Task EnsureNameIsFree(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException("Taken");
            }

            public async Task Register(string name)
            {
                await EnsureNameIsFree(name);
                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task GuardThatReturnsABool_Reports() => Verify.Reports("""
            private Task<bool> IsTaken(string name) => _db.Users.AnyAsync(u => u.Username == name);

            public async Task<bool> Register(string name)
            {
                if (await IsTaken(name))
                    return false;

                await {|RACE102:Insert(new User { Username = name })|};
                return true;
            }

            private async Task Insert(User user)
            {
                _db.Users.Add(user);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckAndInsertInOneCallee_ReportOnlyThere() => Verify.Reports("""
            private async Task<Tag> GetOrCreate(string name)
            {
                var tag = await _db.Tags.SingleOrDefaultAsync(t => t.Name == name);
                if (tag is null)
                {
                    tag = new Tag { Name = name };
                    {|RACE103:_db.Tags.Add(tag)|};
                    await _db.SaveChangesAsync();
                }

                return tag;
            }

            public async Task Tag(string[] names)
            {
                foreach (var name in names)
                    await GetOrCreate(name);
            }
        """);

    [Fact]
    public Task LocalFunction_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await Load();
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();

                Task<Product> Load() => _db.Products.SingleAsync(p => p.Id == id);
            }
        """);

    [Fact]
    public Task WholeSequenceInALocalFunction_Reports() => Verify.Reports("""
            public async Task Buy(int[] ids)
            {
                foreach (var id in ids)
                    await Take(id);

                async Task Take(int id)
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    {|RACE001:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task LambdaInAnExecutionStrategy_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var strategy = _db.Database.CreateExecutionStrategy();
                await strategy.ExecuteAsync(async () =>
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    {|RACE001:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                });
            }
        """);

    [Fact]
    public Task LambdaInATransactionHelper_OfTheRightLevel_IsQuiet() => Verify.IsQuiet("""
            private async Task InTransaction(Func<Task> work)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                await work();
                await transaction.CommitAsync();
            }

            public Task Buy(int id) => InTransaction(async () =>
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            });
        """);

    [Fact]
    public Task LambdaInATransactionHelper_AtTheDefaultLevel_Reports() => Verify.Reports("""
            private async Task InTransaction(Func<Task> work)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await work();
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }

            public async Task Buy(int id)
            {
                await InTransaction(async () =>
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    {|RACE201:product.Stock -= 1|};
                });
            }
        """);

    [Fact]
    public Task ListForEachWithALambda_Reports() => Verify.Reports("""
            public async Task Restock(int categoryId)
            {
                var products = await _db.Products.Where(p => p.CategoryId == categoryId).ToListAsync();
                products.ForEach(p => {|RACE001:p.Stock += 10|});
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ExtensionMethods_Report() => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.Sellable().ById(id);
                {|RACE001:product.Take(1)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model, """
        namespace Shop;

        public static class ProductExtensions
        {
            public static IQueryable<Product> Sellable(this IQueryable<Product> products) => products.Where(p => p.Active);

            public static Task<Product> ById(this IQueryable<Product> products, int id) => products.SingleAsync(p => p.Id == id);

            public static void Take(this Product product, int quantity) => product.Stock -= quantity;
        }
        """).Reports();

    [Fact]
    public Task StaticHelperWithTheContextAsParameter_Reports() => new RaceTest(Shop.Service("""
            public async Task<bool> Register(string name)
            {
                if (await Names.IsTakenAsync(_db, name))
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model, """
        namespace Shop;

        public static class Names
        {
            public static async Task<bool> IsTakenAsync(ShopDb db, string name) =>
                await db.Users.Where(u => u.Username == name).CountAsync() > 0;
        }
        """).Reports();

    [Fact]
    public Task HelperThatReadsUntracked_IsQuiet() => Verify.IsQuiet("""
            private Task<Product> Peek(int id) => _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);

            public async Task<int> Preview(int id)
            {
                var product = await Peek(id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                return product.Stock;
            }
        """);

    [Fact]
    public Task HelperThatCreatesARow_IsQuiet() => Verify.IsQuiet("""
            private static Order Draft() => new() { Status = OrderStatus.Pending };

            public async Task Create(decimal amount)
            {
                var order = Draft();
                order.Total += amount;
                _db.Orders.Add(order);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LambdaKeptForLater_DoesNotSave() => Verify.IsQuiet("""
            private static Action? _later;

            public static void Prepare(int id)
            {
                var db = new ShopDb();
                var product = db.Products.Single(p => p.Id == id);
                _later = () => Console.WriteLine(product.Stock - 1);
            }
        """);

    [Fact]
    public Task DelegateThatCallsItself_EndsAndReports() => Verify.Reports("""
            public void Use(int id)
            {
                Action<int>? use = null;
                use = left =>
                {
                    if (left == 0)
                        return;

                    var tag = _db.Tags.Single(t => t.Id == id);
                    {|RACE001:tag.Uses++|};
                    _db.SaveChanges();
                    use!(left - 1);
                };

                use(3);
            }
        """);

    [Fact]
    public Task MutualRecursion_EndsAndReports() => Verify.Reports("""
            private Product Even(int n) => n == 0 ? _db.Products.First() : Odd(n - 1);

            private Product Odd(int n) => n == 0 ? _db.Products.First() : Even(n - 1);

            public void Buy(int n)
            {
                var product = Even(n);
                {|RACE001:product.Stock -= 1|};
                _db.SaveChanges();
            }
        """);

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public Task ChainOfCalls_Reports(int length)
    {
        var chain = string.Join("\n", Enumerable.Range(0, length).Select(i => $"private Product Step{i}(int id) => Step{i + 1}(id);"));
        return Verify.Reports(chain + $$"""

            private Product Step{{length}}(int id) => _db.Products.Single(p => p.Id == id);

            public void Buy(int id)
            {
                var product = Step0(id);
                {|RACE001:product.Stock -= 1|};
                _db.SaveChanges();
            }
        """);
    }

    [Fact]
    public Task EntityMethodOfAnAggregate_AddsToItsCollection_Reports() => new RaceTest(Shop.Service("""
            public async Task Join(int id, int userId)
            {
                var team = await _db.Set<Team>().Include(t => t.Seats).SingleAsync(t => t.Id == id);
                {|RACE104:team.Join(userId)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.WithMembers(Shop.Model, "public DbSet<Team> Teams => Set<Team>();"), """
        namespace Shop;

        public class TeamSeat
        {
            public int Id { get; set; }
            public int UserId { get; set; }
        }

        public class Team
        {
            public int Id { get; set; }
            public int Size { get; set; }
            public List<TeamSeat> Seats { get; } = [];

            public void Join(int userId)
            {
                if (Seats.Count >= Size)
                    throw new InvalidOperationException("Full");

                Seats.Add(new TeamSeat { UserId = userId });
            }
        }
        """).Reports();

    private const string Change = """
            private async Task Change(int id, Action<Product> change)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                change(product);
                await _db.SaveChangesAsync();
            }

        """;

    [Theory]
    [InlineData("public Task Buy(int id, int quantity) => Change(id, p => {|RACE001:p.Stock -= quantity|});")]
    [InlineData("public async Task Buy(int id, int quantity) { await Change(id, product => { if (product.Stock < quantity) throw new OutOfStockException(); {|RACE001:product.Stock -= quantity|}; }); }")]
    public Task LambdaThatAHelperRunsOnTheRowItRead_ReportsInTheLambda(string buy) => Verify.Reports(Change + buy);

    [Fact]
    public Task LambdaThatAHelperRunsOnTheRowItRead_PlainOverwrite_IsQuiet() => Verify.IsQuiet(Change + "public Task Rename(int id, string name) => Change(id, p => p.Name = name);");

    private const string TakenApart = """
            private record Loaded(Order Order, bool IsOpen);

            private async Task<Loaded> Load(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                return new Loaded(order, order.Status == OrderStatus.Pending);
            }

            public async Task Pay(int id, string note)
            {
                var (order, open) = await Load(id);
                ACT;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task CheckInARecordThatIsTakenApart_Reports() => Verify.Reports(TakenApart.Replace("ACT", """
        if (!open) throw new InvalidOperationException();
                {|RACE002:order.Status = OrderStatus.Paid|}
        """, StringComparison.Ordinal));

    [Fact]
    public Task CheckInARecordThatIsTakenApartAndNotAsked_IsQuiet() => Verify.IsQuiet(TakenApart.Replace("ACT", "order.Note = note; Console.WriteLine(open)", StringComparison.Ordinal));
}

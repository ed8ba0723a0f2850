namespace RaceAnalyzers.Tests.AcrossCalls;

/// <summary>Repositories and units of work of this compilation.</summary>
public class RepositoryTests
{
    private const string ProductRepository = """
        namespace Shop;

        public interface IProductRepository
        {
            Task<Product?> GetAsync(int id);
            Task<Product?> FindForDisplayAsync(int id);
            Task<bool> SkuExistsAsync(string sku);
            IQueryable<Product> Query();
            void Add(Product product);
            void Remove(Product product);
        }

        public class ProductRepository : IProductRepository
        {
            private readonly ShopDb _db;

            public ProductRepository(ShopDb db) => _db = db;

            public async Task<Product?> GetAsync(int id) => await _db.Products.FindAsync(id);

            public Task<Product?> FindForDisplayAsync(int id) => _db.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id);

            public Task<bool> SkuExistsAsync(string sku) => _db.Products.AnyAsync(p => p.Sku == sku);

            public IQueryable<Product> Query() => _db.Products.Where(p => p.Active);

            public void Add(Product product) => _db.Products.Add(product);

            public void Remove(Product product) => _db.Products.Remove(product);
        }

        public interface IUnitOfWork
        {
            Task<int> CommitAsync(CancellationToken cancellationToken = default);
        }

        public class UnitOfWork(ShopDb db) : IUnitOfWork
        {
            public Task<int> CommitAsync(CancellationToken cancellationToken = default) => db.SaveChangesAsync(cancellationToken);
        }
        """;

    private static RaceTest Using(string members) => new("""
        namespace Shop;

        public class StockService
        {
            private readonly IProductRepository _products;
            private readonly IUnitOfWork _unitOfWork;

            public StockService(IProductRepository products, IUnitOfWork unitOfWork)
            {
                _products = products;
                _unitOfWork = unitOfWork;
            }

        """ + members + "\n}\n", ProductRepository, Shop.Model);

    [Fact]
    public Task ReadAndSavedThroughInterfaces_Reports() => Using("""
            public async Task<bool> Buy(int id)
            {
                var product = await _products.GetAsync(id);
                if (product is null || product.Stock <= 0)
                    return false;

                {|RACE001:product.Stock -= 1|};
                await _unitOfWork.CommitAsync();
                return true;
            }
        """).Reports();

    [Fact]
    public Task ExistenceThroughTheRepository_Reports() => Using("""
            public async Task Create(string sku)
            {
                if (await _products.SkuExistsAsync(sku))
                    throw new InvalidOperationException("Sku exists");

                {|RACE102:_products.Add(new Product { Sku = sku })|};
                await _unitOfWork.CommitAsync();
            }
        """).Reports();

    [Fact]
    public Task QueryComposedByTheCaller_Reports() => Using("""
            public async Task Take(int id)
            {
                var product = await _products.Query().Where(p => p.Stock > 0).SingleOrDefaultAsync(p => p.Id == id);
                if (product == null)
                    return;

                {|RACE001:product.Stock--|};
                await _unitOfWork.CommitAsync();
            }
        """).Reports();

    [Fact]
    public Task UntrackedRead_IsQuiet() => Using("""
            public async Task<int> Preview(int id)
            {
                var product = await _products.FindForDisplayAsync(id);
                product!.Stock -= 1;
                await _unitOfWork.CommitAsync();
                return product.Stock;
            }
        """).IsQuiet();

    [Fact]
    public Task PlainOverwrite_IsQuiet() => Using("""
            public async Task Rename(int id, string name)
            {
                var product = await _products.GetAsync(id) ?? throw new KeyNotFoundException();
                product.Name = name;
                await _unitOfWork.CommitAsync();
            }
        """).IsQuiet();

    [Fact]
    public Task UniqueIndexAndHandlerAround_IsQuiet() => new RaceTest("""
        namespace Shop;

        public class StockService(IProductRepository products, IUnitOfWork unitOfWork)
        {
            public async Task<bool> Create(string sku)
            {
                if (await products.SkuExistsAsync(sku))
                    return false;

                products.Add(new Product { Sku = sku });
                try
                {
                    await unitOfWork.CommitAsync();
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }
        }
        """, ProductRepository, Shop.ModelWith("Product", "", "[Index(nameof(Sku), IsUnique = true)]")).IsQuiet();

    private const string GenericRepository = """
        namespace Shop;

        public interface IRepository<T> where T : class
        {
            Task<T?> GetByIdAsync(int id);
            Task<T?> FirstOrDefaultAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate);
            Task<bool> AnyAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate);
            Task AddAsync(T entity);
            void Update(T entity);
            Task SaveChangesAsync();
        }

        public class EfRepository<T>(ShopDb db) : IRepository<T> where T : class
        {
            private readonly DbSet<T> _set = db.Set<T>();

            public async Task<T?> GetByIdAsync(int id) => await _set.FindAsync(id);

            public Task<T?> FirstOrDefaultAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate) =>
                _set.FirstOrDefaultAsync(predicate);

            public Task<bool> AnyAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate) => _set.AnyAsync(predicate);

            public async Task AddAsync(T entity) => await _set.AddAsync(entity);

            public void Update(T entity) => _set.Update(entity);

            public Task SaveChangesAsync() => db.SaveChangesAsync();
        }
        """;

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task Generic_ReadWriteSave_Reports(EfCore version) => new RaceTest("""
        namespace Shop;

        public class StockService(IRepository<Product> products)
        {
            public async Task Buy(int id)
            {
                var product = await products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                if (product.Stock < 1)
                    throw new OutOfStockException();

                {|RACE001:product.Stock -= 1|};
                products.Update(product);
                await products.SaveChangesAsync();
            }
        }
        """, GenericRepository, Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task Generic_CheckThenInsert_Reports() => new RaceTest("""
        namespace Shop;

        public class Registration(IRepository<User> users)
        {
            public async Task Register(CreateUser dto)
            {
                if (await users.AnyAsync(u => u.Username == dto.Username))
                    throw new InvalidOperationException("Taken");

                await {|RACE102:users.AddAsync(new User { Username = dto.Username })|};
                await users.SaveChangesAsync();
            }
        }
        """, GenericRepository, Shop.Model).Reports();

    [Fact]
    public Task Generic_TokenOnTheEntity_IsQuiet() => new RaceTest("""
        namespace Shop;

        public class StockService(IRepository<Product> products)
        {
            public async Task Buy(int id)
            {
                var product = await products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                product.Stock -= 1;
                await products.SaveChangesAsync();
            }
        }
        """, GenericRepository, Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }")).IsQuiet();

    [Fact]
    public Task Generic_TwoEntities_AreToldApart() => new RaceTest("""
        namespace Shop;

        public class StockService(IRepository<Product> products, IRepository<Account> accounts)
        {
            public async Task Buy(int id)
            {
                var product = await products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                product.Stock -= 1;
                await products.SaveChangesAsync();
            }

            public async Task Pay(int id, decimal amount)
            {
                var account = await accounts.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                {|RACE001:account.Balance -= amount|};
                await accounts.SaveChangesAsync();
            }
        }
        """, GenericRepository, Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }")).Reports();

    [Fact]
    public Task RepositoryBaseClass_Reports() => new RaceTest("""
        namespace Shop;

        public abstract class RepositoryBase<T>(ShopDb db) where T : class
        {
            protected ShopDb Db { get; } = db;

            public virtual async Task<T> Get(int id) => await Db.Set<T>().FindAsync(id) ?? throw new KeyNotFoundException();

            public Task Save() => Db.SaveChangesAsync();
        }

        public class Products(ShopDb db) : RepositoryBase<Product>(db);

        public class StockService(Products products)
        {
            public async Task Buy(int id)
            {
                var product = await products.Get(id);
                {|RACE001:product.Stock -= 1|};
                await products.Save();
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task RepositoriesOfAUnitOfWork_Report() => new RaceTest("""
        namespace Shop;

        public class UnitOfWork(ShopDb db) : IUnitOfWork
        {
            public IRepository<Account> Accounts { get; } = new EfRepository<Account>(db);

            public Task<int> CompleteAsync() => db.SaveChangesAsync();
        }

        public interface IUnitOfWork
        {
            IRepository<Account> Accounts { get; }
            Task<int> CompleteAsync();
        }

        public class Bank(IUnitOfWork work)
        {
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                var from = await work.Accounts.GetByIdAsync(fromId) ?? throw new KeyNotFoundException();
                var to = await work.Accounts.GetByIdAsync(toId) ?? throw new KeyNotFoundException();
                if (from.Balance < amount)
                    throw new InvalidOperationException();

                {|RACE003:from.Balance -= amount|};
                to.Balance += amount;
                await work.CompleteAsync();
            }
        }
        """, GenericRepository, Shop.Model).Reports();

    [Fact]
    public Task Specification_Reports() => new RaceTest("""
        namespace Shop;

        public abstract class Specification<T>
        {
            public abstract System.Linq.Expressions.Expression<Func<T, bool>> Criteria { get; }
        }

        public class SeatByNumber(int eventId, int number) : Specification<Seat>
        {
            public override System.Linq.Expressions.Expression<Func<Seat, bool>> Criteria => s => s.EventId == eventId && s.Number == number;
        }

        public class SpecificationRepository<T>(ShopDb db) where T : class
        {
            public Task<T?> FirstOrDefaultAsync(Specification<T> specification) =>
                db.Set<T>().Where(specification.Criteria).FirstOrDefaultAsync();

            public Task SaveAsync() => db.SaveChangesAsync();
        }

        public class Seating(SpecificationRepository<Seat> seats)
        {
            public async Task<bool> Reserve(int eventId, int number, int userId)
            {
                var seat = await seats.FirstOrDefaultAsync(new SeatByNumber(eventId, number));
                if (seat is null || seat.HolderId != null)
                    return false;

                {|RACE002:seat.HolderId = userId|};
                await seats.SaveAsync();
                return true;
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ReadAndWriteInOneCallee_ReportOnlyThere() => new RaceTest("""
        namespace Shop;

        public class Products(ShopDb db)
        {
            public async Task Take(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }
        }

        public class StockService(Products products)
        {
            public Task Buy(int id) => products.Take(id);

            public async Task BuyMany(int[] ids)
            {
                foreach (var id in ids)
                    await products.Take(id);
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task SaveInAVisibleCaller_Reports() => new RaceTest("""
        namespace Shop;

        public class Products(ShopDb db)
        {
            public async Task Take(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
            }
        }

        public class StockService(Products products, ShopDb db)
        {
            public async Task Buy(int id)
            {
                await products.Take(id);
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).Reports();

    private const string Producers = """
        namespace Shop;

        public interface IProducer
        {
            Task<List<Tag>> GetTags(int count);
        }

        public class Numbers : IProducer
        {
            public Task<List<Tag>> GetTags(int count)
            {
                var tags = new List<Tag>();
                tags.Add(new Tag { Uses = count });
                return Task.FromResult(tags);
            }
        }

        public class Letters(ShopDb db) : IProducer
        {
            public Task<List<Tag>> GetTags(int count) => LETTERS;
        }

        public class TagService(ShopDb db)
        {
            public async Task Complete(IProducer producer, int count)
            {
                foreach (var tag in await producer.GetTags(count))
                {
                    if (tag.Name == "open")
                        ACT;

                    db.Update(tag);
                }

                await db.SaveChangesAsync();
            }
        }
        """;

    [Fact]
    public Task SeveralImplementationsOfWhichNoneReads_IsQuiet() => new RaceTest(Producers
        .Replace("LETTERS", "Task.FromResult(new List<Tag> { new() { Uses = 1 } })", StringComparison.Ordinal).Replace("ACT", "tag.Name = \"x\" + count", StringComparison.Ordinal), Shop.Model).IsQuiet();

    [Fact]
    public Task SeveralImplementationsOfWhichOneReads_Reports() => new RaceTest(Producers
        .Replace("LETTERS", "db.Tags.ToListAsync()", StringComparison.Ordinal).Replace("ACT", "{|RACE002:tag.Name = \"x\" + count|}", StringComparison.Ordinal), Shop.Model).Reports();

    private const string QueryProperty = """
        namespace Shop;

        public interface IStore<T> where T : class
        {
            IQueryable<T> All { get; }
            Task Save();
        }

        public class Store<T>(ShopDb db) : IStore<T> where T : class
        {
            public IQueryable<T> All => db.Set<T>()TRACKING;
            public Task Save() => db.SaveChangesAsync();
        }

        public class Derived(ShopDb db) : Store<Product>(db)
        {
            public async Task Sell(int id)
            {
                var product = await All.SingleAsync(p => p.Id == id);
                OWN;
                await Save();
            }
        }

        public class Selling(IStore<Product> products)
        {
            public async Task Sell(int id)
            {
                var product = await products.All.SingleAsync(p => p.Id == id);
                ACT;
                await products.Save();
            }
        }
        """;

    [Fact]
    public Task QueryOfAGenericProperty_Reports() => new RaceTest(QueryProperty
        .Replace("TRACKING", "", StringComparison.Ordinal).Replace("OWN", "{|RACE001:product.Stock--|}", StringComparison.Ordinal).Replace("ACT", "{|RACE001:product.Stock -= 1|}", StringComparison.Ordinal), Shop.Model).Reports();

    [Fact]
    public Task QueryOfAGenericProperty_Untracked_IsQuiet() => new RaceTest(QueryProperty
        .Replace("TRACKING", ".AsNoTracking()", StringComparison.Ordinal).Replace("OWN", "product.Stock--", StringComparison.Ordinal).Replace("ACT", "product.Stock -= 1", StringComparison.Ordinal), Shop.Model).IsQuiet();

    private const string SetExtension = """
        namespace Shop;

        public static class Queries
        {
            public static async Task<Product> Require(this DbSet<Product> products, int id) => await products.FindAsync(id) ?? throw new KeyNotFoundException();
        }

        public class Selling(ShopDb db)
        {
            public async Task Sell(int id, string name)
            {
                var product = await db.Products.Require(id);
                ACT;
                await db.SaveChangesAsync();
            }
        }
        """;

    [Fact]
    public Task FoundByAnExtensionOfTheSet_Reports() => new RaceTest(SetExtension.Replace("ACT", "{|RACE001:product.Stock--|}", StringComparison.Ordinal), Shop.Model).Reports();

    [Fact]
    public Task FoundByAnExtensionOfTheSet_Overwritten_IsQuiet() => new RaceTest(SetExtension.Replace("ACT", "product.Name = name", StringComparison.Ordinal), Shop.Model).IsQuiet();

    private const string Writer = """
        namespace Shop;

        public record Stock(int Id, int Amount);

        public class Reader(ShopDb db)
        {
            public Task<Stock> Get(int id) => db.Products.Where(p => p.Id == id).Select(p => new Stock(p.Id, p.Stock)).SingleAsync();
        }

        public class Writer(ShopDb db)
        {
            public async Task Set(int id, int amount)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                product.Stock = amount;
                await db.SaveChangesAsync();
            }
        }

        public class Selling(Reader reader, Writer writer)
        {
            public async Task Sell(int id, int amount)
            {
                var stock = await reader.Get(id);
                ACT;
            }
        }
        """;

    [Fact]
    public Task StaleValueGivenToAMethodThatWritesIt_Reports() => new RaceTest(Writer.Replace("ACT", "await {|RACE001:writer.Set(id, stock.Amount - amount)|}", StringComparison.Ordinal), Shop.Model).Reports();

    [Fact]
    public Task ValueFromOutsideGivenToAMethodThatWritesIt_IsQuiet() => new RaceTest(Writer.Replace("ACT", "await writer.Set(id, amount); Console.WriteLine(stock)", StringComparison.Ordinal), Shop.Model).IsQuiet();
}

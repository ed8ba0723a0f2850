namespace RaceAnalyzers.Tests.AcrossCalls;

/// <summary>
/// The interface and the entities here, their implementation and configuration in projects out of sight: wrappers by
/// shape, and the model from a snapshot.
/// </summary>
public class LayeredSolutionTests
{
    private const string Domain = """
        namespace Shop.Domain;

        public class Product
        {
            public int Id { get; set; }
            public string Sku { get; set; } = "";
            public int Stock { get; set; }
        }

        public enum InvoiceState { Open, Paid, Cancelled }

        public class Invoice
        {
            public int Id { get; private set; }
            public InvoiceState State { get; set; }
        }

        public interface IUnitOfWork
        {
            Task<int> SaveChangesAsync(CancellationToken cancellationToken = default);
        }

        public interface IProductRepository
        {
            IUnitOfWork UnitOfWork { get; }
            Task<Product?> GetByIdAsync(int id);
            Task<bool> ExistsAsync(string sku);
            Task<Product?> FindBySkuAsync(string sku);
            void Add(Product product);
            void Update(Product product);
        }

        public interface IInvoiceRepository
        {
            Task<Invoice> GetAsync(int id);
            Task CommitAsync();
        }
        """;

    private const string Snapshot = """
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Infrastructure;

        namespace Shop.Infrastructure.Migrations
        {
            [DbContext(typeof(ShopContext))]
            partial class ShopContextModelSnapshot : ModelSnapshot
            {
                protected override void BuildModel(ModelBuilder modelBuilder)
                {
                    modelBuilder.HasAnnotation("ProductVersion", "10.0.0");
                    modelBuilder.Entity("Shop.Domain.Product", b =>
                    {
                        b.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer");
                        b.Property<string>("Sku").IsRequired().HasColumnType("text");
                        b.Property<int>("Stock").HasColumnType("integer");
        //token
                        b.HasKey("Id");
        //index
                        b.ToTable("Products");
                    });

                    modelBuilder.Entity("Shop.Domain.Invoice", b =>
                    {
                        b.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer");
                        b.Property<int>("State").HasColumnType("integer");
                        b.HasKey("Id");
                        b.ToTable("Invoices");
                    });
                }
            }
        }
        """;

    private static readonly string SnapshotWithToken = Snapshot.Replace(
        "//token", "b.Property<uint>(\"xmin\").IsConcurrencyToken().ValueGeneratedOnAddOrUpdate().HasColumnType(\"xid\");", StringComparison.Ordinal);

    private static readonly string SnapshotWithIndex = Snapshot.Replace(
        "//index", "b.HasIndex(\"Sku\").IsUnique();", StringComparison.Ordinal);

    private static RaceTest Application(string members, string? snapshot, bool asInAnEditor = false) => new("""
        using Shop.Domain;

        namespace Shop.Application;

        public class ProductService
        {
            private readonly IProductRepository _products;
            private readonly IInvoiceRepository _invoices;

            public ProductService(IProductRepository products, IInvoiceRepository invoices)
            {
                _products = products;
                _invoices = invoices;
            }

        """ + members + "\n}\n")
    {
        Referenced = Domain,
        AsInAnEditor = asInAnEditor,
        AdditionalFiles = snapshot is null ? [] : [("/Infrastructure/Migrations/ShopContextModelSnapshot.cs", snapshot)],
    };

    private const string Buy = """
            public async Task Buy(int id)
            {
                var product = await _products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                if (product.Stock < 1)
                    throw new InvalidOperationException("Sold out");

                product.Stock -= 1;
                await _products.UnitOfWork.SaveChangesAsync();
            }
        """;

    private static string BuyMarked(string rule) => Buy.Replace("product.Stock -= 1", "{|" + rule + ":product.Stock -= 1|}", StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task SnapshotWithoutToken_Reports(bool asInAnEditor) => Application(BuyMarked("RACE001"), Snapshot, asInAnEditor).Reports();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task SnapshotWithToken_IsQuiet(bool asInAnEditor) => Application(Buy, SnapshotWithToken, asInAnEditor).IsQuiet();

    [Fact]
    public Task NoContextAndNoSnapshot_IsQuiet() => Application(Buy, snapshot: null).IsQuiet();

    [Fact]
    public Task ContextInAReferencedAssembly_ReportsAsInfo() => new RaceTest("""
        using Shop.Domain;
        using Shop.Infrastructure;

        namespace Shop.Application;

        public class ProductService(ShopContext db)
        {
            public async Task Buy(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001.Info:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }

            public async Task Create(string sku)
            {
                if (await db.Products.AnyAsync(p => p.Sku == sku))
                    throw new InvalidOperationException();

                {|RACE101.Info:db.Products.Add(new Product { Sku = sku })|};
                await db.SaveChangesAsync();
            }
        }
        """)
    {
        Referenced = Domain.Replace("namespace Shop.Domain;", "namespace Shop.Domain {", StringComparison.Ordinal) + """

            }

            namespace Shop.Infrastructure
            {
                public class ShopContext : DbContext
                {
                    public DbSet<Shop.Domain.Product> Products => Set<Shop.Domain.Product>();
                }
            }
            """,
    }.Reports();

    [Fact]
    public Task CheckThenInsert_SnapshotWithoutIndex_Reports() => Application("""
            public async Task Create(string sku)
            {
                if (await _products.ExistsAsync(sku))
                    throw new InvalidOperationException("Sku exists");

                {|RACE102:_products.Add(new Product { Sku = sku })|};
                await _products.UnitOfWork.SaveChangesAsync();
            }
        """, Snapshot).Reports();

    [Fact]
    public Task CheckThenInsert_SnapshotWithIndex_ReportsAsInfo() => Application("""
            public async Task Create(string sku)
            {
                var existing = await _products.FindBySkuAsync(sku);
                if (existing != null)
                    throw new InvalidOperationException("Sku exists");

                {|RACE101.Info:_products.Add(new Product { Sku = sku })|};
                await _products.UnitOfWork.SaveChangesAsync();
            }
        """, SnapshotWithIndex).Reports();

    [Fact]
    public Task CheckThenAct_Reports() => Application("""
            public async Task Pay(int id)
            {
                var invoice = await _invoices.GetAsync(id);
                if (invoice.State != InvoiceState.Open)
                    throw new InvalidOperationException();

                {|RACE002:invoice.State = InvoiceState.Paid|};
                await _invoices.CommitAsync();
            }
        """, Snapshot).Reports();

    [Fact]
    public Task ArdalisRepository_UpdateSaves_Reports() => new RaceTest("""
        using Ardalis.Specification;
        using Shop.Domain;

        namespace Shop.Application;

        public class ProductService(IRepositoryBase<Product> products)
        {
            public async Task Buy(int id)
            {
                var product = await products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                {|RACE001:product.Stock -= 1|};
                await products.UpdateAsync(product);
            }
        }
        """)
    {
        Referenced = Domain.Replace("namespace Shop.Domain;", "namespace Shop.Domain {", StringComparison.Ordinal) + """

            }

            namespace Ardalis.Specification
            {
                public interface IReadRepositoryBase<T> where T : class
                {
                    Task<T?> GetByIdAsync<TId>(TId id, CancellationToken cancellationToken = default) where TId : notnull;
                }

                public interface IRepositoryBase<T> : IReadRepositoryBase<T> where T : class
                {
                    Task<T> AddAsync(T entity, CancellationToken cancellationToken = default);
                    Task UpdateAsync(T entity, CancellationToken cancellationToken = default);
                    Task<int> SaveChangesAsync(CancellationToken cancellationToken = default);
                }
            }
            """,
        AdditionalFiles = [("/Infrastructure/Migrations/ShopContextModelSnapshot.cs", Snapshot)],
    }.Reports();

    [Fact]
    public Task ArdalisRepository_WhoseCodeIsAmongTheSource_Reports() => OwnArdalis("{|RACE001:product.Stock -= 1|}").Reports();

    [Fact]
    public Task ArdalisRepository_WhoseCodeIsAmongTheSource_PlainOverwrite_IsQuiet() => OwnArdalis("product.Name = \"\"").IsQuiet();

    private static RaceTest OwnArdalis(string write) => new($$"""
        namespace Ardalis.Specification
        {
            public interface IRepositoryBase<T> where T : class
            {
                Task<T?> GetByIdAsync<TId>(TId id, CancellationToken cancellationToken = default) where TId : notnull;
                Task UpdateAsync(T entity, CancellationToken cancellationToken = default);
            }
        }

        namespace Shop
        {
            using Ardalis.Specification;

            public class ProductService(IRepositoryBase<Product> products)
            {
                public async Task Buy(int id)
                {
                    var product = await products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                    {{write}};
                    await products.UpdateAsync(product);
                }
            }
        }
        """, Shop.Model);

    [Fact]
    public Task PlainOverwrite_IsQuiet() => Application("""
            public async Task Rename(int id, string sku)
            {
                var product = await _products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                product.Sku = sku;
                _products.Update(product);
                await _products.UnitOfWork.SaveChangesAsync();
            }
        """, Snapshot).IsQuiet();

    [Fact]
    public Task NotSavedByAnythingKnown_IsQuiet() => Application("""
            public async Task<int> Preview(int id)
            {
                var product = await _products.GetByIdAsync(id) ?? throw new KeyNotFoundException();
                var left = product.Stock - 1;
                return left;
            }
        """, Snapshot).IsQuiet();

    [Theory]
    [InlineData("")]
    [InlineData("not C# at all {{{")]
    public async Task SnapshotThatCannotBeRead_IsTold(string snapshot)
    {
        var test = Application("public Task<Product?> Get(int id) => _products.GetByIdAsync(id);", snapshot);
        test.TestState.ExpectedDiagnostics.Add(
            new Microsoft.CodeAnalysis.Testing.DiagnosticResult("RACE901", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)
                .WithOptions(Microsoft.CodeAnalysis.Testing.DiagnosticOptions.IgnoreAdditionalLocations));
        await test.Reports();
    }
}

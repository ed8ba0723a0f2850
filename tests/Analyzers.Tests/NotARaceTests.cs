namespace RaceAnalyzers.Tests;

/// <summary>What the catalogue says is not a race, and code that only looks like the code it is about.</summary>
public class NotARaceTests
{
    [Fact]
    public Task HasData_IsQuiet() => new RaceTest("namespace Shop; public class Nothing;", Shop.ModelConfigured(
        "model.Entity<Tag>().HasData(new Tag { Id = 1, Name = \"news\" });")).IsQuiet();

    [Fact]
    public Task UseSeeding_IsQuiet() => new RaceTest("namespace Shop; public class Nothing;", Shop.ModelUsing("""
        UseNpgsql("").UseSeeding((context, _) =>
        {
            if (!context.Set<Tag>().Any(t => t.Name == "news"))
            {
                context.Set<Tag>().Add(new Tag { Name = "news" });
                context.SaveChanges();
            }
        })
        """)).IsQuiet();

    [Theory]
    [InlineData("DbSeeder", "Run")]
    [InlineData("DbInitializer", "Run")]
    [InlineData("SampleDataGenerator", "Run")]
    [InlineData("Startup", "SeedAsync")]
    public Task Seeding_IsQuiet(string type, string method) => new RaceTest($$"""
        namespace Shop;

        public class {{type}}(ShopDb db)
        {
            public async Task {{method}}()
            {
                foreach (var name in new[] { "news", "sport" })
                {
                    if (!await db.Tags.AnyAsync(t => t.Name == name))
                        db.Tags.Add(new Tag { Name = name });
                }

                var admin = await db.Users.FirstOrDefaultAsync(u => u.Username == "admin");
                if (admin == null)
                {
                    admin = new User { Username = "admin" };
                    db.Users.Add(admin);
                }

                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task Migration_IsQuiet() => new RaceTest("""
        using Microsoft.EntityFrameworkCore.Migrations;

        namespace Shop;

        public class AddTags : Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder)
            {
                using var db = new ShopDb();
                foreach (var product in db.Products.ToList())
                    product.Price = product.Price * 100;

                db.SaveChanges();
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task DesignTimeFactory_IsQuiet() => new RaceTest("""
        using Microsoft.EntityFrameworkCore.Design;

        namespace Shop;

        public class Factory : IDesignTimeDbContextFactory<ShopDb>
        {
            public ShopDb CreateDbContext(string[] args)
            {
                var db = new ShopDb();
                if (!db.Tags.Any(t => t.Name == "news"))
                {
                    db.Tags.Add(new Tag { Name = "news" });
                    db.SaveChanges();
                }

                return db;
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task TestCode_IsQuiet() => new RaceTest("""
        namespace Xunit
        {
            public class FactAttribute : Attribute;
        }

        namespace Shop
        {
            public class StockTests
            {
                [Xunit.Fact]
                public void Stock_goes_down()
                {
                    using var db = new ShopDb();
                    var product = db.Products.First();
                    product.Stock -= 1;
                    db.SaveChanges();
                }

                private static void Arrange(ShopDb db)
                {
                    var product = db.Products.First();
                    product.Stock += 1;
                    db.SaveChanges();
                }
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task InMemoryProvider_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelUsing("UseInMemoryDatabase(\"shop\")"))
    { With = [Library.InMemory] }.IsQuiet();

    [Fact]
    public Task NoTrackingByTheContext_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task<int> Preview(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                _db.Audits.Add(new Audit { What = "preview" });
                await _db.SaveChangesAsync();
                return product.Stock;
            }
        """), Shop.ModelUsing("UseNpgsql(\"\").UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)")).IsQuiet();

    [Fact]
    public Task NoTrackingByTheContext_AsTracking_Reports() => new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.AsTracking().SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelUsing("UseNpgsql(\"\").UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)")).Reports();

    [Fact]
    public Task LoadedAndRemoved_IsQuiet() => Verify.IsQuiet("""
            public async Task Delete(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                _db.Remove(product);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task AuthorizedByARoleRow_ThenRemoved_IsQuiet() => Verify.IsQuiet("""
            public async Task Delete(int postId, int userId)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == postId);
                if (post.AuthorId != userId)
                    throw new UnauthorizedAccessException();

                _db.Posts.Remove(post);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CrudController_IsQuiet() => new RaceTest("""
        using Microsoft.AspNetCore.Mvc;

        namespace Shop;

        [ApiController]
        [Route("api/products")]
        public class ProductsController(ShopDb db) : ControllerBase
        {
            [HttpGet]
            public async Task<List<Product>> List(string? search)
            {
                var query = db.Products.AsQueryable();
                if (!string.IsNullOrEmpty(search))
                    query = query.Where(p => p.Name.Contains(search));

                return await query.OrderBy(p => p.Name).Take(50).ToListAsync();
            }

            [HttpGet("{id}")]
            public async Task<IActionResult> Get(int id) =>
                await db.Products.FindAsync(id) is { } product ? Ok(product) : NotFound();

            [HttpPost]
            public async Task<IActionResult> Create(Product product)
            {
                db.Products.Add(product);
                await db.SaveChangesAsync();
                return CreatedAtAction(nameof(Get), new { id = product.Id }, product);
            }

            [HttpPut("{id}")]
            public async Task<IActionResult> Update(int id, Product input)
            {
                if (id != input.Id)
                    return BadRequest();

                var product = await db.Products.FindAsync(id);
                if (product == null)
                    return NotFound();

                product.Name = input.Name;
                product.Price = input.Price;
                product.Stock = input.Stock;
                product.Active = input.Active;
                await db.SaveChangesAsync();
                return NoContent();
            }

            [HttpDelete("{id}")]
            public async Task<IActionResult> Delete(int id)
            {
                var product = await db.Products.FindAsync(id);
                if (product == null)
                    return NotFound();

                db.Products.Remove(product);
                await db.SaveChangesAsync();
                return NoContent();
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task ScaffoldedEditAction_IsQuiet() => new RaceTest("""
        using Microsoft.AspNetCore.Mvc;

        namespace Shop;

        public class ProductsController : Controller
        {
            private readonly ShopDb _context;

            public ProductsController(ShopDb context) => _context = context;

            [HttpPost]
            public async Task<IActionResult> Edit(int id, [Bind("Id,Name,Price")] Product product)
            {
                if (id != product.Id)
                    return NotFound();

                if (ModelState.IsValid)
                {
                    try
                    {
                        _context.Update(product);
                        await _context.SaveChangesAsync();
                    }
                    catch (DbUpdateConcurrencyException)
                    {
                        if (!ProductExists(product.Id))
                            return NotFound();

                        throw;
                    }

                    return RedirectToAction("Index");
                }

                return View(product);
            }

            private bool ProductExists(int id) => _context.Products.Any(e => e.Id == id);
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task ChildOfARowThatExists_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> AddLine(int orderId, int productId, int quantity)
            {
                var order = await _db.Orders.FindAsync(orderId) ?? throw new KeyNotFoundException();
                var product = await _db.Products.FindAsync(productId) ?? throw new KeyNotFoundException();
                var line = new OrderLine { OrderId = order.Id, ProductId = product.Id, Quantity = quantity, Price = product.Price };
                _db.OrderLines.Add(line);
                await _db.SaveChangesAsync();
                return line.Id;
            }
        """);

    [Fact]
    public Task LookAlikesWithoutEntityFramework_AreQuiet() => new RaceTest("""
        namespace Microsoft.EntityFrameworkCore;

        public class DbSet<T> : List<T>
        {
            public Task<T?> FindAsync(int id) => Task.FromResult(this.FirstOrDefault());
        }

        public class DbContext
        {
            public int SaveChanges() => 0;

            public Task<int> SaveChangesAsync() => Task.FromResult(0);
        }

        public class Product
        {
            public int Id { get; set; }
            public string Sku { get; set; } = "";
            public int Stock { get; set; }
        }

        public class Db : DbContext
        {
            public DbSet<Product> Products { get; } = new();
        }

        public class StockService(Db db)
        {
            public async Task Buy(int id)
            {
                var product = await db.Products.FindAsync(id);
                if (product is { Stock: > 0 })
                {
                    product.Stock -= 1;
                    await db.SaveChangesAsync();
                }
            }

            public void Create(string sku)
            {
                if (db.Products.Any(p => p.Sku == sku))
                    return;

                db.Products.Add(new Product { Sku = sku });
                db.SaveChanges();
            }
        }
        """)
    { WithoutEntityFramework = true }.IsQuiet();

    [Fact]
    public Task LookAlikesBesideEntityFramework_AreQuiet() => new RaceTest("""
        namespace Memory;

        public class DbSet<T> : List<T>
        {
            public T? Find(int id) => this.ElementAtOrDefault(id);
        }

        public class Product
        {
            public int Id { get; set; }
            public int Stock { get; set; }
        }

        public class Store
        {
            public DbSet<Product> Products { get; } = new();

            public int SaveChanges() => 0;

            public void Buy(int id)
            {
                var product = Products.Find(id);
                if (product != null && product.Stock > 0)
                {
                    product.Stock -= 1;
                    SaveChanges();
                }
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task OtherDataLibraries_AreQuiet() => new RaceTest("using Dapper;\n" + Shop.Service("""
            public async Task Log(IDbConnection connection, int id)
            {
                var product = await connection.QuerySingleAsync<Product>("select * from products where id = @id", new { id });
                product.Stock -= 1;
                _db.Audits.Add(new Audit { What = product.Name });
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
    { With = [Library.PostgreSql, Library.Dapper] }.IsQuiet();

    [Fact]
    public Task InMemoryCollections_AreQuiet() => Verify.IsQuiet("""
            private readonly Dictionary<int, Product> _known = [];

            public async Task Count(int id)
            {
                if (_known.TryGetValue(id, out var product))
                {
                    product.Views++;
                }

                _db.Audits.Add(new Audit { What = "counted" });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public async Task BrokenCode_DoesNotThrow()
    {
        var test = new RaceTest(Shop.Service("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.Missing(id);
                product.Stock -= ;
                if (product.Stock > 0
                await _db.SaveChangesAsync();
            }
        """), Shop.Model)
        { CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None };
        await test.IsQuiet();
    }

    private const string Stamp = """
            public async Task Stamp(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending) throw new InvalidOperationException();
                WRITE;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task TimeOfTheAct_UnderACheckOfAnotherMember_IsQuiet() => Verify.IsQuiet(Stamp.Replace("WRITE", "order.PaidAt = DateTime.UtcNow", StringComparison.Ordinal));

    [Fact]
    public Task TimeOfTheAct_BesideTheStateThatWasChecked_Reports() =>
        Verify.Reports(Stamp.Replace("WRITE", "{|RACE002:order.Status = OrderStatus.Paid|};\n                order.PaidAt = DateTime.UtcNow", StringComparison.Ordinal));

    /// <summary>What runs once: an upgrade to a version, an initialization, and the private parts of either.</summary>
    [Theory]
    [InlineData("Upgrade_3_1")]
    [InlineData("InitializeAsync")]
    [InlineData("SeedTags")]
    public Task OneOffMethodsAndTheirParts_AreQuiet(string method) => new RaceTest($$"""
        namespace Shop;

        public class Startup(ShopDb db)
        {
            public async Task {{method}}()
            {
                await EnsureTag("news");
                if (!await db.Tags.AnyAsync(t => t.Name == "sport")) db.Tags.Add(new Tag { Name = "sport" });
                await db.SaveChangesAsync();
            }

            private async Task EnsureTag(string name)
            {
                if (await db.Tags.AnyAsync(t => t.Name == name)) return;
                db.Tags.Add(new Tag { Name = name });
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).IsQuiet();

    /// <summary>One-off moves of data, by the name of their type.</summary>
    [Fact]
    public Task TypeThatMigrates_IsQuiet() => new RaceTest("""
        namespace Shop;

        public class MigrateTags(ShopDb db)
        {
            public async Task Run(string name)
            {
                if (!await db.Tags.AnyAsync(t => t.Name == name)) db.Tags.Add(new Tag { Name = name });
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).IsQuiet();

    /// <summary>Nobody else has the lines of an order that is itself new.</summary>
    [Fact]
    public Task PartsOfANewRow_AreQuiet() => Verify.IsQuiet("""
            public async Task Order(int[] products)
            {
                var order = new Order();
                _db.Orders.Add(order);
                foreach (var product in products)
                    if (!order.Lines.Any(l => l.ProductId == product)) order.Lines.Add(new OrderLine { ProductId = product });
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>A property that the model leaves out leads to no rows.</summary>
    [Fact]
    public Task NavigationThatIsNotMapped_IsQuiet() => Verify.IsQuiet("""
            public async Task Show(int id, int product)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (!order.Shown.Any(l => l.ProductId == product)) order.Shown.Add(new OrderLine { ProductId = product });
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Order", "[System.ComponentModel.DataAnnotations.Schema.NotMapped] public List<OrderLine> Shown { get; set; } = [];"));

    private const string Kick = """
            public async Task Kick(int id, int caller)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                if (post.IsLocked && CONDITION)
                    return;

                ACT;
                await _db.SaveChangesAsync();
            }

            public async Task Lock(int id)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                post.IsLocked = true;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task FlagInTheConditionThatAsksWhoMay_IsQuiet() => Verify.IsQuiet(Kick
        .Replace("CONDITION", "post.AuthorId != caller", StringComparison.Ordinal).Replace("ACT", "_db.Posts.Remove(post)", StringComparison.Ordinal));

    [Fact]
    public Task FlagThatSavesTheRowFromBeingRemoved_Reports() => Verify.Reports(Kick
        .Replace("CONDITION", "caller != 1", StringComparison.Ordinal).Replace("ACT", "{|RACE002:_db.Posts.Remove(post)|}", StringComparison.Ordinal));

    private const string Rebuild = """
            public async Task Rebuild(string name)
            {
                var known = await _db.Tags.CountAsync(t => t.Name == name);
                if (CONDITION)
                {
                    ADD;
                    await _db.SaveChangesAsync();
                }
            }
        """;

    [Theory]
    [InlineData("known > 0")]
    [InlineData("known != 0")]
    [InlineData("known >= 1")]
    public Task InsertWhereRowsWereFound_IsQuiet(string condition) => Verify.IsQuiet(Rebuild
        .Replace("CONDITION", condition, StringComparison.Ordinal).Replace("ADD", "_db.Tags.Add(new Tag { Name = name })", StringComparison.Ordinal));

    [Theory]
    [InlineData("known == 0")]
    [InlineData("known < 1")]
    [InlineData("!(known > 0)")]
    public Task InsertWhereNoneWasFound_Reports(string condition) => Verify.Reports(Rebuild
        .Replace("CONDITION", condition, StringComparison.Ordinal).Replace("ADD", "{|RACE102:_db.Tags.Add(new Tag { Name = name })|}", StringComparison.Ordinal));

    private const string Copy = """
            public async Task Copy(int from, string sku)
            {
                var known = await _db.Products.FirstOrDefaultAsync(p => p.Sku == sku);
                ADD;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task FoundRowThatOnlyGivesADefault_IsQuiet() => Verify.IsQuiet(Copy
        .Replace("ADD", "_db.Products.Add(new Product { Sku = sku, Name = known?.Name ?? \"new\" })", StringComparison.Ordinal));

    [Fact]
    public Task FoundRowThatDecidesTheInsert_Reports() => Verify.Reports(Copy
        .Replace("ADD", "if (known == null) {|RACE102:_db.Products.Add(new Product { Sku = sku, Name = \"new\" })|}", StringComparison.Ordinal));

    private const string Rename = """
            public async Task Rename(int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Sku == "built-in")
                    throw new InvalidOperationException();

                NAME;
                await _db.SaveChangesAsync();
            }

            public async Task Register(string sku)
            {
                MAKE
                product.Sku = sku;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task CodeThatIsSetOnlyOnNewRows_IsQuiet() => Verify.IsQuiet(Rename
        .Replace("NAME", "product.Name = name", StringComparison.Ordinal).Replace("MAKE", "var product = new Product(); _db.Products.Add(product);", StringComparison.Ordinal));

    [Fact]
    public Task CodeThatIsSetOnRowsThatAreThere_Reports() => Verify.Reports(Rename
        .Replace("NAME", "{|RACE002:product.Name = name|}", StringComparison.Ordinal).Replace("MAKE", "var product = await _db.Products.FirstAsync();", StringComparison.Ordinal));

    [Fact]
    public Task WhetherThereIsARowWithTheKeyThatIsThenWrittenBack_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, string name)
            {
                if (!await _db.Users.AnyAsync(u => u.Id == id))
                    throw new KeyNotFoundException();

                var user = await _db.Users.SingleAsync(u => u.Id == id);
                user.Name = name;
                user.Id = id;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task WhetherThereIsARowInTheStateThatIsThenWritten_Reports() => Verify.Reports("""
            public async Task Pay(int id)
            {
                if (!await _db.Orders.AnyAsync(o => o.Id == id && o.Status == OrderStatus.Pending))
                    throw new KeyNotFoundException();

                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    private static string Rated(string otherwise) => $$"""
            public int Rate { get; set; }
            public int Credits { get; set; }

            public void Earn(int points) => Credits = points;

            public bool TryRate()
            {
                if (Credits > 100)
                {
                    Rate = 10;
                    return true;
                }

                {{otherwise}}
            }
        """;

    private const string RateById = """
            public async Task<bool> Rate(int id)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                var isRated = user.TryRate();
                await _db.SaveChangesAsync();
                return isRated;
            }

            public async Task Earn(int id, int points)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                user.Earn(points);
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task ValueThatAnotherMemberChoosesInTheEntitysMethod_IsQuiet() =>
        new RaceTest(Shop.Service(RateById), Shop.ModelWith("User", Rated("Rate = 5; return true;"))).IsQuiet();

    [Fact]
    public Task ValueThatTheEntitysMethodRefusesToSet_Reports() =>
        new RaceTest(Shop.Service(RateById.Replace("user.TryRate()", "{|RACE002:user.TryRate()|}")), Shop.ModelWith("User", Rated("return false;"))).Reports();

    [Theory]
    [InlineData("product.Name = product.Stock switch { > 10 => \"many\", > 0 => \"few\", _ => \"none\" }")]
    [InlineData("product.Name = (product.Active, product.Stock) switch { (true, > 10) => \"many\", (true, _) => \"few\", _ => \"none\" }")]
    [InlineData("var label = product.Active switch { true => \"on\", false => \"off\" }; product.Name = name + label")]
    public Task SwitchExpressionThatOnlyYieldsAValue_IsNoCheck(string act) => Verify.IsQuiet($$"""
            public async Task Label(int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {{act}};
                await _db.SaveChangesAsync();
            }

            public Task Sell(int id) => _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, 0).SetProperty(p => p.Active, false));
        """);

    [Fact]
    public Task SwitchExpressionWithAnArmThatRefuses_IsACheck() => Verify.Reports("""
            public async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                var note = order.Status switch { OrderStatus.Pending => "paid", _ => throw new InvalidOperationException() };
                {|RACE002:order.Status = OrderStatus.Paid|};
                order.Note = note;
                await _db.SaveChangesAsync();
            }
        """);

    private const string Touched = """
            public async Task Rename(int id, string title)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                post.Title = title;
                if (ASKED)
                    ACT;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task WhetherThePropertyWasChangedHere_IsNoCheck() =>
        Verify.IsQuiet(Touched.Replace("ASKED", "_db.Entry(post).Property(p => p.Title).IsModified", StringComparison.Ordinal).Replace("ACT", "post.Slug = \"-\" + title", StringComparison.Ordinal));

    private const string HandedOver = """
        namespace Shop;

        public interface ICaller
        {
            int Id { get; }
        }

        public class Seats(ShopDb db, ICaller caller)
        {
            public async Task HandOver(int id, int successor)
            {
                var seat = await db.Seats.SingleAsync(s => s.Id == id);
                if (REFUSED)
                    throw new InvalidOperationException();

                ACT;
                await db.SaveChangesAsync();
            }
        }
        """;

    [Theory]
    [InlineData("seat.HolderId != caller.Id", "seat.HolderId = successor")]
    [InlineData("seat.HolderId != caller.Id", "seat.Number = successor; seat.HolderId = successor")]
    public Task OwnerThatIsTheCallerHandsOver_IsQuiet(string refused, string act) =>
        new RaceTest(HandedOver.Replace("REFUSED", refused, StringComparison.Ordinal).Replace("ACT", act, StringComparison.Ordinal), Shop.Model).IsQuiet();

    [Fact]
    public Task WhetherThereIsAnOwner_IsACheck() =>
        new RaceTest(HandedOver.Replace("REFUSED", "seat.HolderId != null", StringComparison.Ordinal).Replace("ACT", "{|RACE002:seat.HolderId = caller.Id|}", StringComparison.Ordinal), Shop.Model).Reports();
}

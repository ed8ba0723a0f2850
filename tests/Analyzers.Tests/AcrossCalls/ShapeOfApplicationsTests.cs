namespace RaceAnalyzers.Tests.AcrossCalls;

/// <summary>The places where applications keep such code: controllers, handlers, minimal APIs, factories, hosted services.</summary>
public class ShapeOfApplicationsTests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task PrimaryConstructor_Reports(EfCore version) => new RaceTest("""
        namespace Shop;

        public class StockService(ShopDb db)
        {
            public async Task Buy(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task MinimalApiLambda_Reports() => new RaceTest("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;

        namespace Shop;

        public static class Endpoints
        {
            public static void Map(WebApplication app)
            {
                app.MapPost("/buy/{id}", async (int id, ShopDb db) =>
                {
                    var product = await db.Products.FindAsync(id);
                    if (product is null)
                        return Results.NotFound();
                    if (product.Stock < 1)
                        return Results.Conflict();

                    {|RACE001:product.Stock--|};
                    await db.SaveChangesAsync();
                    return Results.Ok(product);
                });

                app.MapPost("/users", async (CreateUser dto, ShopDb db) =>
                {
                    if (await db.Users.AnyAsync(u => u.Username == dto.Username))
                        return Results.Conflict();

                    {|RACE102:db.Users.Add(new User { Username = dto.Username })|};
                    await db.SaveChangesAsync();
                    return Results.Created();
                });
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ControllerAction_Reports() => new RaceTest("""
        using Microsoft.AspNetCore.Mvc;

        namespace Shop;

        [ApiController]
        [Route("api/coupons")]
        public class CouponsController : ControllerBase
        {
            private readonly ShopDb _context;

            public CouponsController(ShopDb context)
            {
                _context = context;
            }

            [HttpPost("{code}/redeem")]
            public async Task<IActionResult> Redeem(string code, CancellationToken cancellationToken)
            {
                var coupon = await _context.Coupons.FirstOrDefaultAsync(c => c.Code == code, cancellationToken);
                if (coupon == null)
                {
                    return NotFound();
                }

                if (coupon.UsedAt != null)
                {
                    return Conflict("Already used");
                }

                {|RACE002:coupon.UsedAt = DateTime.UtcNow|};
                await _context.SaveChangesAsync(cancellationToken);
                return Ok();
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task MediatRHandler_Reports() => new RaceTest("""
        using MediatR;

        namespace Shop;

        public record BuyProduct(int ProductId, int Quantity) : IRequest<bool>;

        public class BuyProductHandler : IRequestHandler<BuyProduct, bool>
        {
            private readonly ShopDb _db;

            public BuyProductHandler(ShopDb db) => _db = db;

            public async Task<bool> Handle(BuyProduct request, CancellationToken cancellationToken)
            {
                var product = await _db.Products.SingleOrDefaultAsync(p => p.Id == request.ProductId, cancellationToken);
                if (product == null || product.Stock < request.Quantity)
                    return false;

                {|RACE001:product.Stock -= request.Quantity|};
                await _db.SaveChangesAsync(cancellationToken);
                return true;
            }
        }
        """, Shop.Model)
    { With = [Library.PostgreSql, Library.MediatR] }.Reports();

    [Fact]
    public Task InterfaceOfTheContext_Reports() => new RaceTest("""
        namespace Shop;

        public interface IApplicationDbContext
        {
            DbSet<Product> Products { get; }
            DbSet<User> Users { get; }
            Task<int> SaveChangesAsync(CancellationToken cancellationToken);
        }

        public class ApplicationDbContext(DbContextOptions<ShopDb> options) : ShopDb(options), IApplicationDbContext
        {
            public new DbSet<Product> Products => Set<Product>();
            public new DbSet<User> Users => Set<User>();
        }

        public class Buy(IApplicationDbContext context)
        {
            public async Task Handle(int id, CancellationToken cancellationToken)
            {
                var product = await context.Products.FirstOrDefaultAsync(p => p.Id == id, cancellationToken)
                    ?? throw new KeyNotFoundException();
                {|RACE001:product.Stock -= 1|};
                await context.SaveChangesAsync(cancellationToken);
            }

            public async Task Register(string name, CancellationToken cancellationToken)
            {
                if (await context.Users.AnyAsync(u => u.Username == name, cancellationToken))
                    throw new InvalidOperationException();

                {|RACE102:context.Users.Add(new User { Username = name })|};
                await context.SaveChangesAsync(cancellationToken);
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ContextFactory_Reports() => new RaceTest("""
        namespace Shop;

        public class StockService(IDbContextFactory<ShopDb> factory)
        {
            public async Task Buy(int id)
            {
                await using var db = await factory.CreateDbContextAsync();
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ContextFactory_ReadInOneContextSavedInAnother_IsQuiet() => new RaceTest("""
        namespace Shop;

        public class StockService(IDbContextFactory<ShopDb> factory)
        {
            public async Task<int> Preview(int id)
            {
                Product product;
                using (var reading = factory.CreateDbContext())
                {
                    product = await reading.Products.SingleAsync(p => p.Id == id);
                }

                product.Stock -= 1;
                using var log = factory.CreateDbContext();
                log.Audits.Add(new Audit { What = "preview" });
                await log.SaveChangesAsync();
                return product.Stock;
            }
        }
        """, Shop.Model).IsQuiet();

    [Fact]
    public Task ContextFromAServiceScope_Reports() => new RaceTest("""
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        namespace Shop;

        public class Worker(IServiceScopeFactory scopes, System.Net.Http.HttpClient http) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    using var scope = scopes.CreateScope();
                    var db = scope.ServiceProvider.GetRequiredService<ShopDb>();
                    var job = await db.Jobs.FirstOrDefaultAsync(j => j.Status == JobStatus.Pending, stoppingToken);
                    if (job is null)
                    {
                        await Task.Delay(1000, stoppingToken);
                        continue;
                    }

                    {|RACE004:job.Status = JobStatus.Running|};
                    await db.SaveChangesAsync(stoppingToken);
                    await http.GetAsync(job.Payload, stoppingToken);
                }
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task GenericContext_Reports() => new RaceTest("""
        namespace Shop;

        public class Stock<TDbContext>(TDbContext db) where TDbContext : ShopDb
        {
            public async Task Buy(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }
        }

        public class AnyStock<TDbContext>(TDbContext db) where TDbContext : DbContext
        {
            public async Task Buy(int id)
            {
                var product = await db.Set<Product>().SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ContextPropertyOfABaseClass_Reports() => new RaceTest("""
        namespace Shop;

        public abstract class ServiceBase
        {
            protected ServiceBase(ShopDb context) => Context = context;

            protected ShopDb Context { get; }

            protected Task SaveAsync() => Context.SaveChangesAsync();
        }

        public class StockService : ServiceBase
        {
            public StockService(ShopDb context) : base(context) { }

            public async Task Buy(int id)
            {
                var product = await Context.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await SaveAsync();
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task RazorPageHandler_Reports() => new RaceTest("""
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;

        namespace Shop;

        public class BuyModel(ShopDb db) : PageModel
        {
            [BindProperty]
            public int Quantity { get; set; }

            public async Task<IActionResult> OnPostAsync(int id)
            {
                var product = await db.Products.FindAsync(id);
                if (product == null)
                    return NotFound();

                if (product.Stock < Quantity)
                {
                    ModelState.AddModelError(nameof(Quantity), "Not enough");
                    return Page();
                }

                {|RACE001:product.Stock -= Quantity|};
                await db.SaveChangesAsync();
                return RedirectToPage("./Index");
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ServiceBehindAnInterface_CalledByAnother_ReportsInTheService() => new RaceTest("""
        namespace Shop;

        public interface IStock
        {
            Task<bool> TryTake(int id);
        }

        public class Stock(ShopDb db) : IStock
        {
            public async Task<bool> TryTake(int id)
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock == 0)
                    return false;

                {|RACE001:product.Stock--|};
                await db.SaveChangesAsync();
                return true;
            }
        }

        public class Checkout(IStock stock, ShopDb db)
        {
            public async Task Order(int id)
            {
                if (!await stock.TryTake(id))
                    throw new OutOfStockException();

                db.Orders.Add(new Order { Status = OrderStatus.Paid });
                await db.SaveChangesAsync();
            }
        }
        """, Shop.Model).Reports();

    /// <summary>Of the names, which Identity keeps unique, the second request fails; of the addresses nothing does.</summary>
    [Theory]
    [InlineData("FindByEmailAsync(email)", "email", "RACE101.Info")]
    [InlineData("FindByNameAsync(email)", "email", "RACE101.Info")]
    [InlineData("FindByEmailAsync(email)", "Guid.NewGuid().ToString()", "RACE102")]
    public Task IdentityUserManager_Reads_And_Saves(string find, string name, string rule) => new RaceTest($$"""
        using Microsoft.AspNetCore.Identity;
        using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

        public class Person : IdentityUser;

        public class AppDb(DbContextOptions<AppDb> options) : IdentityDbContext<Person>(options);

        public class Registration(UserManager<Person> users)
        {
            public async Task<bool> Register(string email, string password)
            {
                if (await users.{{find}} != null)
                    return false;

                var result = await {|{{rule}}:users.CreateAsync(new Person { UserName = {{name}}, Email = email }, password)|};
                return result.Succeeded;
            }
        }
        """)
    { With = [Library.PostgreSql, Library.Identity] }.Reports();
}

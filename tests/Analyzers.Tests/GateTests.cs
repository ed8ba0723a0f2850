using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Tests;

/// <summary>
/// What is not looked into, as nothing can race there: a project that references Entity Framework Core and has no entity in reach, and migrations. A cache can
/// race without an entity.
/// </summary>
public class GateTests
{
    private const string Counter = """
        public class Attempts
        {
            public int Tries { get; private set; }

            public void Count(string key)
            {
                if (System.IO.File.Exists(key)) this.Tries += 1;
            }
        }
        """;

    [Fact]
    public void NoEntityInReach_NothingIsLookedInto() => Assert.False(IsLookedInto(Counter));

    [Fact]
    public void EntityInReach_ItIsLookedInto() => Assert.True(IsLookedInto(Counter, Shop.Model));

    [Fact]
    public void ChangesOnlyWhatItMade_IsNotLookedInto() => Assert.False(IsLookedInto("""
        namespace Shop;

        public class Page { public int Total { get; set; } public Page() => Total = 0; }

        public class Pages(ShopDb db)
        {
            private Page? _page;

            public List<Page> Count(int id)
            {
                var total = 0;
                var pages = new List<Page>();
                foreach (var product in db.Products.ToList())
                {
                    total += product.Stock;
                    var page = new Page { Total = total };
                    page.Total = product.Stock;
                    pages.Add(page);
                }

                return pages;
            }
        }
        """, Shop.Model));

    /// <summary>What was made here may give way to a row.</summary>
    [Theory]
    [InlineData("var page = new Product(); page = db.Products.Single(p => p.Id == id); page.Stock = 1;")]
    [InlineData("var page = new Product(); Find(out page, db.Products); page.Stock = 1;")]
    [InlineData("{ var page = new Product(); } { var page = db.Products.Single(p => p.Id == id); page.Stock = 1; }")]
    [InlineData("var page = new Slot { Held = db.Products.Single(p => p.Id == id) }; page.Held.Stock = 1;")]
    [InlineData("_page = db.Products.Single(p => p.Id == id); _page.Stock = 1;")]
    public void MadeAndThenARow_IsLookedInto(string body) => Assert.True(IsLookedInto($$"""
        namespace Shop;

        public class Pages(ShopDb db)
        {
            private Product? _page;

            public void Count(int id) { {{body}} }

            private static void Find(out Product found, IQueryable<Product> all) => found = all.First();
        }

        public class Slot { public required Product Held { get; set; } }
        """, Shop.Model));

    [Fact]
    public Task CacheWithoutAnEntity_Reports() => new RaceTest("""
        using Microsoft.Extensions.Caching.Memory;

        public class Attempts
        {
            public void Count(IMemoryCache cache, string key)
            {
                var attempts = cache.Get<int>(key);
                {|RACE303:cache.Set(key, attempts + 1)|};
            }
        }
        """).Reports();

    /// <summary>Named nowhere but as a type argument.</summary>
    [Fact]
    public Task CacheThatIsAskedFor_Reports() => new RaceTest("""
        using Microsoft.Extensions.Caching.Memory;

        public class Attempts
        {
            public void Count(IServiceProvider services, string key)
            {
                var cache = Asked<IMemoryCache>(services);
                var attempts = cache.Get<int>(key);
                {|RACE303:cache.Set(key, attempts + 1)|};
            }

            private static T Asked<T>(IServiceProvider services) => (T)services.GetService(typeof(T))!;
        }
        """).Reports();

    /// <summary>The context is out of sight behind what hands out its sets.</summary>
    [Fact]
    public Task SetInAField_Reports() => new RaceTest("""
        namespace Shop;

        public class Stocks(ShopDb db)
        {
            private readonly Microsoft.EntityFrameworkCore.DbSet<Product>? _rows = db.Products;

            public void Take(int id)
            {
                var product = _rows!.Single(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                db.SaveChanges();
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public void Migration_ItsCallsAreNotWalked()
    {
        var index = EngineOf("""
            using Microsoft.EntityFrameworkCore.Infrastructure;
            using Microsoft.EntityFrameworkCore.Migrations;

            [DbContext(typeof(Shop.ShopDb))]
            [Migration("20260101000000_First")]
            partial class First
            {
                protected override void BuildTargetModel(ModelBuilder model) => model.HasAnnotation("ProductVersion", "10.0.0");
            }

            partial class First : Migration
            {
                protected override void Up(MigrationBuilder migration) => migration.DropTable("Products");
            }

            public class Clean
            {
                public void Up(MigrationBuilder migration) => migration.DropSchema("Old");
            }
            """, Shop.Model).Index;

        Assert.Empty(index.CallsOf("HasAnnotation"));
        Assert.Empty(index.CallsOf("DropTable"));
        Assert.Single(index.CallsOf("DropSchema"));
    }

    /// <summary>A migration only by the name of its base class: what stands in it is looked into.</summary>
    [Fact]
    public Task MigrationOfTheApplicationsOwn_Reports() => new RaceTest("""
        namespace Shop;

        public abstract class Migration { }

        public class Takes(ShopDb db) : Migration
        {
            public void Take(int id)
            {
                var product = db.Products.Single(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                db.SaveChanges();
            }
        }
        """, Shop.Model).Reports();

    private static Engine EngineOf(params string[] sources) => Engine.Of(Snippet.Compile(sources), new AnalyzerOptions([]), KeptByFile.Nowhere, CancellationToken.None)!;

    private static bool IsLookedInto(params string[] sources)
    {
        var engine = EngineOf(sources);
        var count = engine.Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes()).OfType<MethodDeclarationSyntax>().Single(method => method.Identifier.ValueText == "Count");
        return engine.Index.CanRace(count);
    }
}

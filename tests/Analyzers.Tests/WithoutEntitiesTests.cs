using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Tests;

/// <summary>A project that references Entity Framework Core, and has no entity in reach: only a cache can race there, and what names none is not looked into.</summary>
public class WithoutEntitiesTests
{
    private const string Counter = """
        public class Attempts
        {
            public int Tries { get; private set; }

            public void Count(string key)
            {
                if (File.Exists(key)) this.Tries += 1;
            }
        }
        """;

    [Fact]
    public void NoEntityInReach_NothingIsLookedInto() => Assert.False(IsLookedInto(Counter));

    [Fact]
    public void EntityInReach_ItIsLookedInto() => Assert.True(IsLookedInto(Counter, Shop.Model));

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

    private static bool IsLookedInto(params string[] sources)
    {
        var compilation = Snippet.Compile(sources);
        var engine = Engine.Of(compilation, new AnalyzerOptions([]), CancellationToken.None)!;
        var count = compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes()).OfType<MethodDeclarationSyntax>().Single(method => method.Identifier.ValueText == "Count");
        return engine.Index.CanRace(count);
    }
}

using RaceAnalyzers.EntityFramework;
using Library = RaceAnalyzers.Testing.Library;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>Which database, and how the contexts are set up.</summary>
public class ProviderTests
{
    private static readonly Library[] All = [Library.PostgreSql, Library.SqlServer, Library.Sqlite, Library.InMemory];

    private static EntityModel Configured(string use, Library[] libraries) => ModelOf.On(EfCore.EfCore9, libraries, $$"""
        class Row { public int Id { get; set; } }
        class Db : DbContext { public bool Test; protected override void OnConfiguring(DbContextOptionsBuilder options) { {{use}} } }
        """).Model;

    [Theory]
    [InlineData(Library.PostgreSql, nameof(Provider.PostgreSql))]
    [InlineData(Library.SqlServer, nameof(Provider.SqlServer))]
    [InlineData(Library.Sqlite, nameof(Provider.Sqlite))]
    [InlineData(Library.MySql, nameof(Provider.MySql))]
    [InlineData(Library.InMemory, nameof(Provider.InMemory))]
    public void ReferencedProvider_IsIt(Library library, string provider) => Assert.Equal(provider, Configured("", [library]).Provider.ToString());

    [Fact]
    public void NoProvider_IsUnknown() => Assert.Equal(Provider.Unknown, Configured("", []).Provider);

    [Theory]
    [InlineData("options.UseNpgsql(\"\");", nameof(Provider.PostgreSql))]
    [InlineData("options.UseSqlServer(\"\");", nameof(Provider.SqlServer))]
    [InlineData("options.UseSqlite(\"\");", nameof(Provider.Sqlite))]
    [InlineData("if (Test) options.UseInMemoryDatabase(\"\"); else options.UseSqlite(\"\");", nameof(Provider.Sqlite))]
    [InlineData("options.UseInMemoryDatabase(\"\");", nameof(Provider.InMemory))]
    [InlineData("if (Test) options.UseSqlite(\"\"); else options.UseNpgsql(\"\");", nameof(Provider.PostgreSql))]
    [InlineData("UseSqlServer(); static void UseSqlServer() { } options.UseSqlite(\"\");", nameof(Provider.Sqlite))]
    public void UseCalls_DecideAmongTheReferenced_AndTheWeakestOfThem(string use, string provider) =>
        Assert.Equal(provider, Configured(use, All).Provider.ToString());

    [Fact]
    public void AllProviders_AreTold() =>
        Assert.Equal([Provider.Sqlite, Provider.PostgreSql], Configured("if (Test) options.UseSqlite(\"\"); else options.UseNpgsql(\"\");", All).Providers);

    [Fact]
    public void MySql_IsTheWeakest() =>
        Assert.Equal(Provider.MySql, ProviderDetection.Weakest([Provider.Sqlite, Provider.PostgreSql, Provider.MySql, Provider.InMemory]));

    [Fact]
    public void Option_ComesBeforeAll()
    {
        var compilation = Snippet.Compile("class Db : DbContext { protected override void OnConfiguring(DbContextOptionsBuilder o) => o.UseNpgsql(\"\"); }");

        Assert.Equal(Provider.MySql, new ModelOf(compilation, null, ("race_analyzers.provider", "MySQL")).Model.Provider);
    }

    [Theory]
    [InlineData("options.UseNpgsql(\"\", o => o.EnableRetryOnFailure());", true)]
    [InlineData("options.UseSqlServer(\"\", o => o.EnableRetryOnFailure(3).CommandTimeout(3));", true)]
    [InlineData("options.UseNpgsql(\"\");", false)]
    public void Retries_AreSeen(string use, bool retries) => Assert.Equal(retries, Configured(use, All).RetriesOnFailure);

    [Theory]
    [InlineData("class Db : DbContext { public Db() { ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking; } }", true)]
    [InlineData("class Base : DbContext { public Base() => ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking; } class Db : Base;", true)]
    [InlineData("class Db : DbContext { protected override void OnConfiguring(DbContextOptionsBuilder o) => o.UseNpgsql(\"\").UseQueryTrackingBehavior(QueryTrackingBehavior.NoTrackingWithIdentityResolution); }", true)]
    [InlineData("class Db : DbContext { void Off() => ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking; }", false)]
    [InlineData("class Db : DbContext { protected override void OnConfiguring(DbContextOptionsBuilder o) => o.UseQueryTrackingBehavior(QueryTrackingBehavior.TrackAll); }", false)]
    public void ContextThatDoesNotTrack_IsKnown(string source, bool expected)
    {
        var model = new ModelOf(source);

        Assert.Equal(expected, model.Model.NoTrackingByDefault(model.Type("Db")));
    }

    [Fact]
    public void TrackingOfOneContext_SaysNothingOfAnother()
    {
        var model = new ModelOf("""
            using Microsoft.Extensions.DependencyInjection;
            class Db(DbContextOptions<Db> options) : DbContext(options);
            class ReadDb(DbContextOptions<ReadDb> options) : DbContext(options);
            static class Setup
            {
                public static void Add(IServiceCollection services)
                {
                    services.AddDbContext<Db>(o => o.UseNpgsql(""));
                    services.AddDbContext<ReadDb>(o => o.UseNpgsql("").UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
                }
            }
            """);

        Assert.True(model.Model.NoTrackingByDefault(model.Type("ReadDb")));
        Assert.False(model.Model.NoTrackingByDefault(model.Type("Db")));
    }
}

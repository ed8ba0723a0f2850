using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RaceAnalyzers.EntityFramework;
using Library = RaceAnalyzers.Testing.Library;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>Which types are entities, and whether their configuration was seen.</summary>
public class EntityTypesTests
{
    private const string Order = """
        public class Order { public int Id { get; set; } public List<Line> Lines { get; set; } = []; public Customer? Customer { get; set; } }
        public class Line { public int Id { get; set; } public string Sku { get; set; } = ""; }
        public class Customer { public int Id { get; set; } public Address? Address { get; set; } [NotMapped] public Dto? Last { get; set; } }
        public class Address { public int Id { get; set; } }
        public class Dto { public int Id { get; set; } }
        """;

    [Fact]
    public void SetOfAContext_IsAnEntity_AndSoIsWhatItLeadsTo()
    {
        var model = new ModelOf(Order, "class Db : DbContext { public DbSet<Order> Orders => Set<Order>(); }");

        Assert.All(["Order", "Line", "Customer", "Address"], type => Assert.True(model.IsEntity(type)));
        Assert.All(["Order", "Line", "Address"], type => Assert.Equal(Sight.Seen, model[type].Sight));
        Assert.False(model.IsEntity("Dto"));
        Assert.False(model.IsEntity("Db"));
    }

    [Fact]
    public void SetOfABaseContext_IsAnEntity()
    {
        var model = new ModelOf(Order, "abstract class Base<T> : DbContext where T : class { public DbSet<T> Rows => Set<T>(); } class Db : Base<Order>;");

        Assert.True(model.IsEntity("Order"));
        Assert.Equal(Sight.Seen, model["Order"].Sight);
    }

    [Fact]
    public void SetOfAnInterface_IsAnEntity_OfUnknownConfiguration()
    {
        var model = new ModelOf(Order, "interface IDb { DbSet<Order> Orders { get; } }");

        Assert.True(model.IsEntity("Order"));
        Assert.Equal(Sight.Unknown, model["Order"].Sight);
        Assert.Equal(Sight.Unknown, model["Line"].Sight);
    }

    [Fact]
    public void EntityOfOnModelCreating_IsAnEntity()
    {
        var model = new ModelOf(Order, """
            class Db : DbContext { protected override void OnModelCreating(ModelBuilder builder) => builder.Entity<Order>(); }
            """);

        Assert.True(model.IsEntity("Order"));
        Assert.Equal(Sight.Seen, model["Order"].Sight);
    }

    [Fact]
    public void ConfiguredType_IsAnEntity()
    {
        var model = new ModelOf(Order, """
            using Microsoft.EntityFrameworkCore.Metadata.Builders;
            class OrderConfiguration : IEntityTypeConfiguration<Order> { public void Configure(EntityTypeBuilder<Order> builder) { } }
            """);

        Assert.True(model.IsEntity("Order"));
        Assert.Equal(Sight.Seen, model["Order"].Sight);
    }

    [Fact]
    public void ContextInAReferencedAssembly_ShowsItsSets_NotItsConfiguration()
    {
        var references = ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);
        var infrastructure = Snippet.Compile("Infrastructure", references, "public class Thing { public int Id { get; set; } } public class Db : DbContext { public DbSet<Thing> Things => Set<Thing>(); }");

        foreach (var reference in new MetadataReference[] { infrastructure.ToMetadataReference(), Image(infrastructure) })
        {
            var model = new ModelOf(Snippet.Compile("Web", references.Add(reference), "class Service(Db db) { public Db Context => db; }"));

            Assert.True(model.IsEntity("Thing"));
            Assert.Equal(Sight.Unknown, model["Thing"].Sight);
            Assert.Null(model["Thing"].Table);
        }
    }

    [Fact]
    public void EntityFromAReferencedAssembly_IsSeen_WhereTheContextIsHere()
    {
        var references = ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);
        var domain = Snippet.Compile("Domain", references, "public class Thing { public int Id { get; set; } [ConcurrencyCheck] public int Version { get; set; } }");

        var model = new ModelOf(Snippet.Compile("Infrastructure", references.Add(Image(domain)), "class Db : DbContext { public DbSet<Thing> Things => Set<Thing>(); }"));

        Assert.Equal(Sight.Seen, model["Thing"].Sight);
        Assert.Equal(["ConcurrencyCheck Version"], model.Tokens("Thing"));
    }

    [Theory]
    [InlineData("typeof(Marker).Assembly", Sight.Unknown)]
    [InlineData("typeof(Marker).GetTypeInfo().Assembly", Sight.Unknown)]
    [InlineData("Marker.Assembly", Sight.Unknown)]
    [InlineData("Assembly.Load(\"Domain\")", Sight.Unknown)]
    [InlineData("Assembly.Load(\"Infrastructure\")", Sight.Seen)]
    [InlineData("typeof(Db).Assembly", Sight.Seen)]
    [InlineData("GetType().Assembly", Sight.Seen)]
    [InlineData("Assembly.GetExecutingAssembly()", Sight.Seen)]
    public void ConfigurationsOfAnAssembly_AreKnown_WhereItIsThisOne(string assembly, object sight)
    {
        var references = ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);
        var domain = Snippet.Compile("Domain", references, "public class Marker { public static System.Reflection.Assembly Assembly => typeof(Marker).Assembly; }");

        var model = new ModelOf(Snippet.Compile("Infrastructure", references.Add(Image(domain)), "using System.Reflection;" + Order + $$"""
            class Db : DbContext
            {
                public DbSet<Order> Orders => Set<Order>();
                protected override void OnModelCreating(ModelBuilder builder) => builder.ApplyConfigurationsFromAssembly({{assembly}});
            }
            """));

        Assert.Equal(sight, model["Order"].Sight);
    }

    [Fact]
    public void ConfigurationsOfAnotherAssembly_LeaveTheConfigurationUnknown()
    {
        var references = ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);
        var domain = Snippet.Compile("Domain", references, "public class Marker;");

        var model = new ModelOf(Snippet.Compile("Infrastructure", references.Add(Image(domain)), Order, """
            class Db : DbContext
            {
                public DbSet<Order> Orders => Set<Order>();
                public DbSet<Line> Lines => Set<Line>();
                protected override void OnModelCreating(ModelBuilder builder)
                {
                    builder.ApplyConfigurationsFromAssembly(typeof(Marker).Assembly);
                    builder.Entity<Line>().HasIndex(x => x.Sku).IsUnique();
                }
            }
            """));

        Assert.Equal(Sight.Unknown, model["Order"].Sight);
        Assert.Equal(Sight.Seen, model["Line"].Sight);
    }

    [Fact]
    public void BaseContextOutOfSight_ThatBuildsTheModel_LeavesItUnknown()
    {
        var references = ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql);
        var kernel = Snippet.Compile("Kernel", references, "public class BaseContext : DbContext { protected override void OnModelCreating(ModelBuilder builder) { } } public class PlainContext : DbContext;");

        var model = new ModelOf(Snippet.Compile("App", references.Add(Image(kernel)), Order,
            "class Db : BaseContext { public DbSet<Order> Orders => Set<Order>(); } class Plain : PlainContext { public DbSet<Dto> Dtos => Set<Dto>(); }"));

        Assert.Equal(Sight.Unknown, model["Order"].Sight);
        Assert.Equal(Sight.Seen, model["Dto"].Sight);
    }

    [Theory]
    [InlineData("class Db : DbContext { public DbSet<Order> Orders => Set<Order>( ; protected override void OnModelCreating(ModelBuilder b) { b.Entity<Order>(x => x.HasIndex(")]
    [InlineData("class Db : DbContext { public DbSet<> Orders; public DbSet<Missing> M { get; set; } } class Order : Order { }")]
    [InlineData("class Db : DbContext { protected override void OnModelCreating(ModelBuilder b) { b.Entity<>(); b.Entity(); b.Entity<Order>().HasIndex(); b.Entity<Order>().HasOne().WithOne().HasForeignKey(); b.Entity<Order>().Property(); b.Entity<Order>().OwnsOne(); OnModelCreating(b); } } class Order;")]
    public void BrokenCode_IsRead(string source)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(
            "Broken",
            [CSharpSyntaxTree.ParseText(Snippet.GlobalUsings, cancellationToken: cancellation), CSharpSyntaxTree.ParseText(source, cancellationToken: cancellation)],
            ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql));

        var model = new ModelOf(compilation);

        Assert.False(model.IsEntity("Db"));
        if (compilation.GetTypeByMetadataName("Order") is { } order)
        {
            Assert.Empty(model.Model.Facts(order).Tokens);
        }
    }

    private static PortableExecutableReference Image(Compilation compilation)
    {
        using var stream = new MemoryStream();
        Assert.True(compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken).Success);
        return MetadataReference.CreateFromImage(stream.ToArray());
    }
}

using RaceAnalyzers.EntityFramework;
using Library = RaceAnalyzers.Testing.Library;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>Concurrency tokens: where they are configured, and who gives them a new value.</summary>
public class TokenTests
{
    private const string Usings = "using Microsoft.EntityFrameworkCore.Metadata.Builders;\n";

    private static ModelOf With(string entity, string configuration = "") => new($$"""
        {{Usings}}
        {{entity}}
        class Db : DbContext
        {
            public DbSet<Order> Orders => Set<Order>();
            protected override void OnModelCreating(ModelBuilder builder) { {{configuration}} }
        }
        """);

    private static ModelOf WithConfiguration(string configuration) =>
        With("public class Order { public int Id { get; set; } public uint Version { get; set; } public byte[] Stamp { get; set; } = []; public string Name { get; set; } = \"\"; }", configuration);

    [Fact]
    public void NoToken_IsSeenToHaveNone()
    {
        var model = WithConfiguration("");

        Assert.Equal(Sight.Seen, model["Order"].Sight);
        Assert.Empty(model["Order"].Tokens);
    }

    [Fact]
    public void Attributes_OnTheTypeAndOnItsBase_AreTokens()
    {
        var model = With("""
            public abstract class Versioned { [Timestamp] public uint Version { get; set; } }
            public class Order : Versioned { public int Id { get; set; } [ConcurrencyCheck] public int Stock { get; set; } }
            """);

        Assert.Equal(["ConcurrencyCheck Stock", "Xmin Version"], model.Tokens("Order").Order());
        Assert.False(model["Order"].Tokens.Single(token => token.Member == "Version").IsAppManaged);
        Assert.True(model["Order"].Tokens.Single(token => token.Member == "Stock").IsAppManaged);
    }

    [Theory]
    [InlineData("builder.Entity<Order>().Property(x => x.Version).IsRowVersion();", "Xmin Version")]
    [InlineData("builder.Entity<Order>().Property(x => x.Stamp).IsRowVersion();", "RowVersion Stamp")]
    [InlineData("builder.Entity<Order>().Property(x => x.Name).HasMaxLength(3).IsConcurrencyToken().IsRequired();", "ConcurrencyCheck Name")]
    [InlineData("builder.Entity<Order>(b => { b.HasKey(x => x.Id); b.Property<uint>(\"xmin\").IsRowVersion(); });", "Xmin xmin")]
    [InlineData("builder.Entity<Order>(b => b.Property(nameof(Order.Version)).IsConcurrencyToken(true));", "ConcurrencyCheck Version")]
    [InlineData("builder.Entity(typeof(Order)).Property<uint>(\"Version\").IsConcurrencyToken();", "ConcurrencyCheck Version")]
    [InlineData("var order = builder.Entity<Order>(); var property = order.Property(x => x.Name); property.IsConcurrencyToken();", "ConcurrencyCheck Name")]
    [InlineData("Configure(builder.Entity<Order>()); static void Configure(EntityTypeBuilder<Order> b) => b.Property(x => x.Name).IsConcurrencyToken();", "ConcurrencyCheck Name")]
    [InlineData("if (Database.IsNpgsql()) { builder.Entity<Order>().Property(x => x.Version).IsRowVersion(); }", "Xmin Version")]
    [InlineData("builder.Entity<Order>().Property(x => x.Version).IsRowVersion().Metadata.IsConcurrencyToken = true;", "Xmin Version")]
    public void Configuration_MakesAToken(string configuration, string token) =>
        Assert.Equal([token], WithConfiguration(configuration).Tokens("Order"));

    [Fact]
    public void LaterStatement_Wins() =>
        Assert.Empty(WithConfiguration("builder.Entity<Order>().Property(x => x.Name).IsConcurrencyToken(); builder.Entity<Order>().Property(x => x.Name).IsConcurrencyToken(false);").Tokens("Order"));

    [Fact]
    public void UseXmin_IsAToken()
    {
        var model = ModelOf.On(EfCore.EfCore8, [Library.PostgreSql], """
            public class Order { public int Id { get; set; } }
            class Db : DbContext
            {
                protected override void OnModelCreating(ModelBuilder builder) => builder.Entity<Order>().UseXminAsConcurrencyToken();
            }
            """);

        Assert.Equal(["Xmin xmin"], model.Tokens("Order"));
        Assert.True(model["Order"].Tokens[0].IsShadow);
    }

    [Fact]
    public void GenericBaseConfiguration_CountsForEachEntity()
    {
        var model = new ModelOf($$"""
            {{Usings}}
            public abstract class Versioned { public int Id { get; set; } public string Code { get; set; } = ""; public byte[] Version { get; set; } = []; }
            public class Order : Versioned; public class Line : Versioned; public class Other : Versioned;
            abstract class VersionedConfiguration<T> : IEntityTypeConfiguration<T> where T : Versioned
            {
                public void Configure(EntityTypeBuilder<T> builder) { builder.Property(x => x.Version).IsRowVersion(); ConfigureRest(builder); }
                protected abstract void ConfigureRest(EntityTypeBuilder<T> builder);
            }
            class OrderConfiguration : VersionedConfiguration<Order>
            {
                protected override void ConfigureRest(EntityTypeBuilder<Order> builder) => builder.HasIndex(x => x.Code, "I").IsUnique();
            }
            class LineConfiguration : VersionedConfiguration<Line> { protected override void ConfigureRest(EntityTypeBuilder<Line> builder) { } }
            class Plain<T> : IEntityTypeConfiguration<T> where T : Versioned { public virtual void Configure(EntityTypeBuilder<T> b) => b.Property(x => x.Version).IsConcurrencyToken(); }
            class Db : DbContext
            {
                protected override void OnModelCreating(ModelBuilder builder)
                {
                    builder.ApplyConfigurationsFromAssembly(typeof(Db).Assembly);
                    builder.ApplyConfiguration(new Plain<Other>());
                }
            }
            """);

        Assert.Equal(["RowVersion Version"], model.Tokens("Order"));
        Assert.Equal(["RowVersion Version"], model.Tokens("Line"));
        Assert.Equal(["ConcurrencyCheck Version"], model.Tokens("Other"));
        Assert.Contains("Index Code", model.UniqueKeys("Order"));
    }

    private const string Interfaces = """
        public interface IVersioned { long Version { get; set; } }
        public class Order : IVersioned { public int Id { get; set; } public long Version { get; set; } }
        public class Note { public int Id { get; set; } public long Version { get; set; } }
        """;

    [Theory]
    [InlineData("foreach (var type in builder.Model.GetEntityTypes()) { if (typeof(IVersioned).IsAssignableFrom(type.ClrType)) { builder.Entity(type.ClrType).Property(nameof(IVersioned.Version)).IsConcurrencyToken(); } }")]
    [InlineData("foreach (var type in builder.Model.GetEntityTypes()) { if (!type.ClrType.IsAssignableTo(typeof(IVersioned))) continue; builder.Entity(type.ClrType).Property<long>(\"Version\").IsConcurrencyToken(); }")]
    [InlineData("foreach (var type in builder.Model.GetEntityTypes().Where(t => typeof(IVersioned).IsAssignableFrom(t.ClrType)).Select(t => t.ClrType)) builder.Entity(type, b => b.Property(\"Version\").IsConcurrencyToken());")]
    [InlineData("foreach (var type in builder.Model.GetEntityTypes()) { var clr = type.ClrType; if (typeof(IVersioned).IsAssignableFrom(clr) && !type.IsOwned()) { var p = type.FindProperty(\"Version\"); if (p != null) p.IsConcurrencyToken = true; } }")]
    [InlineData("foreach (var property in builder.Model.GetEntityTypes().Where(t => t.ClrType.IsAssignableTo(typeof(IVersioned))).SelectMany(t => t.GetProperties()).Where(p => p.Name == \"Version\")) { property.IsConcurrencyToken = true; }")]
    public void LoopOverAllEntities_MakesTokensOfThoseThatItPicks(string loop)
    {
        var model = With(Interfaces, loop + " builder.Entity<Note>();");

        Assert.Equal(["ConcurrencyCheck Version"], model.Tokens("Order"));
        Assert.Empty(model.Tokens("Note"));
        Assert.Equal(Sight.Seen, model["Note"].Sight);
    }

    [Fact]
    public void LoopByMember_MakesTokensOfThoseThatHaveIt()
    {
        var model = With(
            "public class Order { public int Id { get; set; } public byte[] RowVersion { get; set; } = []; } public class Note { public int Id { get; set; } }",
            "foreach (var type in builder.Model.GetEntityTypes()) { var p = type.FindProperty(\"RowVersion\"); if (p is not null) { p.IsConcurrencyToken = true; } } builder.Entity<Note>();");

        Assert.Equal(["ConcurrencyCheck RowVersion"], model.Tokens("Order"));
        Assert.Empty(model.Tokens("Note"));
    }

    [Fact]
    public void LoopWithAConditionNotUnderstood_LeavesTheTokensUnknown()
    {
        var model = With(Interfaces, "foreach (var type in builder.Model.GetEntityTypes()) { if (type.Name.Length > 3) builder.Entity(type.ClrType).Property(\"Version\").IsConcurrencyToken(); }");

        Assert.Equal(Sight.Unknown, model["Order"].Sight);
    }

    [Fact]
    public void LoopThatSetsNoToken_LeavesTheModelSeen()
    {
        var model = With(Interfaces, "foreach (var type in builder.Model.GetEntityTypes()) { if (type.Name.Length > 3) { type.SetTableName(type.Name.ToLower()); foreach (var p in type.GetProperties()) p.SetColumnName(p.Name.ToLower()); } }");

        Assert.Equal(Sight.Seen, model["Order"].Sight);
        Assert.Null(model["Order"].Table);
        Assert.Null(model["Order"].Column("Version"));
    }

    [Theory]
    [InlineData(Library.SqlServer, "byte[]", false)]
    [InlineData(Library.PostgreSql, "byte[]", true)]
    [InlineData(Library.PostgreSql, "uint", false)]
    [InlineData(Library.Sqlite, "byte[]", true)]
    [InlineData(Library.Sqlite, "uint", true)]
    public void RowVersionThatTheProviderDoesNotMake_IsTheApplications(Library provider, string type, bool isAppManaged)
    {
        var model = ModelOf.On(EfCore.EfCore10, [provider], $$"""
            public class Order { public int Id { get; set; } [Timestamp] public {{type}} Version { get; set; } = default!; }
            class Db : DbContext { public DbSet<Order> Orders => Set<Order>(); }
            """);

        Assert.Equal(isAppManaged, Assert.Single(model["Order"].Tokens).IsAppManaged);
    }

    [Fact]
    public void TokenInsideAnOwnedPart_HasItsPath()
    {
        var model = With(
            "public class Order { public int Id { get; set; } public Stock Stock { get; set; } = new(); } public class Stock { public int Count { get; set; } }",
            "builder.Entity<Order>().OwnsOne(x => x.Stock, s => s.Property(p => p.Count).IsConcurrencyToken());");

        Assert.Equal(["ConcurrencyCheck Stock.Count"], model.Tokens("Order"));
    }

    private const string Parts = """
        public class Order { public int Id { get; set; } [ConcurrencyCheck] public int Version { get; set; } public Price Price { get; set; } = new(); public List<Line> Lines { get; set; } = []; }
        public class Price { public decimal Amount { get; set; } }
        public class Line { public int Id { get; set; } public int Count { get; set; } }
        """;

    [Theory]
    [InlineData("builder.Entity<Order>().OwnsOne(x => x.Price);")]
    [InlineData("builder.Entity<Order>().ComplexProperty(x => x.Price);")]
    [InlineData("builder.Entity<Order>().OwnsOne(x => x.Price, p => p.ToJson());")]
    public void OwnersToken_CoversAPartInItsRow(string configuration) => Assert.Equal(["ConcurrencyCheck Version"], With(Parts, configuration).Tokens("Price"));

    [Theory]
    [InlineData("builder.Entity<Order>().OwnsMany(x => x.Lines);", false)]
    [InlineData("builder.Entity<Order>().OwnsMany(x => x.Lines, l => { l.ToTable(\"lines\"); l.HasKey(x => x.Id); });", false)]
    [InlineData("builder.Entity<Order>().OwnsMany(x => x.Lines, l => l.ToJson());", true)]
    public void OwnersToken_CoversManyParts_OnlyAsJson(string configuration, bool covers)
    {
        var model = With(Parts, configuration + " builder.Entity<Order>().OwnsOne(x => x.Price, p => p.ToTable(\"prices\"));");

        Assert.True(model["Line"].IsOwned);
        Assert.Equal(covers, model["Line"].HasToken);
        Assert.False(model["Price"].HasToken);
    }

    [Fact]
    public void LongChain_IsRead()
    {
        var chain = string.Concat(Enumerable.Repeat(".HasMaxLength(9)", 1000));

        Assert.Equal(["ConcurrencyCheck Name"], WithConfiguration($"builder.Entity<Order>().Property(x => x.Name){chain}.IsConcurrencyToken();").Tokens("Order"));
    }

    [Fact]
    public void DeepNesting_AndRecursion_End()
    {
        var nested = string.Concat(Enumerable.Repeat("if (Database.IsNpgsql()) { ", 400)) + string.Concat(Enumerable.Repeat("}", 400));
        var model = With(
            "public class Order { public int Id { get; set; } public string Name { get; set; } = \"\"; }",
            nested + " One(builder); void One(ModelBuilder b) { Two(b); } void Two(ModelBuilder b) { One(b); b.Entity<Order>().Property(x => x.Name).IsConcurrencyToken(); }");

        Assert.Equal(["ConcurrencyCheck Name"], model.Tokens("Order"));
    }
}

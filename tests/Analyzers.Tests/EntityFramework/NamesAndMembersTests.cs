using RaceAnalyzers.EntityFramework;
using Library = RaceAnalyzers.Testing.Library;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>Tables, columns, mapped members, filters, and ASP.NET Core Identity.</summary>
public class NamesAndMembersTests
{
    private static ModelOf With(string order, string configuration = "", string members = "") => new($$"""
        public enum Status { Open, Paid }
        public class Money { public decimal Amount { get; set; } }
        {{order}}
        class Db : DbContext
        {
            public DbSet<Order> Orders => Set<Order>();
            protected override void OnModelCreating(ModelBuilder builder) { {{configuration}} }
            {{members}}
        }
        """);

    private const string Order = "public class Order { public int Id { get; set; } public Status Status { get; set; } public int OrderNumber { get; set; } }";

    [Theory]
    [InlineData("", "Orders", null)]
    [InlineData("builder.Entity<Order>().ToTable(\"orders\");", "orders", null)]
    [InlineData("builder.Entity<Order>().ToTable(\"orders\", \"shop\");", "orders", "shop")]
    [InlineData("builder.HasDefaultSchema(\"shop\"); builder.Entity<Order>().ToTable(t => t.HasCheckConstraint(\"C\", \"1=1\"));", "Orders", "shop")]
    [InlineData("builder.Entity<Order>().ToTable(\"orders\", t => t.ExcludeFromMigrations());", "orders", null)]
    [InlineData("builder.Entity<Order>().ToTable(Environment.MachineName);", null, null)]
    [InlineData("builder.Entity<Order>().ToView(\"v\");", null, null)]
    public void Table_IsKnownOrNot(string configuration, string? table, string? schema)
    {
        var order = With(Order, configuration)["Order"];

        Assert.Equal((table, schema), (order.Table, order.Schema));
    }

    [Fact]
    public void TableAttribute_NamesTheTable()
    {
        var order = With("[Table(\"orders\", Schema = \"shop\")] " + Order)["Order"];

        Assert.Equal(("orders", "shop"), (order.Table, order.Schema));
    }

    [Theory]
    [InlineData("Orders", "orders")]
    [InlineData("OrderLines", "order_lines")]
    [InlineData("IPAddress", "ip_address")]
    [InlineData("Address2", "address2")]
    [InlineData("Order_Line", "order_line")]
    public void SnakeCase_IsWrittenAsTheConventionDoes(string name, string expected) => Assert.Equal(expected, TableNames.SnakeCase(name));

    [Fact]
    public void MethodOfOnesOwn_NamedLikeANamingConvention_IsNone()
    {
        var order = With(Order, members: """
            protected override void OnConfiguring(DbContextOptionsBuilder o) => o.UseSnakeCaseNamingConvention(); }
            public static class Naming { public static DbContextOptionsBuilder UseSnakeCaseNamingConvention(this DbContextOptionsBuilder o) => o;
            """)["Order"];

        Assert.Equal("Orders", order.Table);
    }

    [Fact]
    public void Columns_ComeFromAttributesAndConfiguration()
    {
        var order = With(
            "public class Order { public int Id { get; set; } [Column(\"st\")] public Status Status { get; set; } public int A { get; set; } public int B { get; set; } }",
            "builder.Entity<Order>().Property(o => o.A).HasColumnName(\"a_col\"); builder.Entity<Order>().Property(o => o.B).HasColumnName(Environment.MachineName);")["Order"];

        Assert.Equal(["Id", "st", "a_col", null], new[] { "Id", "Status", "A", "B" }.Select(order.Column));
    }

    [Fact]
    public void MappedMembers_AreThoseThatAreStored()
    {
        var model = With("""
            public class Order
            {
                public int Id { get; set; }
                public Status Status { get; private set; }
                public int Computed => Id + 1;
                [NotMapped] public int Scratch { get; set; }
                public int Ignored { get; set; }
                internal int Internal { get; set; }
                internal int Included { get; set; }
                private int _field;
                public static int Count { get; set; }
                public List<Line> Lines { get; set; } = [];
                public Action? Changed { get; set; }
                public int Field() => _field;
            }
            public class Line { public int Id { get; set; } }
            """, "builder.Entity<Order>(o => { o.Ignore(x => x.Ignored); o.Property(x => x.Included); o.Property<int>(\"_field\"); });");

        Assert.Equal(["Id", "Included", "Lines", "Status", "_field"], model["Order"].Mapped.Order(StringComparer.Ordinal));
        Assert.True(model["Order"].IsMapped(model.Type("Order").GetMembers("Status").Single()));
    }

    [Fact]
    public void Converters_AreKnown_ByPropertyAndByType()
    {
        var model = With(
            "public class Order { public int Id { get; set; } public Status Status { get; set; } public Money Total { get; set; } = new(); public int Plain { get; set; } }",
            "builder.Entity<Order>().Property(o => o.Status).HasConversion<string>();",
            "protected override void ConfigureConventions(ModelConfigurationBuilder builder) => builder.Properties<Money>().HaveConversion<Converter>(); class Converter() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<Money, decimal>(m => m.Amount, a => new Money { Amount = a });");

        Assert.True(model["Order"].HasValueConverter("Status"));
        Assert.True(model["Order"].HasValueConverter("Total"));
        Assert.False(model["Order"].HasValueConverter("Plain"));
        Assert.False(model.IsEntity("Money"));
    }

    [Fact]
    public void QueryFilter_IsTheLambda()
    {
        var order = With(Order, "builder.Entity<Order>().HasQueryFilter(o => o.Status == Status.Open);")["Order"];

        Assert.Equal("o => o.Status == Status.Open", order.QueryFilter?.ToString());
    }

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public void Identity_BringsItsIndexesKeysAndStamps(EfCore version)
    {
        var model = ModelOf.On(version, [Library.PostgreSql, Library.Identity], """
            using Microsoft.AspNetCore.Identity;
            using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
            public class AppUser : IdentityUser { public int Credits { get; set; } }
            public class Db : IdentityDbContext<AppUser>
            {
                public DbSet<Order> Orders => Set<Order>();
                protected override void OnModelCreating(ModelBuilder builder) { base.OnModelCreating(builder); builder.Entity<Order>().HasIndex(o => o.Number).IsUnique(); }
            }
            public class Order { public int Id { get; set; } public int Number { get; set; } }
            """);

        Assert.True(model.IsEntity("AppUser"));
        Assert.Equal(Sight.Seen, model["AppUser"].Sight);
        Assert.Equal(["PrimaryKey Id", "Index NormalizedUserName"], model.UniqueKeys("AppUser"));
        Assert.Equal("UserNameIndex", model["AppUser"].UniqueKeys[1].Name);
        Assert.Equal(["ConcurrencyCheck ConcurrencyStamp"], model.Tokens("AppUser"));
        Assert.True(model["AppUser"].Tokens[0].IsAppManaged);
        Assert.Equal("identity", model["AppUser"].Tokens[0].Source);
        Assert.Equal("AspNetUsers", model["AppUser"].Table);
        Assert.Equal(["PrimaryKey Id", "Index Number"], model.UniqueKeys("Order"));
        Assert.Equal(Sight.Seen, model["Order"].Sight);
    }
}

using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Tests.EntityFramework;

/// <summary>What the database holds unique: keys, indexes, one-to-one relations.</summary>
public class UniqueKeyTests
{
    private const string Usings = "using Microsoft.EntityFrameworkCore.Metadata.Builders;\n";

    private static ModelOf With(string types, string configuration = "", string set = "User") => new($$"""
        {{Usings}}
        {{types}}
        class Db : DbContext
        {
            public DbSet<{{set}}> Rows => Set<{{set}}>();
            protected override void OnModelCreating(ModelBuilder builder) { {{configuration}} }
        }
        """);

    private static ModelOf WithConfiguration(string configuration) => With("""
        public class User { public int Id { get; set; } public string Email { get; set; } = ""; public int TenantId { get; set; } public bool IsActive { get; set; } public Address Address { get; set; } = new(); }
        public class Address { public string City { get; set; } = ""; }
        """, configuration + " builder.Entity<User>().OwnsOne(u => u.Address);");

    [Theory]
    [InlineData("public class User { public int Id { get; set; } }", "PrimaryKey Id")]
    [InlineData("public class User { public int UserId { get; set; } }", "PrimaryKey UserId")]
    [InlineData("public class User { [Key] public int Number { get; set; } public int Id { get; set; } }", "PrimaryKey Number")]
    [InlineData("[PrimaryKey(nameof(A), nameof(B))] public class User { public int A { get; set; } public int B { get; set; } }", "PrimaryKey A+B")]
    [InlineData("public abstract class Row { public int Id { get; set; } } public class User : Row;", "PrimaryKey Id")]
    public void Key_IsUnique(string type, string key) => Assert.Equal([key], With(type).UniqueKeys("User"));

    [Fact]
    public void KeylessType_HasNoKey()
    {
        Assert.Empty(With("[Keyless] public class User { public int Id { get; set; } }").UniqueKeys("User"));
        Assert.Empty(WithConfiguration("builder.Entity<User>().HasNoKey();").UniqueKeys("User"));
    }

    [Theory]
    [InlineData("[Index(nameof(Email), IsUnique = true)]", "Index Email")]
    [InlineData("[Index(nameof(User.Email), nameof(TenantId), IsUnique = true, Name = \"X\")]", "Index Email+TenantId")]
    [InlineData("[Index(\"TenantId\", \"Email\", IsUnique = true)]", "Index TenantId+Email")]
    public void IndexAttribute_IsAKey(string attribute, string key)
    {
        var model = With(attribute + " [Index(nameof(TenantId))] public class User { public int Id { get; set; } public string Email { get; set; } = \"\"; public int TenantId { get; set; } }");

        Assert.Equal(["PrimaryKey Id", key], model.UniqueKeys("User"));
    }

    [Theory]
    [InlineData("builder.Entity<User>().HasIndex(u => u.Email).IsUnique();", "Index Email")]
    [InlineData("builder.Entity<User>().HasIndex(u => new { u.TenantId, u.Email }).IsUnique(true);", "Index TenantId+Email")]
    [InlineData("builder.Entity<User>().HasIndex(u => new { u.TenantId, u.Email }, \"Name\").IsUnique();", "Index TenantId+Email")]
    [InlineData("builder.Entity<User>().HasIndex(\"TenantId\", nameof(User.Email)).IsUnique();", "Index TenantId+Email")]
    [InlineData("builder.Entity<User>().HasIndex(new[] { \"TenantId\", \"Email\" }, \"Name\").IsUnique();", "Index TenantId+Email")]
    [InlineData("const string Name = \"Email\"; builder.Entity<User>().HasIndex(Name).IsUnique();", "Index Email")]
    [InlineData("builder.Entity<User>(u => { u.ToTable(\"users\"); u.HasIndex(x => x.Email).HasDatabaseName(\"I\").IsUnique().HasFilter(\"[IsActive] = 1\"); });", "Index Email where [IsActive] = 1")]
    [InlineData("builder.Entity<User>(u => { u.HasIndex(x => x.Email).IsUnique().HasFilter(null); });", "Index Email")]
    [InlineData("var index = builder.Entity<User>().HasIndex(u => u.Email); index.IsUnique();", "Index Email")]
    [InlineData("builder.Entity<User>().HasAlternateKey(u => new { u.TenantId, u.Email });", "Alternate TenantId+Email")]
    [InlineData("builder.Entity<User>().OwnsOne(u => u.Address, a => a.HasIndex(x => x.City).IsUnique());", "Index Address.City")]
    [InlineData("Unique(builder.Entity<User>(), u => u.Email); static void Unique(EntityTypeBuilder<User> b, System.Linq.Expressions.Expression<Func<User, object?>> by) => b.HasIndex(by).IsUnique();", "Index Email")]
    [InlineData("Configure(builder); static void Configure(ModelBuilder builder) { builder.Entity<User>().HasIndex(u => u.Email).IsUnique(); }", "Index Email")]
    [InlineData("Generic<User>(builder); static void Generic<T>(ModelBuilder builder) where T : User { builder.Entity<T>().HasIndex(u => u.Email).IsUnique(); }", "Index Email")]
    [InlineData("builder.Entity<User>(Configure); static void Configure(EntityTypeBuilder<User> user) => user.HasIndex(u => u.Email).IsUnique();", "Index Email")]
    [InlineData("builder.Entity<User>().Property(u => u.Email).HasMaxLength(9); builder.Entity<User>().HasIndex(u => (object)u.Email!).IsUnique();", "Index Email")]
    public void Configuration_MakesAKey(string configuration, string key) =>
        Assert.Equal(["PrimaryKey Id", key], WithConfiguration(configuration).UniqueKeys("User"));

    [Theory]
    [InlineData("builder.Entity<User>().HasIndex(u => u.Email);")]
    [InlineData("builder.Entity<User>().HasIndex(u => u.Email).IsUnique(false);")]
    [InlineData("builder.Entity<User>().HasIndex(u => u.Email).IsUnique(); builder.Entity<User>().HasIndex(u => u.Email).IsUnique(false);")]
    public void IndexThatIsNotUnique_IsNoKey(string configuration) =>
        Assert.Equal(["PrimaryKey Id"], WithConfiguration(configuration).UniqueKeys("User"));

    [Fact]
    public void CompositeKey_InAConfigurationClass_TakesThePlaceOfTheConvention()
    {
        var model = new ModelOf($$"""
            {{Usings}}
            public class Membership { public int Id { get; set; } public int UserId { get; set; } public int GroupId { get; set; } }
            class MembershipConfiguration : IEntityTypeConfiguration<Membership>
            {
                public void Configure(EntityTypeBuilder<Membership> builder) => builder.HasKey(m => new { m.UserId, m.GroupId }).HasName("PK");
            }
            """);

        Assert.Equal(["PrimaryKey UserId+GroupId"], model.UniqueKeys("Membership"));
        Assert.False(model["Membership"].GeneratedKey);
    }

    [Fact]
    public void IndexOfAnOwnedPart_IsAlsoThePartsOwn()
    {
        var model = WithConfiguration("builder.Entity<User>().OwnsOne(u => u.Address).HasIndex(a => a.City).IsUnique();");

        Assert.Contains("Index City", model.UniqueKeys("Address"));
        Assert.True(model["Address"].IsOwned);
        Assert.Equal("User", Assert.Single(model["Address"].Owners).Name);
    }

    private const string OneToOne = """
        public class User { public int Id { get; set; } public Profile? Profile { get; set; } public List<Note> Notes { get; set; } = []; }
        public class Profile { public int Id { get; set; } public int UserId { get; set; } public User? User { get; set; } }
        public class Note { public int Id { get; set; } public int UserId { get; set; } public User? User { get; set; } }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("builder.Entity<User>().HasOne(u => u.Profile).WithOne(p => p.User).HasForeignKey<Profile>(p => p.UserId);")]
    [InlineData("builder.Entity<Profile>().HasOne(p => p.User).WithOne(u => u.Profile).HasForeignKey<Profile>(p => p.UserId).OnDelete(DeleteBehavior.Cascade);")]
    [InlineData("builder.Entity<Profile>().HasOne(p => p.User).WithOne(u => u.Profile);")]
    public void OneToOne_MakesTheForeignKeyUnique(string configuration)
    {
        var model = With(OneToOne, configuration);

        Assert.Equal(["PrimaryKey Id", "OneToOne UserId"], model.UniqueKeys("Profile"));
        Assert.Equal("User", model["Profile"].UniqueKeys[1].Navigation);
        Assert.Equal(["PrimaryKey Id"], model.UniqueKeys("User"));
        Assert.Equal(["PrimaryKey Id"], model.UniqueKeys("Note"));
    }

    [Theory]
    [InlineData("builder.Entity<Profile>().HasOne(p => p.User).WithMany().HasForeignKey(p => p.UserId); builder.Entity<User>().Ignore(u => u.Profile);")]
    [InlineData("builder.Entity<Profile>().HasOne<User>(p => p.User).WithMany();")]
    public void WithMany_IsNotUnique(string configuration)
    {
        var model = With(OneToOne.Replace("public Profile? Profile { get; set; }", "[NotMapped] public Profile? Profile { get; set; }"), configuration + " builder.Entity<Profile>();");

        Assert.Equal(["PrimaryKey Id"], model.UniqueKeys("Profile"));
    }

    [Fact]
    public void ForeignKeys_NameTheirPrincipal()
    {
        var key = Assert.Single(With(OneToOne)["Note"].ForeignKeys);

        Assert.Equal(["UserId"], key.Members);
        Assert.Equal("User", key.Navigation);
        Assert.Equal("User", key.Principal?.Name);
    }

    [Theory]
    [InlineData("int", "", true)]
    [InlineData("Guid", "", true)]
    [InlineData("string", "", false)]
    [InlineData("int", "builder.Entity<User>().Property(u => u.Id).ValueGeneratedNever();", false)]
    public void KeyOfANewRow_IsMadeForSomeTypes(string type, string configuration, bool isGenerated) =>
        Assert.Equal(isGenerated, With($"public class User {{ public {type} Id {{ get; set; }} = default!; }}", configuration)["User"].GeneratedKey);

    [Fact]
    public void UniqueIndexInAMigrationOnly_Counts()
    {
        var model = new ModelOf("""
            using Microsoft.EntityFrameworkCore.Migrations;
            public class User { public int Id { get; set; } public string Email { get; set; } = ""; public string Name { get; set; } = ""; public int Number { get; set; } [Column("ref")] public string Reference { get; set; } = ""; }
            class Db : DbContext { public DbSet<User> Users => Set<User>(); }
            [Migration("20250102_B")] class A : Migration
            {
                protected override void Up(MigrationBuilder migration)
                {
                    migration.DropIndex(name: "IX_Number", table: "Users");
                    migration.Sql("CREATE UNIQUE INDEX ix_name ON \"Users\" (lower(\"Name\")) WHERE \"Number\" > 0;");
                }
            }
            [Migration("20250101_A")] class B : Migration
            {
                protected override void Up(MigrationBuilder migration)
                {
                    migration.CreateIndex(name: "IX_Number", table: "Users", column: "Number", unique: true);
                    migration.CreateIndex(name: "IX_Email", table: "Users", columns: new[] { "Email", "ref" }, unique: true, filter: "[Email] IS NOT NULL");
                    migration.CreateIndex(name: "IX_Plain", table: "Users", column: "Email");
                    migration.CreateIndex(name: "IX_Other", table: "Others", column: "Email", unique: true);
                }
            }
            """);

        Assert.Equal(["PrimaryKey Id", "Migration Email+Reference where [Email] IS NOT NULL", "Migration Name where \"Number\" > 0"], model.UniqueKeys("User"));
    }

    [Fact]
    public void DerivedType_HasTheKeysOfItsBase()
    {
        var model = With("""
            public class User { public int Id { get; set; } public string Email { get; set; } = ""; }
            public class Admin : User { public string Badge { get; set; } = ""; }
            """, "builder.Entity<User>().HasIndex(u => u.Email).IsUnique(); builder.Entity<Admin>().HasIndex(a => a.Badge).IsUnique();");

        Assert.Equal(["PrimaryKey Id", "Index Email", "Index Badge"], model.UniqueKeys("Admin"));
        Assert.True(model["Admin"].HasInheritance);
        Assert.True(model["User"].HasInheritance);
        Assert.Equal("Rows", model["Admin"].Table);
    }

    [Fact]
    public void IndexOfOwnedMany_IsThePartsOwn()
    {
        var model = With("""
            public class User { public int Id { get; set; } public List<Phone> Phones { get; set; } = []; }
            public class Phone { public int Id { get; set; } public string Number { get; set; } = ""; }
            """, "builder.Entity<User>().OwnsMany(u => u.Phones, p => { p.WithOwner().HasForeignKey(\"UserId\"); p.HasIndex(x => x.Number).IsUnique(); });");

        Assert.Contains("Index Number", model.UniqueKeys("Phone"));
        Assert.Equal(["PrimaryKey Id"], model.UniqueKeys("User"));
    }

    [Fact]
    public void JoinEntity_HasItsConfiguredKey()
    {
        var model = With("""
            public class User { public int Id { get; set; } public List<Group> Groups { get; set; } = []; }
            public class Group { public int Id { get; set; } public List<User> Users { get; set; } = []; }
            public class Membership { public int UserId { get; set; } public int GroupId { get; set; } public DateTime Since { get; set; } }
            """, "builder.Entity<User>().HasMany(u => u.Groups).WithMany(g => g.Users).UsingEntity<Membership>(m => m.HasKey(x => new { x.UserId, x.GroupId }));");

        Assert.True(model.IsEntity("Membership"));
        Assert.Equal(["PrimaryKey UserId+GroupId"], model.UniqueKeys("Membership"));
    }

    [Fact]
    public void PrincipalKey_IsUnique()
    {
        var model = With("""
            public class User { public int Id { get; set; } public string Code { get; set; } = ""; public List<Note> Notes { get; set; } = []; }
            public class Note { public int Id { get; set; } public string UserCode { get; set; } = ""; public User? User { get; set; } }
            """, "builder.Entity<Note>().HasOne(n => n.User).WithMany(u => u.Notes).HasForeignKey(n => n.UserCode).HasPrincipalKey(u => u.Code);");

        Assert.Equal(["PrimaryKey Id", "Alternate Code"], model.UniqueKeys("User"));
        Assert.Equal(["UserCode"], Assert.Single(model["Note"].ForeignKeys).Members);
    }

    [Fact]
    public void SelfReference_IsNotOneToOne()
    {
        var model = With("public class User { public int Id { get; set; } public int? ParentId { get; set; } public User? Parent { get; set; } }");

        Assert.Equal(["PrimaryKey Id"], model.UniqueKeys("User"));
    }

    [Fact]
    public void UniqueIndexByAnEntityBuilderOfTheApplication_Counts()
    {
        var model = new ModelOf("""
            using Microsoft.EntityFrameworkCore.Migrations;
            public class User { public int Id { get; set; } public string Email { get; set; } = ""; public string Name { get; set; } = ""; public int Number { get; set; } public string Reference { get; set; } = ""; }
            class Db : DbContext { public DbSet<User> Users => Set<User>(); }
            abstract class EntityBuilder(MigrationBuilder migration)
            {
                protected string TableName { get; init; } = "";
                private static string Rewrite(string name) => name;
                public void AddIndex(string indexName, string columnName, bool isUnique = false) => migration.CreateIndex(name: Rewrite(indexName), table: Rewrite(TableName), column: Rewrite(columnName), unique: isUnique);
                public void AddIndex(string indexName, string[] columnNames, bool isUnique = false) => migration.CreateIndex(name: Rewrite(indexName), table: Rewrite(TableName), columns: columnNames.Select(Rewrite).ToArray(), unique: isUnique);
            }

            class UserBuilder : EntityBuilder
            {
                private const string _tableName = "Users";
                public UserBuilder(MigrationBuilder migration) : base(migration) { TableName = _tableName; }
            }

            static class Indexes
            {
                public static void Unique(this MigrationBuilder migration, string table, string column) => migration.CreateIndex("UX_" + column, table, column, unique: true);
            }

            [Migration("20250101_A")] class A : Migration
            {
                protected override void Up(MigrationBuilder migration)
                {
                    var users = new UserBuilder(migration);
                    users.AddIndex("IX_Reference", "Reference");
                    users.AddIndex("IX_User", new[] { "Name", "Email" }, true);
                    migration.Unique("Users", "Number");
                }
            }
            """);

        Assert.Equal(["PrimaryKey Id", "Migration Name+Email", "Migration Number"], model.UniqueKeys("User"));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RaceAnalyzers.Tests;

public sealed class UniqueIndexFixTests
{
    private static string Register(string rule) => $$"""
        public async Task<bool> Register(string name)
        {
            if (await _db.Users.AnyAsync(u => u.Username.ToLower() == name.ToLower()))
                return false;
            {|{{rule}}:_db.Users.Add(new User { Username = name })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """;

    [Fact]
    public Task An_entity_without_configuration_gets_an_attribute() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE101"))
    {
        FixedModel = FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task An_index_that_is_there_becomes_unique() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE101"))
    {
        Model = FixTest.ModelWithIndex("User", "[Index(nameof(Username))]"),
        FixedModel = FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task An_entity_configured_in_code_gets_its_index_there() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE101"))
    {
        Model = Configured("u.Property(x => x.Name).HasMaxLength(80);"),
        FixedModel = Configured("u.Property(x => x.Name).HasMaxLength(80);\n            u.HasIndex(u => u.Username).IsUnique();"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("u.HasIndex(x => x.Username);", "u.HasIndex(x => x.Username).IsUnique();")]
    [InlineData("u.HasIndex(x => x.Username).HasDatabaseName(\"IX_Name\");", "u.HasIndex(x => x.Username).IsUnique().HasDatabaseName(\"IX_Name\");")]
    public Task An_index_that_is_there_in_code_becomes_unique(string before, string after) => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE101"))
    {
        Model = Configured(before),
        FixedModel = Configured(after),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_the_index_that_is_there_holds_some_rows_only() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE102"))
    {
        Model = Configured("u.HasIndex(x => x.Username).HasFilter(\"deleted\");"),
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>It may keep the rows of other tenants from each query, and so let a value come again.</summary>
    [Fact]
    public Task Not_offered_when_the_contexts_base_is_not_in_sight()
    {
        const string Library = """
            public class TenantDb : Microsoft.EntityFrameworkCore.DbContext
            {
                public TenantDb() { }

                public TenantDb(Microsoft.EntityFrameworkCore.DbContextOptions options) : base(options) { }
            }
            """;
        using var image = new MemoryStream();
        Assert.True(CSharpCompilation.Create("Tenants", [CSharpSyntaxTree.ParseText(Library, cancellationToken: TestContext.Current.CancellationToken)], ReferenceCatalog.For(EfCore.Newest, []), new(OutputKind.DynamicallyLinkedLibrary)).Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        var test = new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE102")) { Model = Shop.Model.Replace(": DbContext", ": TenantDb", StringComparison.Ordinal) };
        test.TestState.AdditionalReferences.Add(MetadataReference.CreateFromImage(image.ToArray()));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Configured(string statements) => FixTest.ModelWithContextMember($$"""
        protected override void OnModelCreating(ModelBuilder model)
            {
                model.Entity<User>(u =>
                {
                    {{statements.Replace("\n            ", "\n            ", StringComparison.Ordinal)}}
                });
            }
        """);

    private static string Like(string rule) => $$"""
        public async Task<bool> Like(int post, int user)
        {
            if (await _db.Likes.AnyAsync(l => l.PostId == post && l.UserId == user)) return false;
            {|{{rule}}:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """;

    [Fact]
    public Task Several_columns_make_one_index() => new FixTest<UniqueIndexFix>(Like("RACE102"), Like("RACE101"))
    {
        FixedModel = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Both(string rule) => $$"""
        public async Task<bool> Register(string name, string email)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name)) return false;
            if (await _db.Users.AnyAsync(u => u.Email == email)) return false;
            {|{{rule}}:_db.Users.Add(new User { Username = name, Email = email })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """;

    [Fact]
    public Task Of_several_checks_the_first_gets_its_index() => new FixTest<UniqueIndexFix>(Both("RACE102"), Both("RACE102"))
    {
        FixedModel = FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task And_then_the_next() => new FixTest<UniqueIndexFix>(Both("RACE102"), Both("RACE101"))
    {
        Model = FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"),
        FixedModel = FixTest.ModelWithIndex("User", "[Index(nameof(Email), IsUnique = true)]\n[Index(nameof(Username), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string InTransaction(string rule) => $$"""
        public async Task<bool> Register(string name)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            if (await _db.Users.AnyAsync(u => u.Username == name)) return false;
            {|{{rule}}:_db.Users.Add(new User { Username = name })|};
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }
        """;

    [Fact]
    public Task It_refuses_what_a_transaction_lets_through() => new FixTest<UniqueIndexFix>(InTransaction("RACE201"), InTransaction("RACE101"))
    {
        FixedModel = FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_when_more_than_columns_is_asked() => Fix<UniqueIndexFix>.IsNotOffered(
        """
        public async Task<bool> Register(string name)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name || u.Email == name)) return false;
            {|RACE102:_db.Users.Add(new User { Username = name })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_when_a_state_stands_beside_the_column() => Fix<UniqueIndexFix>.IsNotOffered(
        """
        public async Task<bool> Order(int customer)
        {
            if (await _db.Orders.AnyAsync(o => o.CustomerId == customer && o.Status == OrderStatus.Pending)) return false;
            {|RACE102:_db.Orders.Add(new Order { CustomerId = customer, Status = OrderStatus.Pending })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    private static string Begun(string rule, string first, string second = "post", string access = "private", string set = "PostId = post, ") => $$"""
        public async Task Like(int post, int user)
        {
            Like(_db.Likes.Where(l => {{first}}), post, user);
            await _db.SaveChangesAsync();
        }

        public async Task LikeTwice(int post, int user)
        {
            Like(_db.Likes.Where(l => l.PostId == {{second}}), post, user);
            await _db.SaveChangesAsync();
        }

        {{access}} void Like(IQueryable<Like> likes, int post, int user)
        {
            var like = likes.FirstOrDefault(l => l.UserId == user);
            if (like == null) {|{{rule}}:_db.Likes.Add(new Like { {{set}}UserId = user })|};
        }
        """;

    [Fact]
    public Task A_query_that_all_callers_begin_alike_is_looked_up_there() => new FixTest<UniqueIndexFix>(Begun("RACE102", "l.PostId == post"), Begun("RACE101", "l.PostId == post"))
    {
        FixedModel = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("l.PostId == post", "post", "public", "PostId = post, ")]
    [InlineData("l.PostId == post", "post", "private", "")]
    [InlineData("l.PostId == post", "7", "private", "PostId = post, ")]
    [InlineData("l.PostId == post && l.Id > 7", "post", "private", "PostId = post, ")]
    [InlineData("l.Id == post", "post", "private", "PostId = post, ")]
    public Task Not_offered_when_callers_may_begin_another_query(string first, string second, string access, string set)
    {
        var code = Begun("RACE102", first, second, access, set);
        return Fix<UniqueIndexFix>.IsNotOffered(code);
    }

    private static string Put(string rule) => $$"""
        public async Task Put(int id, int product)
        {
            var order = await _db.Orders.Include(o => o.Lines).SingleAsync(o => o.Id == id);
            if (order.Lines.Any(l => l.ProductId == product)) return;
            {|{{rule}}:order.Lines.Add(new OrderLine { ProductId = product })|};
            await _db.SaveChangesAsync();
        }
        """;

    [Fact]
    public Task A_parents_rows_are_told_by_its_key() => new FixTest<UniqueIndexFix>(Put("RACE102"), Put("RACE101"))
    {
        FixedModel = FixTest.ModelWithIndex("OrderLine", "[Index(nameof(OrderId), nameof(ProductId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Basket = """

        public class Basket
        {
            public int Id { get; set; }
            public List<BasketItem> Items { get; set; } = [];
        }

        public class BasketItem
        {
            public int Id { get; set; }
            public int ProductId { get; set; }
        }
        """;

    private const string Fill = """
        public async Task Fill(int id, int product)
        {
            var basket = await _db.Set<Basket>().Include(b => b.Items).SingleAsync(b => b.Id == id);
            if (basket.Items.Any(i => i.ProductId == product)) return;
            {|RACE102:basket.Items.Add(new BasketItem { ProductId = product })|};
            await _db.SaveChangesAsync();
        }
        """;

    [Fact]
    public Task Not_offered_where_the_parents_key_is_no_member() => new FixTest<UniqueIndexFix>(Fill, Fill)
    {
        Model = Shop.WithMembers(Shop.Model, "public DbSet<Basket> Baskets => Set<Basket>();") + Basket,
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Tag(string rule, string query, string argument = "name") => $$"""
        public async Task<Tag> Get(string name)
        {
            var tag = await Find({{argument}});
            if (tag == null)
            {
                tag = new Tag { Name = {{argument}} };
                {|{{rule}}:_db.Tags.Add(tag)|};
                await _db.SaveChangesAsync();
            }

            return tag;
        }

        private Task<Tag?> Find(string name) => _db.Tags.FirstOrDefaultAsync({{query}});
        """;

    [Fact]
    public Task What_a_method_asks_is_looked_up_there() => new FixTest<UniqueIndexFix>(Tag("RACE103", "t => t.Name == name"), Tag("RACE103", "t => t.Name == name"))
    {
        FixedModel = FixTest.ModelWithIndex("Tag", "[Index(nameof(Name), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_when_the_method_asks_for_more() => new FixTest<UniqueIndexFix>(Tag("RACE103", "t => t.Name == name && t.Uses == 0"), Tag("RACE103", "t => t.Name == name && t.Uses == 0")).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_when_the_method_is_given_one_state() => new FixTest<UniqueIndexFix>(Tag("RACE103", "t => t.Name == name", "\"new\""), Tag("RACE103", "t => t.Name == name", "\"new\"")).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_when_deleted_rows_stay_in_the_table() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE102"))
    {
        Model = FixTest.ModelWithContextMember("protected override void OnModelCreating(ModelBuilder model) => model.Entity<User>().HasQueryFilter(u => !u.IsAdmin);"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Keyed = """
        public async Task Import(int post, List<int> users)
        {
            var likes = await _db.Likes.Where(l => l.PostId == post).ToDictionaryAsync(l => l.UserId);
            foreach (var user in users)
            {
                if (!likes.TryGetValue(user, out var like))
                {
                    {|RACE103:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
                    continue;
                }

                _db.Likes.Remove(like);
            }

            await _db.SaveChangesAsync();
        }
        """;

    [Fact]
    public Task By_its_key_a_dictionary_compares() => new FixTest<UniqueIndexFix>(Keyed, Keyed)
    {
        FixedModel = FixTest.ModelWithIndex("Like", "[Index(nameof(UserId), nameof(PostId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Picked = """
        public async Task Import(int post, List<int> users)
        {
            var likes = await _db.Likes.Where(l => l.PostId == post).Select(l => l.UserId).ToListAsync();
            foreach (var user in users)
            {
                if (!likes.Contains(user)) {|RACE102:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
            }

            await _db.SaveChangesAsync();
        }
        """;

    [Fact]
    public Task Not_offered_when_what_is_picked_is_compared() => new FixTest<UniqueIndexFix>(Picked, Picked).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task What_is_equal_is_there() => new FixTest<UniqueIndexFix>(Tag("RACE103", "t => t.Name != null && t.Name.Equals(name)"), Tag("RACE103", "t => t.Name != null && t.Name.Equals(name)"))
    {
        FixedModel = FixTest.ModelWithIndex("Tag", "[Index(nameof(Name), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_when_another_column_must_be_there() => new FixTest<UniqueIndexFix>(Tag("RACE103", "t => t.Slug != null && t.Name.Equals(name)"), Tag("RACE103", "t => t.Slug != null && t.Name.Equals(name)"))
    {
        Model = FixTest.ModelWith("Tag", "public string? Slug { get; set; }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_a_wider_key_lets_the_columns_come_again() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE102"))
    {
        Model = FixTest.ModelWithIndex("User", "[Index(nameof(Username), nameof(Email), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);
}

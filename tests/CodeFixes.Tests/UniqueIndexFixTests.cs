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

    [Fact]
    public Task Not_offered_when_the_query_was_begun_by_a_caller() => Fix<UniqueIndexFix>.IsNotOffered(
        """
        public async Task Like(int post, int user)
        {
            Like(_db.Likes.Where(l => l.PostId == post), post, user);
            await _db.SaveChangesAsync();
        }

        private void Like(IQueryable<Like> likes, int post, int user)
        {
            var like = likes.FirstOrDefault(l => l.UserId == user);
            if (like == null) {|RACE102:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
        }
        """);

    [Fact]
    public Task Not_offered_when_deleted_rows_stay_in_the_table() => new FixTest<UniqueIndexFix>(Register("RACE102"), Register("RACE102"))
    {
        Model = FixTest.ModelWithContextMember("protected override void OnModelCreating(ModelBuilder model) => model.Entity<User>().HasQueryFilter(u => !u.IsAdmin);"),
    }.RunAsync(TestContext.Current.CancellationToken);
}

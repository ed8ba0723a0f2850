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
}

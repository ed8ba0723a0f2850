namespace RaceAnalyzers.Tests.AcrossCalls;

/// <summary>What a get-or-create asks about is known to who calls it: further columns of a query that was given, a key that this execution has just made.</summary>
public class CallersKnowTests
{
    private const string LikeOfPostAndUser = "model.Entity<Like>().HasIndex(l => new { l.PostId, l.UserId }).IsUnique();";

    private const string GetOrCreate = """

            private Like GetOrCreate(IQueryable<Like> likes, int postId, int userId)
            {
                var like = likes.FirstOrDefault(l => l.UserId == userId);
                if (like == null)
                {
                    like = new Like { PostId = postId, UserId = userId };
                    {|RACE103:_db.Likes.Add(like)|};
                }

                return like;
            }
        """;

    private const string FromAPost = """
            public async Task Like(int postId, int userId)
            {
                GetOrCreate(_db.Likes.Where(l => l.PostId == postId), postId, userId);
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task IndexOverWhatTheCallerAsksTogetherWithTheBody_IsASuggestion() =>
        new RaceTest(Shop.Service(FromAPost + GetOrCreate.Replace("RACE103:", "RACE103.Info:", StringComparison.Ordinal)), Shop.ModelConfigured(LikeOfPostAndUser)).Reports();

    [Fact]
    public Task NoIndexOverWhatTheCallerAsks_Reports() => new RaceTest(Shop.Service(FromAPost + GetOrCreate), Shop.Model).Reports();

    [Fact]
    public Task QueryOfWhichNoCallerIsInSight_IsASuggestion() =>
        new RaceTest(Shop.Service(GetOrCreate.Replace("private Like", "public Like", StringComparison.Ordinal).Replace("return like;", "_db.SaveChanges();\n        return like;", StringComparison.Ordinal).Replace("RACE103:", "RACE103.Info:", StringComparison.Ordinal)), Shop.Model).Reports();

    private const string AddTags = """

            private async Task AddComments(Post post, string[] texts)
            {
                var existing = await _db.Comments.Where(c => c.PostId == post.Id).ToListAsync();
                foreach (var text in texts)
                {
                    var comment = existing.FirstOrDefault(c => c.Text == text);
                    if (comment == null)
                        ADD;
                    else
                        comment.Text = text;
                }

                await _db.SaveChangesAsync();
            }
        """;

    private const string Add = "_db.Comments.Add(new Comment { PostId = post.Id, Text = text })";

    [Fact]
    public Task RowsOfAnObjectThatTheCallerHasJustSaved_IsQuiet() => Verify.IsQuiet("""
            public async Task Write(Post post, string[] texts)
            {
                _db.Posts.Add(post);
                await _db.SaveChangesAsync();
                await AddComments(post, texts);
            }
        """ + AddTags.Replace("ADD", Add, StringComparison.Ordinal));

    [Fact]
    public Task RowsOfAnObjectThatOneOfTwoCallersHasJustSaved_Reports() => Verify.Reports("""
            public async Task Write(Post post, string[] texts)
            {
                _db.Posts.Add(post);
                await _db.SaveChangesAsync();
                await AddComments(post, texts);
            }

            public async Task Extend(int id, string[] texts)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                await AddComments(post, texts);
            }
        """ + AddTags.Replace("ADD", $"{{|RACE103:{Add}|}}", StringComparison.Ordinal));

    private const string Model = """
        namespace Shop;

        public class ShopDb : DbContext
        {
            public DbSet<Purse> Purses => Set<Purse>();
        }

        public class Purse
        {
            public int Id { get; set; }
            public Guid UserId { get; set; }
        }
        """;

    private const string Ensure = """

            public async Task EnsurePurse(Guid userId)
            {
                if (await _db.Purses.AnyAsync(p => p.UserId == userId))
                    return;

                ADD;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task KeyThatTheOnlyCallerGenerates_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task<Guid> Register()
            {
                var id = Guid.NewGuid();
                await EnsurePurse(id);
                return id;
            }
        """ + Ensure.Replace("ADD", "_db.Purses.Add(new Purse { UserId = userId })", StringComparison.Ordinal)), Model).IsQuiet();

    [Fact]
    public Task KeyThatNobodyInSightGenerates_Reports() =>
        new RaceTest(Shop.Service(Ensure.Replace("ADD", "{|RACE102:_db.Purses.Add(new Purse { UserId = userId })|}", StringComparison.Ordinal)), Model).Reports();

    private const string Schedule = """

            private async Task Schedule(int id, DateTime from)
            {
                var happening = await _db.Events.Include(e => e.Bookings).SingleAsync(e => e.Id == id);
                foreach (var booking in happening.Bookings)
                {
                    if (booking.RoomId == 0)
                        BOOKING;
                }

                EVENT;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task RowThatTheOnlyCallerHasJustSaved_IsQuiet() => Verify.IsQuiet("""
            public async Task Create(string title, DateTime from)
            {
                var created = await _db.Events.AddAsync(new Event { Title = title });
                await _db.SaveChangesAsync();
                await Schedule(created.Entity.Id, from);
            }
        """ + Schedule.Replace("BOOKING", "booking.RoomId = from.Day", StringComparison.Ordinal).Replace("EVENT", "happening.Sold += 1", StringComparison.Ordinal));

    [Fact]
    public Task RowThatTheCallerWasAskedFor_Reports() => Verify.Reports("""
            public async Task Change(int id, DateTime from) => await Schedule(id, from);
        """ + Schedule.Replace("BOOKING", "{|RACE002:booking.RoomId = from.Day|}", StringComparison.Ordinal).Replace("EVENT", "{|RACE001:happening.Sold += 1|}", StringComparison.Ordinal));
}

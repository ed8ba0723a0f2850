namespace RaceAnalyzers.Tests;

/// <summary>Which stretch runs again, and what becomes of the context between two runs.</summary>
public sealed class RunAgainTests
{
    private static readonly string Versioned = FixTest.ModelWith("Product", "[Timestamp]\n    public uint Version { get; set; }");

    private static readonly string OneLike = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]");

    private const string Session = """

        public class Session
        {
            private readonly System.Net.Http.HttpClient _http = new();

            public async Task<string> GetUser() => (await _http.PostAsync("https://users", null)).ToString();
        }
        """;

    [Fact]
    public Task What_stands_before_the_read_happens_once() => new FixTest<TokenFix>(
        """
        private readonly Session _session = new();

        public async Task<bool> Buy(int id, bool really)
        {
            if (really)
            {
                var user = await _session.GetUser();
                // What is left?
                var product = await _db.Products.SingleAsync(p => p.Id == id && p.Name == user);
                if (product.Stock < 1) return false;
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }

            return really;
        }
        """,
        """
        private readonly Session _session = new();

        public async Task<bool> Buy(int id, bool really)
        {
            if (really)
            {
                var user = await _session.GetUser();
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        // What is left?
                        var product = await _db.Products.SingleAsync(p => p.Id == id && p.Name == user);
                        if (product.Stock < 1) return false;
                        product.Stock -= 1;
                        await _db.SaveChangesAsync();
                        break;
                    }
                    catch (DbUpdateConcurrencyException) when (attempt < 3)
                    {
                        _db.ChangeTracker.Clear();
                    }
                }
            }

            return really;
        }
        """)
    {
        Model = Shop.Model + Session,
        FixedModel = Versioned + Session,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Each_turn_of_a_loop_runs_again_by_itself() => new FixTest<TokenFix>(
        """
        public async Task Count(int[] ids)
        {
            foreach (var id in ids)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Views += 1|};
                await _db.SaveChangesAsync();
            }
        }
        """,
        """
        public async Task Count(int[] ids)
        {
            foreach (var id in ids)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        var product = await _db.Products.SingleAsync(p => p.Id == id);
                        product.Views += 1;
                        await _db.SaveChangesAsync();
                        break;
                    }
                    catch (DbUpdateConcurrencyException) when (attempt < 3)
                    {
                        _db.ChangeTracker.Clear();
                    }
                }
            }
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("_db.Audits.Add(new Audit { What = user });")]
    [InlineData("var audit = await _db.Audits.FirstAsync(); audit.What = user;")]
    public Task Not_offered_where_something_from_before_may_wait_for_the_save(string before) => Fix<TokenFix>(before).RunAsync(TestContext.Current.CancellationToken);

    private static FixTest<TFix> Fix<TFix>(string before)
        where TFix : Microsoft.CodeAnalysis.CodeFixes.CodeFixProvider, new()
    {
        var code = $$"""
            private readonly Session _session = new();

            public async Task Count(int id)
            {
                var user = await _session.GetUser();
                {{before}}
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Views += 1|};
                await _db.SaveChangesAsync();
            }
            """;
        return new FixTest<TFix>(code, code) { Model = Shop.Model + Session };
    }

    [Fact]
    public Task A_local_function_stays_where_it_is() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, int quantity)
        {
            if (quantity < 1) return Refused();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < quantity) return Refused();
            {|RACE001:product.Stock -= quantity|};
            await _db.SaveChangesAsync();
            return true;

            bool Refused() => quantity < 0;
        }
        """,
        """
        public async Task<bool> Buy(int id, int quantity)
        {
            if (quantity < 1) return Refused();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    if (product.Stock < quantity) return Refused();
                    product.Stock -= quantity;
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }

            bool Refused() => quantity < 0;
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Likes(string add) => $$"""

        public class Likes
        {
            private readonly ShopDb _shared = null!;

            public Like? Find(int post, int user)
            {
                using var db = new ShopDb();
                return db.Likes.AsNoTracking().FirstOrDefault(l => l.PostId == post && l.UserId == user);
            }

            public void Put(Like like)
            {
                {{add}}
            }

            public void Drop(Like like)
            {
                using var db = new ShopDb();
                db.Likes.Remove(like);
                db.SaveChanges();
            }
        }
        """;

    private const string Own = "using var db = new ShopDb();\n        db.Likes.Add(like);\n        db.SaveChanges();\n        Console.Beep();";

    private const string Mixed = "if (like.UserId == 1) { _shared.Likes.Add(like); _shared.SaveChanges(); } else { using var db = new ShopDb(); db.Likes.Add(like); db.SaveChanges(); }";

    private const string Toggle = """
        private readonly Likes _likes = new();

        public void Toggle(int post, int user, Action<string> tell)
        {
            var like = _likes.Find(post, user);
            if (like == null)
            {
                like = new Like { PostId = post, UserId = user };
                {|RACE103:_likes.Put(like)|};
                tell("liked");
            }
            else
            {
                _likes.Drop(like);
                tell("no more");
            }
        }
        """;

    /// <summary>The context that could not save is gone: to ask it for its rows would throw.</summary>
    [Fact]
    public Task A_context_that_ends_with_the_call_is_left_alone() => new FixTest<UniqueViolationFix>(
        Toggle,
        """
        private readonly Likes _likes = new();

        public void Toggle(int post, int user, Action<string> tell)
        {
            var saved = false;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var like = _likes.Find(post, user);
                    if (like == null)
                    {
                        like = new Like { PostId = post, UserId = user };
                        _likes.Put(like);
                        saved = true;
                        tell("liked");
                    }
                    else
                    {
                        _likes.Drop(like);
                        saved = true;
                        tell("no more");
                    }
                    return;
                }
                catch (DbUpdateException e) when (attempt < 3 && !saved && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    // The next run has a context of its own.
                }
            }
        }
        """)
    {
        Model = OneLike + Likes(Own),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Also on the way that found the row: what failed behind it would be sent again.</summary>
    [Fact]
    public Task What_follows_a_branch_that_saves_happens_once_on_every_way() => new FixTest<UniqueViolationFix>(
        """
        private readonly Likes _likes = new();

        public void Like(int post, int user, Action<Like> tell)
        {
            var like = _likes.Find(post, user);
            if (like == null)
            {
                like = new Like { PostId = post, UserId = user };
                {|RACE103:_likes.Put(like)|};
            }
            tell(like);
        }
        """,
        """
        private readonly Likes _likes = new();

        public void Like(int post, int user, Action<Like> tell)
        {
            var saved = false;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var like = _likes.Find(post, user);
                    if (like == null)
                    {
                        like = new Like { PostId = post, UserId = user };
                        _likes.Put(like);
                    }
                    saved = true;
                    tell(like);
                    return;
                }
                catch (DbUpdateException e) when (attempt < 3 && !saved && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    // The next run has a context of its own.
                }
            }
        }
        """)
    {
        Model = OneLike + Likes(Own),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_only_one_of_two_contexts_ends() => new FixTest<UniqueViolationFix>(Toggle, Toggle) { Model = OneLike + Likes(Mixed) }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_the_call_sends_something_before_it_saves() => new FixTest<UniqueViolationFix>(Toggle, Toggle)
    {
        Model = OneLike + Likes("new System.Net.Http.HttpClient().PostAsync(\"\", null).Wait();\n        " + Own),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Any_failure_runs_again_where_the_databases_exception_is_not_in_sight()
    {
        var test = new FixTest<UniqueViolationFix>(
            """
            public async Task Like(int post, int user)
            {
                var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user);
                if (like == null)
                    {|RACE103:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
                else
                    _db.Likes.Remove(like);
                await _db.SaveChangesAsync();
            }
            """,
            """
            public async Task Like(int post, int user)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user);
                        if (like == null)
                            _db.Likes.Add(new Like { PostId = post, UserId = user });
                        else
                            _db.Likes.Remove(like);
                        await _db.SaveChangesAsync();
                        return;
                    }
                    catch (DbUpdateException) when (attempt < 3)
                    {
                        _db.ChangeTracker.Clear();
                    }
                }
            }
            """)
        {
            Model = OneLike,
        };
        const string Config = "is_global = true\nrace_analyzers.provider = mysql";
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", Config));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}

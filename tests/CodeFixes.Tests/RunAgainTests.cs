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

    private static string Mixed(string change, string save) => $$"""
        if (like.UserId == 1)
                {
                    {{change}}
                    {{save}}
                    return;
                }

                using var db = new ShopDb();
                db.Likes.Add(like);
                db.SaveChanges();
        """;

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

    /// <summary>Which of the two failed is known where they stand; outside, one that has ended must not be touched.</summary>
    [Fact]
    public Task Of_two_contexts_the_one_that_stays_forgets_what_failed() => new FixTest<UniqueViolationFix>(
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
                    // What failed has left its context.
                }
            }
        }
        """)
    {
        Model = OneLike + Likes(Mixed("_shared.Likes.Add(like);", "_shared.SaveChanges();")),
        FixedModel = OneLike + Likes(Mixed("_shared.Likes.Add(like);", """
            try
                        {
                            _shared.SaveChanges();
                        }
                        catch (DbUpdateException)
                        {
                            // It must not wait for the next save of this context.
                            _shared.Entry(like).State = EntityState.Detached;
                            throw;
                        }

            """)),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("_shared.Likes.Add(like); _shared.Audits.Add(new Audit());", "_shared.SaveChanges();")]
    [InlineData("_shared.Likes.Add(new Like { PostId = like.PostId, UserId = like.UserId });", "_shared.SaveChanges();")]
    [InlineData("_shared.Likes.Add(like);", "try { _shared.SaveChanges(); } catch (DbUpdateException) { Console.Beep(); throw; }")]
    public Task Not_offered_where_what_failed_would_wait_in_one_of_two_contexts(string change, string save) => new FixTest<UniqueViolationFix>(Toggle, Toggle) { Model = OneLike + Likes(Mixed(change, save)) }.RunAsync(TestContext.Current.CancellationToken);

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

    /// <summary>Nothing of the caller waits for a save any more.</summary>
    [Fact]
    public Task A_caller_that_has_saved_leaves_nothing_to_forget() => new FixTest<TokenFix>(
        """
        public async Task Open(int id)
        {
            await Note();
            await Count(id);
        }

        private async Task Note()
        {
            _db.Audits.Add(new Audit { What = "opened" });
            await _db.SaveChangesAsync();
        }

        public async Task Count(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            {|RACE001:product.Views += 1|};
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Open(int id)
        {
            await Note();
            await Count(id);
        }

        private async Task Note()
        {
            _db.Audits.Add(new Audit { What = "opened" });
            await _db.SaveChangesAsync();
        }

        public async Task Count(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Views += 1;
                    await _db.SaveChangesAsync();
                    return;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Sets = """

        public static class Sets
        {
            public static Product Product(this ShopDb db, int id, Func<IQueryable<Product>, IQueryable<Product>>? including = null)
            {
                including ??= static set => set;
                return including(db.Set<Product>().Where(p => p.Id == id)).First();
            }
        }
        """;

    /// <summary>A delegate from query to query adds an include: nothing happens by it.</summary>
    [Fact]
    public Task What_shapes_a_query_shapes_it_again() => new FixTest<TokenFix>(
        """
        public async Task<bool> Toggle(int id)
        {
            var product = _db.Product(id, set => set);
            {|RACE001:product.Active = !product.Active|};
            await _db.SaveChangesAsync();
            return product.Active;
        }
        """,
        """
        public async Task<bool> Toggle(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = _db.Product(id, set => set);
                    product.Active = !product.Active;
                    await _db.SaveChangesAsync();
                    return product.Active;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        Model = Shop.Model + Sets,
        FixedModel = Versioned + Sets,
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>What the stretch finds out for those below it begins anew.</summary>
    [Fact]
    public Task Results_that_are_declared_above_are_declared_again() => new FixTest<TokenFix>(
        """
        public async Task<int> Count(int id)
        {
            var views = 0;
            await using (var db = new ShopDb())
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Views += 1|};
                views = product.Views;
                await db.SaveChangesAsync();
            }

            return views;
        }
        """,
        """
        public async Task<int> Count(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var views = 0;
                    await using (var db = new ShopDb())
                    {
                        var product = await db.Products.SingleAsync(p => p.Id == id);
                        product.Views += 1;
                        views = product.Views;
                        await db.SaveChangesAsync();
                    }

                    return views;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    // The next run has a context of its own.
                }
            }
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Handed(string body, string does) => $$"""
        public async Task Like(Post post, int user)
        {
            {{body}}
        }

        private async Task<int> Number(Post post) => {{does}};
        """;

    private const string Handing = """
        var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post.Id && l.UserId == user);
            var number = await Number(post);
            if (like == null) {|RACE103:_db.Likes.Add(new Like { PostId = post.Id, UserId = user })|}; else _db.Likes.Remove(like);
            await _db.SaveChangesAsync();
        """;

    /// <summary>A row from before that is only asked for its values, also by a method that it is handed to, may be forgotten.</summary>
    [Fact]
    public Task A_row_that_is_looked_at_elsewhere_may_be_forgotten() => new FixTest<UniqueViolationFix>(
        Handed(Handing, "await _db.Likes.CountAsync(l => l.PostId == post.Id)"),
        Handed("""
            for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post.Id && l.UserId == user);
                        var number = await Number(post);
                        if (like == null) _db.Likes.Add(new Like { PostId = post.Id, UserId = user }); else _db.Likes.Remove(like);
                        await _db.SaveChangesAsync();
                        return;
                    }
                    catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                    {
                        _db.ChangeTracker.Clear();
                    }
                }
            """, "await _db.Likes.CountAsync(l => l.PostId == post.Id)"))
    {
        Model = OneLike,
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_a_row_from_before_is_kept_elsewhere()
    {
        var code = Handed(Handing, "(await _db.Comments.Where(c => c.PostId == post.Id).ToListAsync()).Count + new List<Post> { post }.Count");
        return new FixTest<UniqueViolationFix>(code, code) { Model = OneLike }.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Replace(string before, string loop = "") => $$"""
        public async Task Replace(Session session, int post, int[] users)
        {
            await session.GetUser();
            using var db = new ShopDb();
            {{before}}{{loop}}
        }

        private static async Task Put(ShopDb context, int post, int[] users)
        {
            var likes = await context.Likes.Where(l => l.PostId == post).ToDictionaryAsync(l => l.UserId);
            foreach (var user in users)
            {
                if (likes.TryGetValue(user, out var like))
                {
                    context.Likes.Remove(like);
                }
                else
                {
                    {|RACE103:context.Likes.Add(new Like { PostId = post, UserId = user })|};
                }
            }
        }
        """;

    /// <summary>Of a helper whose changes its caller saves, the caller's stretch runs again, from where nothing waits in the context.</summary>
    [Fact]
    public Task A_helper_runs_again_in_the_body_that_saves() => new FixTest<UniqueViolationFix>(
        Replace("db.Audits.Add(new Audit());\n    await Put(db, post, users);\n    await db.SaveChangesAsync();"),
        Replace("", """
            for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        db.Audits.Add(new Audit());
                        await Put(db, post, users);
                        await db.SaveChangesAsync();
                        return;
                    }
                    catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                    {
                        db.ChangeTracker.Clear();
                    }
                }
            """).Replace("{|RACE103:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal))
    {
        Model = OneLike + Session,
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace RaceAnalyzers.Tests;

public sealed class UniqueViolationFixTests
{
    private static readonly string Indexed = FixTest.ModelWithIndex("User", "[Index(nameof(Username), IsUnique = true)]");

    private const string Register = """
        public async Task<bool> Register(string name, CancellationToken ct)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name, ct))
            {
                // Somebody was first.
                return false;
            }

            var user = new User { Username = name };
            {|RACE101:_db.Users.Add(user)|};
            // Write it down.
            await _db.SaveChangesAsync(ct);
            return true;
        }
        """;

    private static string Registered(string test) => $$"""
        public async Task<bool> Register(string name, CancellationToken ct)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name, ct))
            {
                // Somebody was first.
                return false;
            }

            var user = new User { Username = name };
            _db.Users.Add(user);
            // Write it down.
            try
            {
                await _db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException e) when (e.InnerException is {{test}})
            {
                _db.Entry(user).State = EntityState.Detached;
                return false;
            }

            return true;
        }
        """;

    [Theory]
    [InlineData(Library.PostgreSql, "PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }", "Npgsql")]
    [InlineData(Library.SqlServer, "SqlException { Number: 2601 or 2627 }", "Microsoft.Data.SqlClient")]
    [InlineData(Library.Sqlite, "SqliteException { SqliteExtendedErrorCode: 2067 or 1555 }", "Microsoft.Data.Sqlite")]
    [InlineData(Library.MySql, "MySqlException { Number: 1062 }", "MySqlConnector")]
    public Task The_violation_is_known_by_the_databases_own_code(Library library, string test, string space) => new FixTest<UniqueViolationFix>(Register, Registered(test))
    {
        Model = Indexed,
        With = [library],
        On = library == Library.MySql ? EfCore.EfCore9 : EfCore.Newest,
        Usings = $"using {space};\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task The_entity_that_is_made_in_the_call_gets_a_name() => new FixTest<UniqueViolationFix>(
        """
        public bool Register(string name)
        {
            if (!_db.Users.Any(u => u.Username == name))
            {
                {|RACE101:_db.Users.Add(new User
                {
                    Username = name,
                })|};
                _db.SaveChanges();
                return true;
            }

            return false;
        }
        """,
        """
        public bool Register(string name)
        {
            if (!_db.Users.Any(u => u.Username == name))
            {
                var user = new User
                {
                    Username = name,
                };
                _db.Users.Add(user);
                try
                {
                    _db.SaveChanges();
                }
                catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    _db.Entry(user).State = EntityState.Detached;
                    return false;
                }

                return true;
            }

            return false;
        }
        """)
    {
        Model = Indexed,
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task A_catch_that_is_there_comes_second() => new FixTest<UniqueViolationFix>(
        """
        public async Task Register(string name)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name)) throw new InvalidOperationException("taken");
            var user = new User { Username = name };
            {|RACE101:_db.Users.Add(user)|};
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (Exception e)
            {
                Console.WriteLine(e);
                throw;
            }
        }
        """,
        """
        public async Task Register(string name)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name)) throw new InvalidOperationException("taken");
            var user = new User { Username = name };
            _db.Users.Add(user);
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateException ex) when (ex.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                _db.Entry(user).State = EntityState.Detached;
                throw new InvalidOperationException("taken");
            }
            catch (Exception e)
            {
                Console.WriteLine(e);
                throw;
            }
        }
        """)
    {
        Model = Indexed,
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Get_or_create_reads_again()
    {
        var test = new FixTest<UniqueViolationFix>(
            """
            public async Task<Tag> Get(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag == null)
                {
                    tag = new Tag { Name = name };
                    {|#0:_db.Tags.Add(tag)|};
                    await _db.SaveChangesAsync();
                }

                return tag;
            }
            """,
            """
            public async Task<Tag> Get(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag == null)
                {
                    tag = new Tag { Name = name };
                    _db.Tags.Add(tag);
                    try
                    {
                        await _db.SaveChangesAsync();
                    }
                    catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                    {
                        _db.Entry(tag).State = EntityState.Detached;
                        tag = await _db.Tags.FirstAsync(t => t.Name == name);
                    }
                }

                return tag;
            }
            """)
        {
            Model = FixTest.ModelWithIndex("Tag", "[Index(nameof(Name), IsUnique = true)]"),
            Usings = "using Npgsql;\n\n",
        };
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult("RACE103", DiagnosticSeverity.Info).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Asked(string save, string then) => $$"""
        public async Task<bool> Register(string name)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name))
                return false;

            var user = new User { Username = name };
            {|RACE101:_db.Users.Add(user)|};
            {{save}}
            {{then}}
        }
        """;

    private const string Handled = """
        }
            catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                _db.Entry(user).State = EntityState.Detached;
                return false;
            }

        """;

    [Theory]
    [InlineData("var rows = await _db.SaveChangesAsync();", "return rows > 0;", "int rows;\n    try\n    {\n        rows = await _db.SaveChangesAsync();\n    ", "\n    return rows > 0;")]
    [InlineData("if (await _db.SaveChangesAsync() > 0)", "return true;\n    return false;", "bool saved;\n    try\n    {\n        saved = await _db.SaveChangesAsync() > 0;\n    ", "\n    if (saved)\n    return true;\n    return false;")]
    public Task What_the_save_tells_is_kept(string save, string then, string attempt, string rest) => new FixTest<UniqueViolationFix>(
        Asked(save, then), Asked(attempt + Handled + rest, "").Replace("\n    \n}", "\n}", StringComparison.Ordinal).Replace("{|RACE101:", "", StringComparison.Ordinal).Replace("(user)|}", "(user)", StringComparison.Ordinal))
    {
        Model = Indexed,
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Of_several_databases_each_is_asked_in_its_own_way() => new FixTest<UniqueViolationFix>(
        Register, Registered("PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteExtendedErrorCode: 2067 or 1555 }"))
    {
        Model = Indexed,
        With = [Library.PostgreSql, Library.Sqlite],
        Usings = "using Microsoft.Data.Sqlite;\nusing Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_for_a_database_that_is_not_known() => new FixTest<UniqueViolationFix>(Register, Register)
    {
        Model = Indexed,
        With = [],
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task What_is_found_is_changed_by_the_second_run() => new FixTest<UniqueViolationFix>(
        """
        public async Task Like(int post, int user, CancellationToken ct)
        {
            var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user, ct);
            if (like == null)
            {
                {|RACE103:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
            }
            else
            {
                _db.Likes.Remove(like);
            }

            await _db.SaveChangesAsync(ct);
        }
        """,
        """
        public async Task Like(int post, int user, CancellationToken ct)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user, ct);
                    if (like == null)
                    {
                        _db.Likes.Add(new Like { PostId = post, UserId = user });
                    }
                    else
                    {
                        _db.Likes.Remove(like);
                    }

                    await _db.SaveChangesAsync(ct);
                    return;
                }
                catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_run_again_where_a_message_is_sent_on_the_way() => new FixTest<UniqueViolationFix>(Sending, Sending)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Sending = """
        public async Task Like(int post, int user, Func<Task> send)
        {
            var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user);
            await send();
            if (like == null)
            {
                {|RACE103:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
            }
            else
            {
                _db.Likes.Remove(like);
            }

            await _db.SaveChangesAsync();
        }
        """;

    [Fact]
    public Task Not_run_again_where_a_caller_has_changes_of_its_own() => new FixTest<UniqueViolationFix>(Called, Called)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Called = """
        public async Task Read(int post, int user)
        {
            var row = await _db.Posts.SingleAsync(p => p.Id == post);
            row.Title = "read";
            await Toggle(post, user);
        }

        private async Task Toggle(int post, int user)
        {
            var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user);
            if (like == null)
            {
                {|RACE103:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
            }
            else
            {
                _db.Likes.Remove(like);
            }

            await _db.SaveChangesAsync();
        }
        """;

    private const string Unit = """

        public class Unit
        {
            private readonly ShopDb _db;

            public Unit(ShopDb db) => _db = db;

            public Task BeginTransactionAsync() => _db.Database.BeginTransactionAsync();

            public async Task CommitAsync()
            {
                await _db.SaveChangesAsync();
                await _db.Database.CommitTransactionAsync();
            }

            public Task RollbackAsync() => _db.Database.RollbackTransactionAsync();

            public async Task<bool> SaveAsync()
            {
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (Exception)
                {
                    return false;
                }
            }
        }
        """;

    [Fact]
    public Task A_transaction_that_is_rolled_back_runs_again() => new FixTest<UniqueViolationFix>(
        """
        private readonly Unit _unit = null!;

        public async Task<bool> Like(int post, int user)
        {
            await _unit.BeginTransactionAsync();
            try
            {
                if (await _db.Likes.AnyAsync(l => l.PostId == post && l.UserId == user)) throw new InvalidOperationException("liked");
                {|RACE101:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
                await _unit.CommitAsync();
                return true;
            }
            catch
            {
                await _unit.RollbackAsync();
                throw;
            }
        }
        """,
        """
        private readonly Unit _unit = null!;

        public async Task<bool> Like(int post, int user)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await _unit.BeginTransactionAsync();
                    try
                    {
                        if (await _db.Likes.AnyAsync(l => l.PostId == post && l.UserId == user)) throw new InvalidOperationException("liked");
                        _db.Likes.Add(new Like { PostId = post, UserId = user });
                        await _unit.CommitAsync();
                        return true;
                    }
                    catch
                    {
                        await _unit.RollbackAsync();
                        throw;
                    }
                }
                catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    e.Entries[0].Context.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]") + Unit,
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_the_save_tells_nobody_that_it_failed() => new FixTest<UniqueViolationFix>(Silent, Silent)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]") + Unit,
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Silent = """
        private readonly Unit _unit = null!;

        public async Task<bool> Like(int post, int user)
        {
            if (await _db.Likes.AnyAsync(l => l.PostId == post && l.UserId == user)) return false;
            {|RACE101:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
            return await _unit.SaveAsync();
        }
        """;

    [Fact]
    public Task The_method_that_saves_runs_again_with_the_helper_that_adds() => new FixTest<UniqueViolationFix>(
        """
        public async Task Put(int id, int product)
        {
            var order = await _db.Orders.Include(o => o.Lines).SingleAsync(o => o.Id == id);
            AddLine(order, product);
            await _db.SaveChangesAsync();
        }

        private static void AddLine(Order order, int product)
        {
            if (order.Lines.Any(l => l.ProductId == product)) return;
            {|RACE101:order.Lines.Add(new OrderLine { ProductId = product })|};
        }
        """,
        """
        public async Task Put(int id, int product)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var order = await _db.Orders.Include(o => o.Lines).SingleAsync(o => o.Id == id);
                    AddLine(order, product);
                    await _db.SaveChangesAsync();
                    return;
                }
                catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }

        private static void AddLine(Order order, int product)
        {
            if (order.Lines.Any(l => l.ProductId == product)) return;
            order.Lines.Add(new OrderLine { ProductId = product });
        }
        """)
    {
        Model = FixTest.ModelWithIndex("OrderLine", "[Index(nameof(OrderId), nameof(ProductId), IsUnique = true)]"),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task A_context_of_the_runs_own_needs_no_clearing() => new FixTest<UniqueViolationFix>(
        """
        private ShopDb Open() => new();

        public void Toggle(int post, int user)
        {
            using var db = Open();
            var like = db.Likes.FirstOrDefault(l => l.PostId == post && l.UserId == user);
            if (like == null)
                {|RACE103:db.Likes.Add(new Like { PostId = post, UserId = user })|};
            else
                db.Likes.Remove(like);
            db.SaveChanges();
        }
        """,
        """
        private ShopDb Open() => new();

        public void Toggle(int post, int user)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    using var db = Open();
                    var like = db.Likes.FirstOrDefault(l => l.PostId == post && l.UserId == user);
                    if (like == null)
                        db.Likes.Add(new Like { PostId = post, UserId = user });
                    else
                        db.Likes.Remove(like);
                    db.SaveChanges();
                    return;
                }
                catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    // The next run has a context of its own.
                }
            }
        }
        """)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Looked(string rest) => $$"""
        public async Task<string> Read(int post, int user)
        {
            var row = await _db.Posts.SingleAsync(p => p.Id == post);
            await Toggle(post, user);
            return row.Title;
        }

        private async Task Toggle(int post, int user)
        {
        {{rest}}
        }
        """;

    [Fact]
    public Task A_caller_that_only_looks_may_forget_what_it_saw() => new FixTest<UniqueViolationFix>(
        Looked("""
                var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post && l.UserId == user);
                if (like == null)
                    {|RACE103:_db.Likes.Add(new Like { PostId = post, UserId = user })|};
                else
                    _db.Likes.Remove(like);
                await _db.SaveChangesAsync();
            """),
        Looked("""
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
                    catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                    {
                        _db.ChangeTracker.Clear();
                    }
                }
            """))
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Current = """
        private Post? _current;

        private async Task<Post> Current(int post) => _current ??= await _db.Posts.SingleAsync(p => p.Id == post);

        public async Task Like(int id, int user)
        {
            var post = await Current(id);
            var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == post.Id && l.UserId == user);
            if (like == null)
                {|RACE103:_db.Likes.Add(new Like { PostId = post.Id, UserId = user })|};
            else
                _db.Likes.Remove(like);
            await _db.SaveChangesAsync();
        }
        """;

    [Fact]
    public Task Not_run_again_with_a_row_that_a_field_keeps() => new FixTest<UniqueViolationFix>(Current, Current)
    {
        Model = FixTest.ModelWithIndex("Like", "[Index(nameof(PostId), nameof(UserId), IsUnique = true)]"),
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The second run counts the row that the other session made.</summary>
    [Fact]
    public Task The_next_number_is_computed_again() => new FixTest<UniqueViolationFix>(
        """
        public async Task<int> Issue(int customer)
        {
            var number = await _db.Invoices.CountAsync() + 1;
            {|RACE105:_db.Invoices.Add(new Invoice { Number = number, CustomerId = customer })|};
            await _db.SaveChangesAsync();
            return number;
        }
        """,
        """
        public async Task<int> Issue(int customer)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var number = await _db.Invoices.CountAsync() + 1;
                    _db.Invoices.Add(new Invoice { Number = number, CustomerId = customer });
                    await _db.SaveChangesAsync();
                    return number;
                }
                catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        Model = FixTest.ModelWithIndex("Invoice", "[Index(nameof(Number), IsUnique = true)]"),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_for_a_number_without_a_unique_index() => Fix<UniqueViolationFix>.IsNotOffered(
        """
        public async Task<int> Issue(int customer)
        {
            var number = await _db.Invoices.CountAsync() + 1;
            {|RACE105:_db.Invoices.Add(new Invoice { Number = number, CustomerId = customer })|};
            await _db.SaveChangesAsync();
            return number;
        }
        """);

    private const string TwoKeys = "[Index(nameof(Username), IsUnique = true), Index(nameof(Email), IsUnique = true)]";

    /// <summary>Which of the two it was, the checks say in the second run.</summary>
    [Theory]
    [InlineData("", "var user = new User { Username = name, Email = email };")]
    [InlineData("if (await _db.Users.AnyAsync(u => u.Email == email)) return \"email\";", "var user = new User { Username = name, Email = email };")]
    public Task A_violation_that_may_be_of_another_key_runs_again(string other, string made) => RunsAgain(other, made, TwoKeys);

    /// <summary>They would wait for the next save of the context.</summary>
    [Theory]
    [InlineData("var user = new User { Username = name };", "_db.Audits.Add(new Audit { What = name });")]
    [InlineData("var audit = new Audit(); _db.Audits.Add(audit); var user = new User { Username = name };", "")]
    public Task A_save_that_adds_other_rows_runs_again(string made, string beside) => RunsAgain(beside, made, "[Index(nameof(Username), IsUnique = true)]");

    [Fact]
    public Task A_synchronous_check_runs_again_too() => new FixTest<UniqueViolationFix>(
        """
        public int Register(string name, string email)
        {
            if (_db.Users.Any(u => u.Username == name))
                throw new ArgumentException("taken", nameof(name));
            var entry = {|RACE101:_db.Users.Add(new User { Username = name, Email = email })|};
            _db.SaveChanges();
            return entry.Entity.Id;
        }
        """,
        """
        public int Register(string name, string email)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (_db.Users.Any(u => u.Username == name))
                        throw new ArgumentException("taken", nameof(name));
                    var entry = _db.Users.Add(new User { Username = name, Email = email });
                    _db.SaveChanges();
                    return entry.Entity.Id;
                }
                catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        Model = FixTest.ModelWithIndex("User", TwoKeys),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    private static Task RunsAgain(string beside, string made, string indexes)
    {
        var body = $$"""
            if (await _db.Users.AnyAsync(u => u.Username == name)) return "name";
            {{beside}}
            {{made}}
            [_db.Users.Add(user)];
            await _db.SaveChangesAsync();
            return "";
            """;
        return new FixTest<UniqueViolationFix>(
            $"public async Task<string> Register(string name, string email)\n{{\n{Indented(body, 1).Replace("[_db.Users.Add(user)]", "{|RACE101:_db.Users.Add(user)|}", StringComparison.Ordinal)}\n}}",
            $$"""
            public async Task<string> Register(string name, string email)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
            {{Indented(body, 3).Replace("[_db.Users.Add(user)]", "_db.Users.Add(user)", StringComparison.Ordinal)}}
                    }
                    catch (DbUpdateException e) when (attempt < 3 && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
                    {
                        _db.ChangeTracker.Clear();
                    }
                }
            }
            """)
        {
            Model = FixTest.ModelWithIndex("User", indexes),
            Usings = "using Npgsql;\n\n",
        }.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Indented(string text, int depth) => string.Join('\n', text.Split('\n').Where(line => line.Length > 0).Select(line => new string(' ', 4 * depth) + line));

    /// <summary>The two that answer alike need not be told apart.</summary>
    [Fact]
    public Task Two_checks_with_one_answer_share_the_catch() => new FixTest<UniqueViolationFix>(
        """
        public async Task<bool> Register(string name, string email)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name || u.Email == email))
            {
                return false;
            }

            var user = new User { Username = name, Email = email };
            {|RACE101:_db.Users.Add(user)|};
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Register(string name, string email)
        {
            if (await _db.Users.AnyAsync(u => u.Username == name || u.Email == email))
            {
                return false;
            }

            var user = new User { Username = name, Email = email };
            _db.Users.Add(user);
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                _db.Entry(user).State = EntityState.Detached;
                return false;
            }

            return true;
        }
        """)
    {
        Model = FixTest.ModelWithIndex("User", TwoKeys),
        Usings = "using Npgsql;\n\n",
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The duplicate would count as imported.</summary>
    [Theory]
    [InlineData("imported++;")]
    [InlineData("names.Remove(name);")]
    public Task Not_offered_where_the_row_is_counted_before_it_is_saved(string counting)
    {
        var code = $$"""
            public async Task<int> Import(List<string> names)
            {
                var imported = 0;
                foreach (var name in names.ToArray())
                {
                    if (await _db.Users.AnyAsync(u => u.Username == name)) continue;
                    {|RACE101:_db.Users.Add(new User { Username = name })|};
                    {{counting}}
                    await _db.SaveChangesAsync();
                }

                return imported;
            }
            """;
        return new FixTest<UniqueViolationFix>(code, code) { Model = Indexed }.RunAsync(TestContext.Current.CancellationToken);
    }
}

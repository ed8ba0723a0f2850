namespace RaceAnalyzers.Tests.Rules;

/// <summary>Check-then-insert: the database would refuse the duplicate, and nobody handles that.</summary>
public class RACE101Tests
{
    private static readonly string UniqueName = Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]");

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task IndexWithoutAHandler_ReportsAsInfo(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), UniqueName)
    { On = version }.Reports();

    [Fact]
    public Task FoundRowMeansRefusal_ReportsAsInfo() => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                var existing = await _db.Users.SingleOrDefaultAsync(u => u.Username == name);
                if (existing is not null)
                    return false;

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """, UniqueName);

    [Fact]
    public Task TransformedColumn_CountsAsCovered() => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username.ToLower() == name.ToLower()))
                    return false;

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """, UniqueName);

    [Fact]
    public Task CatchThatLogsAndThrows_HandlesNothing() => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e)
                {
                    Console.WriteLine(e);
                    throw;
                }

                return true;
            }
        """, UniqueName);

    [Fact]
    public Task CatchOfTheConcurrencyException_HandlesNoDuplicate() => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateConcurrencyException)
                {
                    return false;
                }
            }
        """, UniqueName);

    [Theory]
    [InlineData("model.Entity<User>().HasIndex(u => u.Username).IsUnique();")]
    [InlineData("model.Entity<User>().HasIndex(u => u.Username).IsUnique(true);")]
    [InlineData("model.Entity<User>().HasIndex(u => new { u.Username }).IsUnique();")]
    [InlineData("model.Entity<User>().HasIndex(\"Username\").IsUnique();")]
    [InlineData("model.Entity<User>().HasAlternateKey(u => u.Username);")]
    [InlineData("model.Entity<User>(user => { user.HasIndex(u => u.Username).IsUnique(); });")]
    [InlineData("model.Entity<User>().HasKey(u => u.Username);")]
    public Task EachWayToConfigureUniqueness_ReportsAsInfo(string configuration) => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """, Shop.ModelConfigured(configuration));

    [Theory]
    [InlineData("catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: \"23505\" }) { return false; }")]
    [InlineData("catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation }) { return false; }")]
    [InlineData("catch (DbUpdateException e) when ((e.InnerException as Npgsql.PostgresException)?.SqlState == \"23505\") { return false; }")]
    [InlineData("catch (DbUpdateException e) when (IsDuplicate(e)) { return false; }")]
    [InlineData("catch (DbUpdateException e) { if (e.InnerException is Npgsql.PostgresException { SqlState: \"23505\" }) return false; throw; }")]
    [InlineData("catch (Exception e) when (e.InnerException is Npgsql.PostgresException { SqlState: \"23505\" }) { return false; }")]
    public Task IndexWithAHandler_IsQuiet(string handler) => Verify.IsQuiet($$"""
            private static bool IsDuplicate(DbUpdateException e) =>
                e.InnerException is Npgsql.PostgresException postgres && postgres.SqlState == "23505";

            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                _db.Users.Add(new User { Username = name });
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                {{handler}}
            }
        """, UniqueName);

    [Fact]
    public Task HandlerThatThrowsATypedException_IsQuiet() => Verify.IsQuiet("""
            public sealed class NameTakenException(Exception inner) : Exception("Taken", inner);

            public async Task Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new NameTakenException(new InvalidOperationException());

                _db.Users.Add(new User { Username = name });
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    throw new NameTakenException(e);
                }
            }
        """, UniqueName);

    [Fact]
    public Task HandlerInEveryVisibleCaller_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Register(string name)
            {
                try
                {
                    await Insert(name);
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }

            private async Task Insert(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                _db.Users.Add(new User { Username = name });
                await _db.SaveChangesAsync();
            }
        """, UniqueName);

    [Fact]
    public Task HandlerInOneOfTwoCallers_ReportsAsInfo() => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                try
                {
                    await Insert(name);
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }

            public Task RegisterGuest() => Insert("guest");

            private async Task Insert(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
            }
        """, UniqueName);

    [Fact]
    public Task CheckOfTheKey_WithAHandler_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Create(User user)
            {
                if (await _db.Users.AnyAsync(u => u.Id == user.Id))
                    return false;

                _db.Users.Add(user);
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }
        """);

    [Fact]
    public Task IndexOverAPartOfTheCheckedColumns_WithAHandler_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Register(string name, string email)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name && u.Email == email))
                    return false;

                _db.Users.Add(new User { Username = name, Email = email });
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }
        """, UniqueName);

    private const string Accounts = """
        public class Accounts(ShopDb db, IKnown known)
        {
            private User METHOD(string name)
            {
                if (known.Holds(name)) throw new InvalidOperationException();
                var user = new User { Username = name };
                db.Users.Add(user);
                db.SaveChanges();
                return user;
            }

            private bool IsKnown(string name) => db.Users.Any(u => u.Username == name);

            public string Greet(string name)
            {
                if (IsKnown(name)) return "Hello again";
                return "Welcome " + CALL.Username;
            }
        }

        public interface IKnown { bool Holds(string name); }
        """;

    /// <summary>It asks for the row by itself, though out of sight.</summary>
    [Fact]
    public Task GetterThatAdds_AfterAnotherCallHasAsked_IsQuiet() =>
        new RaceTest("namespace Shop;\n" + Accounts.Replace("METHOD", "GetUser").Replace("CALL", "GetUser(name)"), Shop.Model).IsQuiet();

    [Fact]
    public Task MethodThatAdds_AfterAnotherCallHasAsked_Reports() =>
        new RaceTest("namespace Shop;\n" + Accounts.Replace("METHOD", "Register").Replace("CALL", "{|RACE102:Register(name)|}"), Shop.Model).Reports();
}

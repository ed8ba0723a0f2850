namespace RaceAnalyzers.Tests.Protections;

/// <summary>What counts as a unique index over the checked columns, and what its violation's handler looks like.</summary>
public class UniqueIndexTests
{
    private const string Handled = """
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
                //catch
            }
        """;

    [Theory]
    [InlineData(Library.SqlServer, "catch (DbUpdateException e) when (e.InnerException is Microsoft.Data.SqlClient.SqlException { Number: 2601 or 2627 }) { return false; }")]
    [InlineData(Library.SqlServer, "catch (DbUpdateException e) when (e.InnerException is Microsoft.Data.SqlClient.SqlException sql && (sql.Number == 2601 || sql.Number == 2627)) { return false; }")]
    [InlineData(Library.Sqlite, "catch (DbUpdateException e) when (e.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteExtendedErrorCode: 2067 or 1555 }) { return false; }")]
    [InlineData(Library.Sqlite, "catch (DbUpdateException e) when (e.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 }) { return false; }")]
    [InlineData(Library.MySql, "catch (DbUpdateException e) when (e.InnerException is MySqlConnector.MySqlException { ErrorCode: MySqlConnector.MySqlErrorCode.DuplicateKeyEntry }) { return false; }")]
    [InlineData(Library.MySql, "catch (DbUpdateException e) when (e.InnerException is MySqlConnector.MySqlException { Number: 1062 }) { return false; }")]
    public Task HandlerOfEachProvider_IsQuiet(Library provider, string handler) => Verify.IsQuiet(
        Handled.Replace("//catch", handler, StringComparison.Ordinal),
        Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]"),
        provider);

    [Fact]
    public Task HandlerInsideTheSaveHelper_IsQuiet() => Verify.IsQuiet("""
            private async Task<bool> TrySave()
            {
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

            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                _db.Users.Add(new User { Username = name });
                return await TrySave();
            }
        """, Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]"));

    private const string Join = """
            public async Task<bool> Join(int teamId, int userId)
            {
                if (await _db.Members.AnyAsync(m => m.TeamId == teamId && m.UserId == userId))
                    return false;

                {|RACE101.Info:_db.Members.Add(new Member { TeamId = teamId, UserId = userId })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """;

    [Theory]
    [InlineData("model.Entity<Member>().HasIndex(m => new { m.TeamId, m.UserId }).IsUnique();")]
    [InlineData("model.Entity<Member>().HasIndex(m => new { m.UserId, m.TeamId }).IsUnique();")]
    [InlineData("model.Entity<Member>().HasIndex(\"TeamId\", \"UserId\").IsUnique();")]
    [InlineData("model.Entity<Member>().HasKey(m => new { m.TeamId, m.UserId });")]
    [InlineData("model.Entity<Member>().HasAlternateKey(m => new { m.TeamId, m.UserId });")]
    public Task OverSeveralColumns_ReportsAsInfo(string configuration) => Verify.Reports(Join, Shop.ModelConfigured(configuration));

    [Fact]
    public Task OneToOneForeignKey_ReportsAsInfo() => new RaceTest(Shop.Service("""
            public async Task CreateProfile(int userId)
            {
                if (await _db.Set<Profile>().AnyAsync(p => p.UserId == userId))
                    throw new InvalidOperationException("Has one");

                {|RACE101.Info:_db.Set<Profile>().Add(new Profile { UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelConfigured("model.Entity<Profile>().HasOne(p => p.User).WithOne().HasForeignKey<Profile>(p => p.UserId);"), """
        namespace Shop;

        public class Profile
        {
            public int Id { get; set; }
            public int UserId { get; set; }
            public User? User { get; set; }
        }
        """).Reports();

    [Fact]
    public Task OfAnOwnedType_ReportsAsInfo() => new RaceTest(Shop.Service("""
            public async Task Subscribe(string address)
            {
                if (await _db.Set<Subscriber>().AnyAsync(s => s.Address.Value == address))
                    throw new InvalidOperationException();

                {|RACE101.Info:_db.Add(new Subscriber { Address = new Address { Value = address } })|};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelConfigured("model.Entity<Subscriber>().OwnsOne(s => s.Address, a => a.HasIndex(x => x.Value).IsUnique());"), """
        namespace Shop;

        public class Address
        {
            public string Value { get; set; } = "";
        }

        public class Subscriber
        {
            public int Id { get; set; }
            public Address Address { get; set; } = new();
        }
        """).Reports();

    [Fact]
    public Task OnlyInAMigration_ReportsAsInfo() => new RaceTest(Shop.Service("""
            public async Task Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model, """
        using Microsoft.EntityFrameworkCore.Migrations;

        namespace Shop;

        public class UniqueNames : Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) =>
                migrationBuilder.CreateIndex(name: "IX_Users_Username", table: "Users", column: "Username", unique: true);
        }
        """).Reports();

    [Fact]
    public Task InASnapshotOfThisCompilation_ReportsAsInfo() => new RaceTest(Shop.Service("""
            public async Task Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    throw new InvalidOperationException();

                {|RACE101.Info:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model, """
        using Microsoft.EntityFrameworkCore.Infrastructure;

        namespace Shop;

        [DbContext(typeof(ShopDb))]
        public class ShopDbModelSnapshot : ModelSnapshot
        {
            protected override void BuildModel(ModelBuilder modelBuilder)
            {
                modelBuilder.Entity("Shop.User", b =>
                {
                    b.Property<int>("Id").ValueGeneratedOnAdd();
                    b.Property<string>("Username").IsRequired();
                    b.HasKey("Id");
                    b.HasIndex("Username").IsUnique();
                    b.ToTable("Users");
                });
            }
        }
        """).Reports();

    [Fact]
    public Task FilterThatTheInsertedValuesImply_WithAHandler_IsQuiet() => Verify.IsQuiet(
        Handled.Replace("//catch", "catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: \"23505\" }) { return false; }", StringComparison.Ordinal),
        Shop.ModelConfigured("model.Entity<User>().HasIndex(u => u.Username).IsUnique().HasFilter(\"\\\"LockedUntil\\\" IS NULL\");"));

    [Fact]
    public async Task FilterThatTheInsertedValuesDoNotImply_Reports()
    {
        var findings = await Verify.Findings(
            Shop.Service(Handled.Replace("//catch", "catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: \"23505\" }) { return false; }", StringComparison.Ordinal)),
            Shop.ModelConfigured("model.Entity<User>().HasIndex(u => u.Username).IsUnique().HasFilter(\"\\\"IsAdmin\\\" = true\");"));

        Assert.Contains(Assert.Single(findings).Id, (string[])["RACE101", "RACE102"]);
    }

    private const string TakeHandled = """
            public async Task<bool> Take(int number, int holder, JobStatus given)
            {
                if (await _db.Jobs.AnyAsync(j => j.Attempts == number))
                    return false;

                ADD;
                try { await _db.SaveChangesAsync(); }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" }) { return false; }
                return true;
            }
        """;

    private static string ActiveOnly(string filter) => Shop.ModelConfigured($"model.Entity<Job>().HasIndex(j => j.Attempts).IsUnique().HasFilter(\"{filter}\");");

    [Theory]
    [InlineData("\\\"Status\\\" = 1", "JobStatus.Running")]
    [InlineData("\\\"Status\\\" = 'Running'", "JobStatus.Running")]
    public Task FilterOnAState_ThatIsInserted_WithAHandler_IsQuiet(string filter, string status) =>
        Verify.IsQuiet(TakeHandled.Replace("ADD", $"_db.Jobs.Add(new Job {{ Attempts = number, Status = {status} }})", StringComparison.Ordinal), ActiveOnly(filter));

    [Theory]
    [InlineData("\\\"Status\\\" = 1", "JobStatus.Pending")]
    [InlineData("\\\"Status\\\" = 'Running'", "JobStatus.Pending")]
    [InlineData("\\\"Status\\\" = 1", "given")]
    public Task FilterOnAState_ThatIsNotInserted_Reports(string filter, string status) =>
        Verify.Reports(TakeHandled.Replace("ADD", $"{{|RACE102:_db.Jobs.Add(new Job {{ Attempts = number, Status = {status} }})|}}", StringComparison.Ordinal), ActiveOnly(filter));

    [Fact]
    public Task RowInsertedWithTheChange_WhoseUniqueKeyTheCheckedRowDetermines_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task<bool> Redeem(string code)
            {
                var coupon = await _db.Coupons.SingleAsync(c => c.Code == code);
                if (coupon.UsedAt != null)
                    return false;

                coupon.UsedAt = DateTime.UtcNow;
                _db.Add(new Redemption { CouponId = coupon.Id });
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
        """), Shop.WithMembers(Shop.Model, "public DbSet<Redemption> Redemptions => Set<Redemption>();"), """
        namespace Shop;

        [Index(nameof(CouponId), IsUnique = true)]
        public class Redemption
        {
            public int Id { get; set; }
            public int CouponId { get; set; }
        }
        """).IsQuiet();

    private const string Counter = """
        namespace Shop;

        [Index(nameof(Page), IsUnique = true)]
        public class Counter
        {
            public int Id { get; set; }
            public string Page { get; set; } = "";
            public int Hits { get; set; }
        }
        """;

    private static readonly string WithCounters = Shop.WithMembers(Shop.Model, "public DbSet<Counter> Counters => Set<Counter>();");

    [Fact]
    public Task RowInsertedInThePlaceOfTheOneThatIsMissing_DoesNotProtectTheUpdate() => new RaceTest(Shop.Service("""
            public async Task Hit(string page)
            {
                var counter = await _db.Counters.SingleOrDefaultAsync(c => c.Page == page);
                if (counter == null)
                {
                    counter = new Counter { Page = page };
                    _db.Counters.Add(counter);
                }

                {|RACE001:counter.Hits++|};
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    throw new InvalidOperationException("Try again.");
                }
            }
        """), WithCounters, Counter).Reports();

    [Fact]
    public Task RowInsertedUnderAConditionOfItsOwn_DoesNotProtectTheUpdate() => new RaceTest(Shop.Service("""
            public async Task<bool> Redeem(string code, bool log)
            {
                var coupon = await _db.Coupons.SingleAsync(c => c.Code == code);
                if (coupon.UsedAt != null)
                    return false;

                {|RACE002:coupon.UsedAt = DateTime.UtcNow|};
                if (log)
                    _db.Add(new Counter { Page = coupon.Code });
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
        """), WithCounters, Counter).Reports();

    [Fact]
    public Task CompositeIndex_WhosePartAnEarlierReadDetermines_WithAHandler_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Join(int eventId, int userId)
            {
                var item = await _db.Events.SingleAsync(e => e.Id == eventId);
                if (await _db.Seats.AnyAsync(s => s.EventId == item.Id && s.Number == 1))
                    return false;

                _db.Seats.Add(new Seat { EventId = item.Id, Number = 1, HolderId = userId });
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
        """, Shop.ModelConfigured("model.Entity<Seat>().HasIndex(s => new { s.EventId, s.Number }).IsUnique();"));

    [Fact]
    public Task RowAddedWhereItWasMissing_DoesNotProtectTheOneThatIsFound_Reports() => Verify.Reports("""
            public async Task Tip(int userId, decimal amount)
            {
                var wallet = await GetOrCreate(userId);
                {|RACE001:wallet.Balance += amount|};
                await _db.SaveChangesAsync();
            }

            private async Task<Wallet> GetOrCreate(int userId)
            {
                var wallet = await _db.Wallets.FirstOrDefaultAsync(w => w.UserId == userId);
                if (wallet is null)
                    {|RACE103.Info:_db.Wallets.Add(wallet = new Wallet { UserId = userId })|};

                return wallet;
            }
        """, Shop.ModelWith("Wallet", "", "[Index(nameof(UserId), IsUnique = true)]"));

    /// <summary>Who finds no post of the title makes the same slug of it as the other one.</summary>
    [Fact]
    public Task IndexOverAColumnThatIsMadeFromTheChecked_IsInfo() => Verify.Reports("""
            public async Task Publish(CreateUser dto)
            {
                if (await _db.Posts.AnyAsync(p => p.Title == dto.Name)) return;

                {|RACE101.Info:_db.Posts.Add(new Post { Title = dto.Name, Slug = Slugify(dto.Name) })|};
                await _db.SaveChangesAsync();
            }

            private static string Slugify(string text) => text.ToLowerInvariant();
        """, Shop.ModelWith("Post", "", "[Index(nameof(Slug), IsUnique = true)]"));

    [Fact]
    public Task IndexOverAColumnOfAnotherInput_Reports() => Verify.Reports("""
            public async Task Publish(CreateUser dto)
            {
                if (await _db.Posts.AnyAsync(p => p.Title == dto.Name)) return;

                {|RACE102:_db.Posts.Add(new Post { Title = dto.Name, Slug = dto.Username })|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Post", "", "[Index(nameof(Slug), IsUnique = true)]"));

    /// <summary>The key of a link is both its columns; what pins the other one is the list that was read.</summary>
    [Fact]
    public Task LinkOfWhichOneHalfOfTheKeyIsAskedAbout_IsInfo() => Verify.Reports("""
            public async Task Like(int postId, int[] users)
            {
                var likes = await _db.Likes.Where(l => l.PostId == postId).ToDictionaryAsync(l => (l.PostId, l.UserId));
                foreach (var user in users)
                    if (!likes.ContainsKey((postId, user)))
                        {|RACE101.Info:_db.Likes.Add(new Like { PostId = postId, UserId = user })|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelConfigured("model.Entity<Like>().HasKey(l => new { l.PostId, l.UserId });"));

    /// <summary>A list of settings is read for the same owner as the ones that are given.</summary>
    [Fact]
    public Task IndexOverWhatTheReadAndTheGivenObjectShare_IsInfo() => Verify.Reports("""
            public async Task Save(int eventId, List<Seat> seats)
            {
                var known = await _db.Seats.Where(s => s.EventId == eventId).ToListAsync();
                foreach (var seat in seats)
                    if (known.All(k => k.Number != seat.Number)) {|RACE101.Info:_db.Seats.Add(seat)|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Seat", "", "[Index(nameof(EventId), nameof(Number), IsUnique = true)]"));

    [Theory]
    [InlineData("\\\"Status\\\" <> 2", "JobStatus.Running")]
    [InlineData("NOT (\\\"Status\\\" = 2)", "JobStatus.Running")]
    [InlineData("\\\"Worker\\\" IS NULL", "JobStatus.Running")]
    [InlineData("([Worker] IS NULL AND [Status]=(1))", "JobStatus.Running")]
    [InlineData("\\\"Status\\\" = 1 OR \\\"Attempts\\\" > 3", "JobStatus.Pending")]
    [InlineData("\\\"Status\\\" = 0", "JobStatus.Pending, Worker = null")]
    public Task FilterInOtherWords_ThatHolds_IsQuiet(string filter, string status) =>
        Verify.IsQuiet(TakeHandled.Replace("ADD", $"_db.Jobs.Add(new Job {{ Attempts = number, Status = {status} }})", StringComparison.Ordinal), ActiveOnly(filter));

    [Theory]
    [InlineData("\\\"Status\\\" <> 1", "Status = JobStatus.Running")]
    [InlineData("\\\"Status\\\" = 1", "Worker = \"w\"")]
    [InlineData("\\\"Worker\\\" IS NULL", "Worker = \"w\"")]
    [InlineData("\\\"Worker\\\" IS NOT NULL", "Worker = null")]
    [InlineData("\\\"Worker\\\" = N'w'", "Worker = \"x\"")]
    public Task FilterInOtherWords_ThatDoesNotHold_Reports(string filter, string given) =>
        Verify.Reports(TakeHandled.Replace("ADD", $"{{|RACE102:_db.Jobs.Add(new Job {{ Attempts = number, {given} }})|}}", StringComparison.Ordinal), ActiveOnly(filter));

    [Theory]
    [InlineData("\\\"Active\\\"", "true", true)]
    [InlineData("NOT \\\"Active\\\"", "false", true)]
    [InlineData("\\\"Active\\\" IS TRUE", "true", true)]
    [InlineData("\\\"Active\\\"", "false", false)]
    [InlineData("NOT \\\"Active\\\"", "given", false)]
    public Task FilterOnAFlag(string filter, string active, bool holds)
    {
        var add = $"_db.Products.Add(new Product {{ Sku = sku, Active = {active} }})";
        var code = $$"""
                public async Task<bool> Add(string sku, bool given)
                {
                    if (await _db.Products.AnyAsync(p => p.Sku == sku))
                        return false;

                    {{(holds ? add : "{|RACE102:" + add + "|}")}};
                    try { await _db.SaveChangesAsync(); }
                    catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" }) { return false; }
                    return true;
                }
            """;
        var model = Shop.ModelConfigured($"model.Entity<Product>().HasIndex(p => p.Sku).IsUnique().HasFilter(\"{filter}\");");
        return holds ? Verify.IsQuiet(code, model) : Verify.Reports(code, model);
    }

    private const string Bill = """
            public async Task<bool> Bill(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    return false;

                ACT;
                _db.Invoices.Add(new Invoice { Id = KEY, Total = 1 });
                try { await _db.SaveChangesAsync(); }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" }) { return false; }
                return true;
            }
        """;

    [Fact]
    public Task PrimaryKeyThatTheCheckedRowDetermines_IsQuiet() =>
        Verify.IsQuiet(Bill.Replace("ACT", "order.Status = OrderStatus.Paid", StringComparison.Ordinal).Replace("KEY", "order.Id", StringComparison.Ordinal));

    [Fact]
    public Task PrimaryKeyThatIsLeftToTheDatabase_Reports() =>
        Verify.Reports(Bill.Replace("ACT", "{|RACE002:order.Status = OrderStatus.Paid|}", StringComparison.Ordinal).Replace("KEY", "0", StringComparison.Ordinal));

    private static string Tenants(string hook) => Shop.WithMembers(Shop.Model, $$"""
        public int Current { get; set; }
        protected override void OnModelCreating(ModelBuilder model)
        {
            model.Entity<Member>().HasIndex(m => new { m.TeamId, m.UserId }).IsUnique();
            FILTER
        }
        {{hook}}
        """);

    private const string JoinTeam = """
            public async Task<bool> Join(int user)
            {
                if (await _db.Members.AnyAsync(m => ASKED))
                    return false;

                ADD;
                try { await _db.SaveChangesAsync(); }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" }) { return false; }
                return true;
            }
        """;

    private const string AddMember = "_db.Members.Add(new Member { UserId = user })";

    [Fact]
    public Task ColumnThatTheQueryFilterAsksFor_IsQuiet() => Verify.IsQuiet(
        JoinTeam.Replace("ASKED", "m.UserId == user", StringComparison.Ordinal).Replace("ADD", AddMember, StringComparison.Ordinal),
        Tenants("").Replace("FILTER", "model.Entity<Member>().HasQueryFilter(m => m.TeamId == Current);", StringComparison.Ordinal));

    [Theory]
    [InlineData("model.Entity<Member>().HasQueryFilter(m => m.Id > 0);")]
    [InlineData("model.Entity<Member>().HasQueryFilter(m => m.TeamId != Current);")]
    public Task ColumnThatTheQueryFilterDoesNotPin_Reports(string filter) => Verify.Reports(
        JoinTeam.Replace("ASKED", "m.UserId == user", StringComparison.Ordinal).Replace("ADD", $"{{|RACE102:{AddMember}|}}", StringComparison.Ordinal),
        Tenants("").Replace("FILTER", filter, StringComparison.Ordinal));

    private const string TeamHook = """
        public override Task<int> SaveChangesAsync(CancellationToken cancellation = default)
        {
            foreach (var entry in ChangeTracker.Entries<Member>()) entry.Entity.MEMBER = Current;
            return base.SaveChangesAsync(cancellation);
        }
        """;

    [Fact]
    public Task ColumnThatEachSaveSets_IsQuiet() => Verify.IsQuiet(
        JoinTeam.Replace("ASKED", "m.UserId == user && m.TeamId == _db.Current", StringComparison.Ordinal).Replace("ADD", AddMember, StringComparison.Ordinal),
        Tenants(TeamHook.Replace("MEMBER", "TeamId", StringComparison.Ordinal)).Replace("FILTER", "", StringComparison.Ordinal));

    [Fact]
    public Task ColumnThatNothingSets_Reports() => Verify.Reports(
        JoinTeam.Replace("ASKED", "m.UserId == user && m.TeamId == _db.Current", StringComparison.Ordinal).Replace("ADD", $"{{|RACE102:{AddMember}|}}", StringComparison.Ordinal),
        Tenants(TeamHook.Replace("MEMBER", "Id", StringComparison.Ordinal)).Replace("FILTER", "", StringComparison.Ordinal));
}

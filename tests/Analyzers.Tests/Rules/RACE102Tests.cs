namespace RaceAnalyzers.Tests.Rules;

/// <summary>Uniqueness checked, not enforced: the model holds no unique index over the checked columns.</summary>
public class RACE102Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task RegisteringAName_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task Sync_Throw_Reports() => Verify.Reports("""
            public void Register(string name)
            {
                if (_db.Users.Any(u => u.Username == name))
                    throw new InvalidOperationException("Taken");

                var user = new User { Username = name };
                {|RACE102:_db.Users.Add(user)|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task NegatedCheckAroundTheInsert_Reports() => Verify.Reports("""
            public async Task Register(CreateUser dto)
            {
                if (!await _db.Users.AnyAsync(u => u.Email == dto.Email))
                {
                    var user = new User();
                    user.Email = dto.Email;
                    user.Username = dto.Username;
                    await {|RACE102:_db.Users.AddAsync(user)|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task FoundRowMeansRefusal_Reports() => Verify.Reports("""
            public async Task Register(CreateUser dto)
            {
                var existing = await _db.Users.FirstOrDefaultAsync(u => u.Username == dto.Username);
                if (existing != null)
                    throw new InvalidOperationException("Taken");

                {|RACE102:_db.Add(new User { Username = dto.Username, Email = dto.Email })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("await _db.Users.CountAsync(u => u.Username == name) > 0")]
    [InlineData("await _db.Users.Where(u => u.Username == name).CountAsync() != 0")]
    [InlineData("await _db.Users.Where(u => u.Username == name).AnyAsync()")]
    [InlineData("await _db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Username == name) is not null")]
    [InlineData("!await _db.Users.AllAsync(u => u.Username != name)")]
    [InlineData("await _db.Users.Select(u => u.Username).ContainsAsync(name)")]
    [InlineData("(await _db.Users.Select(u => u.Username).ToListAsync()).Contains(name)")]
    [InlineData("_db.Users.Count(u => u.Username.Equals(name)) > 0")]
    [InlineData("await _db.Users.AnyAsync(u => u.Username.ToLower() == name.ToLower())")]
    [InlineData("await _db.Users.Where(u => u.Username == name).Select(u => u.Id).FirstOrDefaultAsync() != 0")]
    public Task EachFormOfTheCheck_Reports(string taken) => Verify.Reports($$"""
            public async Task<bool> Register(string name)
            {
                if ({{taken}})
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Theory]
    [InlineData("_db.Users.Add(user)")]
    [InlineData("_db.Add(user)")]
    [InlineData("_db.Set<User>().Add(user)")]
    [InlineData("_db.Users.AddRange(user)")]
    [InlineData("_db.AddRange(user)")]
    [InlineData("_db.Users.Attach(user)")]
    public Task EachWayToInsert_Reports(string insert) => Verify.Reports($$"""
            public void Register(string name)
            {
                if (_db.Users.Any(u => u.Username == name))
                    throw new InvalidOperationException("Taken");

                var user = new User { Username = name };
                {|RACE102:{{insert}}|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task CheckThroughAFlag_Reports() => Verify.Reports("""
            public async Task<string> Register(string name)
            {
                var taken = await _db.Users.AnyAsync(u => u.Username == name);
                var message = "welcome";
                if (taken)
                {
                    message = "taken";
                }
                else
                {
                    {|RACE102:_db.Users.Add(new User { Username = name })|};
                    await _db.SaveChangesAsync();
                }

                return message;
            }
        """);

    [Fact]
    public Task TwoChecks_ReportOnce() => Verify.Reports("""
            public async Task Register(CreateUser dto)
            {
                if (await _db.Users.AnyAsync(u => u.Username == dto.Username))
                    throw new InvalidOperationException("Name taken");
                if (await _db.Users.AnyAsync(u => u.Email == dto.Email))
                    throw new InvalidOperationException("Address taken");

                {|RACE102:_db.Users.Add(new User { Username = dto.Username, Email = dto.Email })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SeveralColumns_Reports() => Verify.Reports("""
            public async Task<bool> Join(int teamId, int userId)
            {
                var isMember = await _db.Members.AnyAsync(m => m.TeamId == teamId && m.UserId == userId);
                if (isMember) return false;

                {|RACE102:_db.Members.Add(new Member { TeamId = teamId, UserId = userId })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task EntityFromOutside_Reports() => Verify.Reports("""
            public async Task Create(Product product)
            {
                if (await _db.Products.AnyAsync(p => p.Sku == product.Sku))
                    throw new InvalidOperationException("Sku exists");

                {|RACE102:_db.Products.Add(product)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task NewElementInATrackedParentsCollection_Reports() => Verify.Reports("""
            public async Task Book(int eventId, int userId)
            {
                var item = await _db.Events.Include(e => e.Bookings).SingleAsync(e => e.Id == eventId);
                if (item.Bookings.Any(b => b.UserId == userId))
                    throw new InvalidOperationException("Booked already");

                {|RACE102:item.Bookings.Add(new Booking { UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SetDifferenceByExcept_Reports() => Verify.Reports("""
            public async Task Import(List<string> names)
            {
                var existing = await _db.Tags.Select(t => t.Name).ToListAsync();
                var missing = names.Except(existing).Select(n => new Tag { Name = n }).ToList();
                {|RACE102:_db.Tags.AddRange(missing)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SetDifferenceByContains_Reports() => Verify.Reports("""
            public async Task Import(List<string> names)
            {
                var existing = await _db.Tags.Where(t => names.Contains(t.Name)).Select(t => t.Name).ToListAsync();
                foreach (var name in names.Where(n => !existing.Contains(n)))
                {
                    {|RACE102:_db.Tags.Add(new Tag { Name = name })|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LoopThatChoosesAFreeValue_Reports() => Verify.Reports("""
            public async Task Publish(string title)
            {
                var slug = title.ToLowerInvariant();
                var n = 1;
                while (await _db.Posts.AnyAsync(p => p.Slug == slug))
                {
                    slug = title + "-" + n++;
                }

                {|RACE102:_db.Posts.Add(new Post { Title = title, Slug = slug })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckInALoop_Reports() => Verify.Reports("""
            public async Task Import(IEnumerable<string> names)
            {
                foreach (var name in names)
                {
                    if (await _db.Tags.AnyAsync(t => t.Name == name))
                        continue;

                    {|RACE102:_db.Tags.Add(new Tag { Name = name })|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ModelStateCarriesTheCheck_Reports() => new RaceTest("""
        using Microsoft.AspNetCore.Mvc;

        namespace Shop;

        public class AccountController : Controller
        {
            private readonly ShopDb _db;

            public AccountController(ShopDb db) => _db = db;

            [HttpPost]
            public async Task<IActionResult> Register(CreateUser input)
            {
                if (await _db.Users.AnyAsync(u => u.Username == input.Username))
                {
                    ModelState.AddModelError(nameof(input.Username), "Taken");
                }

                if (!ModelState.IsValid)
                {
                    return View(input);
                }

                {|RACE102:_db.Users.Add(new User { Username = input.Username })|};
                await _db.SaveChangesAsync();
                return RedirectToAction("Index", "Home");
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task UniqueIndexOverOtherColumns_Reports() => Verify.Reports("""
            public async Task Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("User", "", "[Index(nameof(Email), IsUnique = true)]"));

    [Fact]
    public Task UniqueIndexOverMoreColumnsThanChecked_Reports() => Verify.Reports("""
            public async Task Register(string name, string email)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return;

                {|RACE102:_db.Users.Add(new User { Username = name, Email = email })|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("User", "", "[Index(nameof(Username), nameof(Email), IsUnique = true)]"));

    [Fact]
    public Task IndexThatIsNotUnique_Reports() => Verify.Reports("""
            public async Task Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelConfigured("model.Entity<User>().HasIndex(u => u.Username);"));

    [Fact]
    public Task HandlerWithoutAnIndex_Reports() => Verify.Reports("""
            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }

                return true;
            }
        """);

    [Fact]
    public Task OneOfTwoChecksIsCovered_ReportsForTheOther() => Verify.Reports("""
            public async Task<bool> Register(CreateUser dto)
            {
                if (await _db.Users.AnyAsync(u => u.Username == dto.Username))
                    return false;
                if (await _db.Users.AnyAsync(u => u.Email == dto.Email))
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = dto.Username, Email = dto.Email })|};
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
        """, Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]"));

    [Fact]
    public Task InsertWithoutACheck_IsQuiet() => Verify.IsQuiet("""
            public async Task Register(string name)
            {
                _db.Users.Add(new User { Username = name });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckThatDecidesNothing_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Register(string name)
            {
                var known = await _db.Users.AnyAsync(u => u.Username == name);
                _db.Audits.Add(new Audit { What = "register" });
                await _db.SaveChangesAsync();
                return known;
            }
        """);

    [Fact]
    public Task ParentExists_IsQuiet() => Verify.IsQuiet("""
            public async Task Add(int customerId)
            {
                var exists = await _db.Users.AnyAsync(u => u.Id == customerId);
                if (!exists)
                    throw new KeyNotFoundException();

                _db.Orders.Add(new Order { CustomerId = customerId });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task EntitlementInAnotherSet_IsQuiet() => Verify.IsQuiet("""
            public async Task Post(int teamId, int userId, string title)
            {
                if (!await _db.Members.AnyAsync(m => m.TeamId == teamId && m.UserId == userId))
                    throw new UnauthorizedAccessException();

                _db.Posts.Add(new Post { Title = title, AuthorId = userId });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task KeyGeneratedHere_IsQuiet() => Verify.IsQuiet("""
            public async Task Invite(int teamId)
            {
                var token = Guid.NewGuid().ToString("N");
                if (await _db.Invitations.AnyAsync(i => i.Token == token))
                    throw new InvalidOperationException();

                _db.Invitations.Add(new Invitation { Token = token, TeamId = teamId });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task DefaultsAtStartup_AreQuiet() => Verify.IsQuiet("""
            public void Initialize()
            {
                if (!_db.Tags.Any())
                {
                    _db.Tags.AddRange(new Tag { Name = "news" }, new Tag { Name = "sport" });
                    _db.SaveChanges();
                }
            }
        """);

    [Fact]
    public Task InsertNotSaved_IsQuiet() => Verify.IsQuiet("""
            public static bool Check(string name)
            {
                using var db = new ShopDb();
                if (db.Users.Any(u => u.Username == name))
                    return false;

                db.Users.Add(new User { Username = name });
                return true;
            }
        """);

    /// <summary>One list decides them all: one sequence, told at its first act.</summary>
    [Fact]
    public Task SeveralInsertsThatOneReadDecides_AreOne() => Verify.Reports("""
            public async Task Register(string[] names)
            {
                var tags = await _db.Tags.ToListAsync();
                foreach (var name in names)
                    if (!tags.Any(t => t.Name == name)) {|RACE102:_db.Tags.Add(new Tag { Name = name })|};
                if (!tags.Any(t => t.Name == "news")) _db.Tags.Add(new Tag { Name = "news" });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowThatIsAddedTwice_IsOneInsert() => Verify.Reports("""
            public async Task Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name)) return;

                var user = new User { Username = name };
                {|RACE102:_db.Users.Add(user)|};
                await _db.SaveChangesAsync();
                _db.Users.Add(user);
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>What is asked for by name is inserted with a name, and whether it is the same one is not seen.</summary>
    [Fact]
    public Task CheckThatIsUnderstoodInPart_IsInfo() => Verify.Reports("""
            public async Task Join(int teamId, CreateUser wanted, CreateUser given)
            {
                if (await _db.Seats.AnyAsync(s => s.EventId == teamId && s.Number == wanted.Name.Length)) return;

                {|RACE102.Info:_db.Seats.Add(new Seat { EventId = teamId, Number = given.Email.Length })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("var errors = new List<string>();", "errors.Add(\"taken\")", "errors.Count > 0")]
    [InlineData("List<string> errors = [];", "errors.Add($\"{name} is taken\")", "errors.Any()")]
    [InlineData("var errors = new Dictionary<string, string>();", "errors.Add(\"name\", \"taken\")", "errors.Count != 0")]
    [InlineData("var outcome = new Outcome();", "outcome.Errors.Add(\"taken\")", "!outcome.IsValid")]
    [InlineData("var outcome = new Outcome();", "outcome.Add(\"taken\")", "!outcome.IsValid")]
    [InlineData("var outcome = new Outcome();", "outcome.Fail()", "outcome.Failed")]
    public Task GatheredErrorsCarryTheCheck_Report(string errors, string add, string refused) => new RaceTest(Shop.Service($$"""
            public async Task<bool> Register(string name)
            {
                {{errors}}
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    {{add}};
                if ({{refused}})
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """) + "public class Outcome { public List<string> Errors { get; } = []; public bool IsValid => Errors.Count == 0; public Outcome Add(string error) { Errors.Add(error); return this; } public bool Failed { get; private set; } public void Fail() => Failed = true; }", Shop.Model).Reports();

    [Fact]
    public Task GatheredErrorsOfAnotherSet_AreQuiet() => Verify.IsQuiet("""
            public async Task<List<string>> Register(string name, int teamId)
            {
                var errors = new List<string>();
                if (!await _db.Members.AnyAsync(m => m.TeamId == teamId))
                    errors.Add("no such team");
                if (errors.Count > 0)
                    return errors;

                _db.Users.Add(new User { Username = name });
                await _db.SaveChangesAsync();
                return errors;
            }
        """);

    [Fact]
    public Task NewRowThatWasToldOfAnotherSet_IsQuiet() => new RaceTest("""
        namespace Shop;

        public class Report
        {
            public int Id { get; set; }
            public string Name { get; set; } = "";
            public bool IsFirst { get; private set; }
            public void Mark() => IsFirst = true;
        }

        public class Reports(ShopDb db)
        {
            public async Task Add(string name, bool strict)
            {
                var report = new Report { Name = name };
                if (!await db.Set<Report>().AnyAsync(r => r.Name == name))
                    report.Mark();
                db.Add(report);
                await db.SaveChangesAsync();
            }
        }
        """, Shop.ModelConfigured("model.Entity<Report>();")).IsQuiet();

    [Theory]
    [InlineData("if (!await _db.Tags.AnyAsync(t => t.Name == name)) missing.Add(new Tag { Name = name });")]
    [InlineData("var taken = await _db.Tags.AnyAsync(t => t.Name == name); if (taken) continue; missing.Add(new Tag { Name = name, Uses = names.Length > 1 ? 1 : 0 });")]
    public Task NewRowsGatheredUnderACheck_Report(string gather) => Verify.Reports($$"""
            public async Task Import(string[] names)
            {
                var missing = new List<Tag>();
                foreach (var name in names)
                {
                    {{gather}}
                }

                {|RACE102:_db.Tags.AddRange(missing)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task NewRowsGatheredWithoutACheck_AreQuiet() => Verify.IsQuiet("""
            public async Task Import(string[] names)
            {
                var fresh = new List<Tag>();
                foreach (var name in names)
                    if (name.Length > 0) fresh.Add(new Tag { Name = name });

                _db.Tags.AddRange(fresh);
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("names.Any(n => n == name)")]
    [InlineData("names.Exists(n => n.Equals(name))")]
    public Task NamesInMemory_Report(string taken) => Verify.Reports($$"""
            public async Task<bool> Register(string name)
            {
                var names = await _db.Users.Select(u => u.Username).ToListAsync();
                if ({{taken}})
                    return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    private const string LookedThrough = """
            public async Task<bool> Register(string name)
            {
                foreach (var user in await _db.Users.ToListAsync())
                    if (user.Username == name) return false;

                {|RACE102:_db.Users.Add(new User { Username = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """;

    [Fact]
    public Task LoopThatLooksThroughTheRows_Reports() => Verify.Reports(LookedThrough);

    [Fact]
    public Task LoopThatLooksForAnotherValue_IsQuiet() =>
        Verify.IsQuiet(LookedThrough.Replace("user.Username ==", "user.Email ==", StringComparison.Ordinal).Replace("{|RACE102:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal));
}

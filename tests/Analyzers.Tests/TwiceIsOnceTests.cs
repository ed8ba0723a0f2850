namespace RaceAnalyzers.Tests;

/// <summary>What two executions do that end alike, and what does not: outcomes of a check, rows that stay in the state they were picked by, values written before they are asked for.</summary>
public class TwiceIsOnceTests
{
    [Fact]
    public Task CheckOfWhatWasJustWritten_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, string name)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                user.Name = name;
                if (string.IsNullOrEmpty(user.Name))
                    throw new ArgumentException(nameof(name));

                user.FullName = name;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckBeforeTheWrite_Reports() => Verify.Reports("""
            public async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE002:order.Status = OrderStatus.Paid|};
                if (order.Status == OrderStatus.Paid)
                    order.PaidAt = DateTime.UtcNow;

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckAfterAReload_Reports() => Verify.Reports("""
            public async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Status = OrderStatus.Pending;
                await _db.Entry(order).ReloadAsync();
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckInTheEntityOfWhatItsMethodWasGiven_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Receive(int id, decimal amount)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Receive(amount);
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Order", """
            public decimal Received { get; set; }

            public void Receive(decimal amount)
            {
                Received = amount;
                if (Received > 0)
                    PaidAt = DateTime.UtcNow;
            }
        """)).IsQuiet();

    [Fact]
    public Task AnotherAnswerBeforeTheCheck_IsQuiet() => Verify.IsQuiet("""
            public async Task<string> Close(int id)
            {
                var product = await _db.Products.FindAsync(id);
                if (product is null)
                    return "missing";

                if (!product.Active)
                    return "closed";

                product.Active = false;
                product.DiscontinuedAt = DateTime.UtcNow;
                await _db.SaveChangesAsync();
                return "closed";
            }
        """);

    [Fact]
    public Task RefusalOfTheSecond_Reports() => Verify.Reports("""
            public async Task<string> Close(int id)
            {
                var product = await _db.Products.FindAsync(id);
                if (product is null)
                    return "missing";

                if (!product.Active)
                    return "was closed before";

                {|RACE002:product.Active = false|};
                await _db.SaveChangesAsync();
                return "closed";
            }
        """);

    [Fact]
    public Task NumberOfRowsThatWereMarked_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> ReadAll()
            {
                var unread = await _db.Notifications.Where(n => !n.IsRead).ToListAsync();
                if (unread.Count == 0)
                    return 0;

                foreach (var notification in unread)
                    notification.IsRead = true;

                await _db.SaveChangesAsync();
                return unread.Count;
            }
        """);

    [Fact]
    public Task MembersThatAreEmptied_AreQuiet() => Verify.IsQuiet("""
            public async Task Forget(int customer)
            {
                var orders = await _db.Orders.Where(o => o.CustomerId == customer && o.Note != null).ToListAsync();
                if (orders.Count == 0)
                    return;

                foreach (var order in orders)
                    order.Note = null;

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowsThatStayInTheStateTheyWerePickedBy_AreQuiet() => Verify.IsQuiet("""
            public async Task Publish(int customer, System.Net.Http.HttpClient http)
            {
                var order = await _db.Orders.Where(o => o.CustomerId == customer && (o.Status == OrderStatus.Paid || o.Status == OrderStatus.Shipped))
                    .OrderBy(o => o.Id).FirstAsync();
                order.Status = OrderStatus.Shipped;
                await _db.SaveChangesAsync();
                await http.PostAsync("https://hooks/" + order.Id, null);
            }
        """);

    [Fact]
    public Task RowsThatLeaveTheStateTheyWerePickedBy_Report() => Verify.Reports("""
            public async Task Ship(System.Net.Http.HttpClient http)
            {
                var order = await _db.Orders.Where(o => o.Status == OrderStatus.Pending || o.Status == OrderStatus.Paid)
                    .OrderBy(o => o.Id).FirstAsync();
                {|RACE004:order.Status = OrderStatus.Shipped|};
                await _db.SaveChangesAsync();
                await http.PostAsync("https://hooks/" + order.Id, null);
            }
        """);

    [Fact]
    public Task AllRowsThatAreMadeInvalidBesideANewOne_AreQuiet() => Verify.IsQuiet("""
            public async Task Invite(int team, string token)
            {
                var open = await _db.Invitations.Where(i => i.TeamId == team && !i.Accepted).ToListAsync();
                foreach (var invitation in open)
                    invitation.Accepted = true;

                _db.Invitations.Add(new Invitation { TeamId = team, Token = token });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task WorkForEachOfTheRows_Reports() => Verify.Reports("""
            public async Task Accept(int team)
            {
                var open = await _db.Invitations.Where(i => i.TeamId == team && !i.Accepted).ToListAsync();
                foreach (var invitation in open)
                {
                    {|RACE004:invitation.Accepted = true|};
                    _db.Members.Add(new Member { TeamId = team, UserId = invitation.Id });
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TextThatIsNormalizedThroughALocal_IsQuiet() => Verify.IsQuiet("""
            public async Task Clean(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                var sku = Normalize(product.Sku);
                if (!string.Equals(product.Sku, sku, StringComparison.Ordinal))
                    product.Sku = sku;

                await _db.SaveChangesAsync();
            }

            private static string Normalize(string text) => text.Trim().ToUpperInvariant();
        """);

    [Fact]
    public Task TextThatIsAppendedThroughALocal_Reports() => Verify.Reports("""
            public async Task Note(int id, string text)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                var note = order.Note + text;
                {|RACE001:order.Note = note|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task MissingValueFilledFromTheRow_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Describe(ITitles titles)
            {
                foreach (var post in await _db.Posts.Where(p => p.Slug == "").ToListAsync())
                {
                    if (string.IsNullOrEmpty(post.Slug))
                        post.Slug = await titles.SlugOf(post.Title);

                    await _db.SaveChangesAsync();
                }
            }
        """), Shop.Model, "namespace Shop; public interface ITitles { Task<string> SlugOf(string title); }").IsQuiet();

    [Fact]
    public Task MissingValueFilledByWhoeverComes_Reports() => Verify.Reports("""
            public async Task Take(int id, string me)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                if (string.IsNullOrEmpty(job.Worker))
                    {|RACE002:job.Worker = me|};

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task FlagThatTellsWhetherAnythingChanged_IsQuiet() => Verify.IsQuiet("""
            public async Task Update(int id, List<string> names)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                var saved = false;
                foreach (var name in names)
                {
                    if (saved) break;
                    if (name.Equals(user.Name)) continue;
                    if (name == "root") user.IsAdmin = true;
                    else { saved = true; user.Name = name; }
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task TypeOfAnObjectMadeFromARow_IsNoCheck() => new RaceTest(Shop.Service("""
            public async Task Rename(int id, Form form)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                form.Title = user.Name;
                if (form is LongForm longer)
                    user.Name = longer.Text;

                await _db.SaveChangesAsync();
            }
        """), Shop.Model, "namespace Shop; public class Form { public string Title { get; set; } = \"\"; } public class LongForm : Form { public string Text { get; set; } = \"\"; }").IsQuiet();

    private const string Pin = """
            public bool IsPinned { get; private set; }
            public string? PinnedBy { get; private set; }
            public void Pin(string user)
            {
                if (IsPinned && string.Equals(PinnedBy, user, StringComparison.Ordinal))
                    return;

                IsPinned = true;
                PinnedBy = user;
            }
            public void Take(string user)
            {
                if (IsPinned && PinnedBy != user)
                    throw new InvalidOperationException();

                IsPinned = true;
                PinnedBy = user;
            }
        """;

    [Fact]
    public Task FlagBesideAValueThatIsAlreadyThere_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task Pin(int id, string user)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                post.Pin(user);
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Post", Pin)).IsQuiet();

    [Fact]
    public Task FlagBesideAValueThatIsSomebodyElses_Reports() => new RaceTest(Shop.Service("""
            public async Task Take(int id, string user)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                {|RACE002:post.Take(user)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Post", Pin)).Reports();

    [Fact]
    public Task StateThatAnotherMemberChooses_IsCheckThenAct() => new RaceTest(Shop.Service("""
            public async Task Reopen(int id)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                {|RACE002:job.Reopen()|};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Job", """
            public void Reopen()
            {
                if (Status is JobStatus.Pending or JobStatus.Running)
                    return;

                Go(Worker is null ? JobStatus.Pending : JobStatus.Running);
            }

            private void Go(JobStatus next) => Status = next;
        """)).Reports();

    [Fact]
    public Task StateThatTheOneBeforeChooses_IsALostUpdate() => new RaceTest(Shop.Service("""
            public async Task Advance(int id)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                {|RACE001:job.Advance()|};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Job", """
            public void Advance() => Go(Status == JobStatus.Pending ? JobStatus.Running : JobStatus.Done);

            private void Go(JobStatus next) => Status = next;
        """)).Reports();

    private const string Callback = """
            public async Task Callback(int id, string note, OrderStatus status)
            {
                var order = await _db.Orders.FirstOrDefaultAsync(o => o.Id == id);
                if (order == null)
                    order = await _db.Orders.FirstOrDefaultAsync(o => o.Note == note);

                if (order == null)
                    return;

                FIRST
                if (order.Status == OrderStatus.Paid)
                {
                    ACT
                    _db.Audits.Add(new Audit { What = "paid" });
                }

                SECOND
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task RowLookedUpInOneOfTwoWaysWhoseNewStateIsAskedFor_IsQuiet() => Verify.IsQuiet(Callback
        .Replace("FIRST", "order.Status = status;", StringComparison.Ordinal).Replace("ACT", "order.PaidAt = DateTime.UtcNow;", StringComparison.Ordinal).Replace("SECOND", "", StringComparison.Ordinal));

    [Fact]
    public Task RowLookedUpInOneOfTwoWaysWhoseOldStateIsAskedFor_Reports() => Verify.Reports(Callback
        .Replace("FIRST", "", StringComparison.Ordinal).Replace("ACT", "{|RACE002:order.PaidAt = DateTime.UtcNow|};", StringComparison.Ordinal).Replace("SECOND", "order.Status = status;", StringComparison.Ordinal));

    private static readonly string Invitations = Shop.ModelWith("Invitation", """
            public void Accept()
            {
                if (Accepted)
                    throw new InvalidOperationException();

                Accepted = true;
            }
            public bool TryAccept()
            {
                if (Accepted)
                    return false;

                Accepted = true;
                return true;
            }
            public void Touch()
            {
                if (Accepted)
                    return;

                Accepted = true;
            }
        """);

    private const string Accept = """
            public async Task<string> Accept(int id)
            {
                var invitation = await _db.Invitations.SingleAsync(i => i.Id == id);
                ACT
                await _db.SaveChangesAsync();
                return "welcome";
            }

            private static void EnsureOpen(Invitation invitation)
            {
                if (invitation.Accepted)
                    throw new InvalidOperationException();
            }
        """;

    [Theory]
    [InlineData("{|RACE002:invitation.Accept()|};")]
    [InlineData("if (!{|RACE002:invitation.TryAccept()|}) return \"taken\";")]
    [InlineData("EnsureOpen(invitation); {|RACE002:invitation.Accepted = true|};")]
    public Task FlagWhoseMethodRefusesTheSecond_Reports(string act) => new RaceTest(Shop.Service(Accept.Replace("ACT", act, StringComparison.Ordinal)), Invitations).Reports();

    [Theory]
    [InlineData("invitation.Touch();")]
    [InlineData("invitation.TryAccept();")]
    public Task FlagWhoseMethodSaysNothing_IsQuiet(string act) => new RaceTest(Shop.Service(Accept.Replace("ACT", act, StringComparison.Ordinal)), Invitations).IsQuiet();

    [Fact]
    public Task ExpiryMovedOnByWhatTheRowSays_IsQuiet() => new RaceTest(Shop.Service("""
            public async Task<string?> Get(int id, DateTime now)
            {
                var order = await _db.Orders.SingleOrDefaultAsync(o => o.Id == id && o.ExpiresAt >= now);
                if (order == null)
                    return null;

                if (order.EndsAt != null && order.EndsAt != order.ExpiresAt)
                {
                    order.ExpiresAt = order.EndsAt < now.AddSeconds(order.SlidingSeconds) ? order.EndsAt.Value : now.AddSeconds(order.SlidingSeconds);
                    await _db.SaveChangesAsync();
                }

                return order.Content;
            }
        """), Shop.ModelWith("Order", Expiring)).IsQuiet();

    [Fact]
    public Task ExpiryMovedOnByWhatTheRowSays_AndTheFirstToldSo_Reports() => new RaceTest(Shop.Service("""
            public async Task<bool> TryLease(int id, DateTime now)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.ExpiresAt >= now)
                    return false;

                {|RACE002:order.ExpiresAt = now.AddSeconds(order.SlidingSeconds)|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.ModelWith("Order", Expiring)).Reports();

    private const string Expiring = """
            public DateTime ExpiresAt { get; set; }
            public DateTime? EndsAt { get; set; }
            public int SlidingSeconds { get; set; }
            public string? Content { get; set; }
        """;
}

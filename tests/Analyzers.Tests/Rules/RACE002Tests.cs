namespace RaceAnalyzers.Tests.Rules;

/// <summary>Check-then-act: a check of a row's state decides a write to that row.</summary>
public class RACE002Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task StatusTransition_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Pay(int id)
            {
                var order = await _db.Orders.FirstAsync(o => o.Id == id);
                if (order.Status == OrderStatus.Pending)
                {
                    {|RACE002:order.Status = OrderStatus.Paid|};
                    await _db.SaveChangesAsync();
                }
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task StatusTransition_AfterAGuardThatThrows_Reports() => Verify.Reports("""
            public void Ship(int id)
            {
                var order = _db.Orders.Find(id) ?? throw new KeyNotFoundException();
                if (order.Status != OrderStatus.Paid)
                    throw new InvalidOperationException("Not paid yet");

                {|RACE002:order.Status = OrderStatus.Shipped|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task StampOnce_WithFurtherMembers_ReportsAtTheFirst() => Verify.Reports("""
            public async Task<bool> Redeem(string code, int userId)
            {
                var coupon = await _db.Coupons.SingleOrDefaultAsync(c => c.Code == code);
                if (coupon is null)
                    return false;

                if (coupon.UsedAt == null)
                {
                    {|RACE002:coupon.UsedAt = DateTime.UtcNow|};
                    coupon.UsedBy = userId;
                    await _db.SaveChangesAsync();
                    return true;
                }

                return false;
            }
        """);

    [Fact]
    public Task FlagWithAnInsertUnderTheCheck_Reports() => Verify.Reports("""
            public async Task Accept(string token, int userId)
            {
                var invite = await _db.Invitations.SingleAsync(i => i.Token == token);
                if (!invite.Accepted)
                {
                    {|RACE002:invite.Accepted = true|};
                    _db.Members.Add(new Member { TeamId = invite.TeamId, UserId = userId });
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task FlagWithARefusalForTheSecondCaller_Reports() => Verify.Reports("""
            public async Task<bool> Accept(string token)
            {
                var invite = await _db.Invitations.SingleAsync(i => i.Token == token);
                if (invite.Accepted)
                {
                    return false;
                }

                {|RACE002:invite.Accepted = true|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task FlagWithACallToTheOutside_Reports() => Verify.Reports("""
            private readonly System.Net.Http.HttpClient _http = new();

            public async Task Accept(string token)
            {
                var invite = await _db.Invitations.SingleAsync(i => i.Token == token);
                if (!invite.Accepted)
                {
                    {|RACE002:invite.Accepted = true|};
                    await _db.SaveChangesAsync();
                    await _http.PostAsync("https://mail.example/welcome", null);
                }
            }
        """);

    [Fact]
    public Task FreeSeat_Reports() => Verify.Reports("""
            public async Task<bool> Reserve(int seatId, int userId)
            {
                var seat = await _db.Seats.FindAsync(seatId);
                if (seat == null || seat.HolderId != null)
                    return false;

                {|RACE002:seat.HolderId = userId|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task ConditionInTheReadsOwnWhere_Reports() => Verify.Reports("""
            public async Task<bool> Reserve(int seatId, int userId)
            {
                var seat = await _db.Seats.FirstOrDefaultAsync(s => s.Id == seatId && s.HolderId == null);
                if (seat == null)
                    return false;

                {|RACE002:seat.HolderId = userId|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task ConditionInAWhereBefore_Reports() => Verify.Reports("""
            public async Task Reserve(int seatId, int userId)
            {
                var free = _db.Seats.Where(s => s.HolderId == null);
                var seat = await free.SingleAsync(s => s.Id == seatId);
                {|RACE002:seat.HolderId = userId|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task PickInMemory_Reports() => Verify.Reports("""
            public async Task Reserve(int eventId, int number, int userId)
            {
                var seats = await _db.Seats.Where(s => s.EventId == eventId).ToListAsync();
                var seat = seats.First(s => s.Number == number && s.HolderId == null);
                {|RACE002:seat.HolderId = userId|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task FlagOfAnExistenceQuery_Reports() => Verify.Reports("""
            public async Task Pay(int id)
            {
                var payable = await _db.Orders.AnyAsync(o => o.Id == id && o.Status == OrderStatus.Pending);
                if (!payable)
                    throw new InvalidOperationException();

                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckOfAnUntrackedProjection_Reports() => Verify.Reports("""
            public async Task Pay(int id)
            {
                var status = await _db.Orders.Where(o => o.Id == id).Select(o => o.Status).SingleAsync();
                if (status != OrderStatus.Pending)
                    return;

                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SwitchStatement_Reports() => Verify.Reports("""
            public async Task Advance(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                switch (order.Status)
                {
                    case OrderStatus.Pending:
                        {|RACE002:order.Status = OrderStatus.Paid|};
                        break;
                    case OrderStatus.Paid:
                        order.Status = OrderStatus.Shipped;
                        break;
                    default:
                        throw new InvalidOperationException();
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Pattern_Reports() => Verify.Reports("""
            public async Task Cancel(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order is not { Status: OrderStatus.Pending or OrderStatus.Paid })
                    throw new InvalidOperationException();

                {|RACE002:order.Status = OrderStatus.Cancelled|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ConditionThroughALocal_Reports() => Verify.Reports("""
            public async Task Cancel(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                var cancellable = order.Status == OrderStatus.Pending;
                if (cancellable)
                {
                    {|RACE002:order.Status = OrderStatus.Cancelled|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task GuardMethodThatThrows_Reports() => Verify.Reports("""
            private static void EnsurePending(Order order)
            {
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();
            }

            public async Task Cancel(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                EnsurePending(order);
                {|RACE002:order.Status = OrderStatus.Cancelled|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RemovedUnderACheck_Reports() => Verify.Reports("""
            public async Task Delete(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status == OrderStatus.Shipped)
                    throw new InvalidOperationException("Already on its way");

                {|RACE002:_db.Orders.Remove(order)|};
                await _db.SaveChangesAsync();
            }

            public async Task Ship(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Status = OrderStatus.Shipped;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CheckOfAnotherMemberThatOthersChange_Reports() => Verify.Reports("""
            public async Task Approve(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Total > 1000)
                    throw new InvalidOperationException("Needs a second signature");

                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }

            public async Task SetTotal(int id, decimal total)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Total = total;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ModelStateCarriesTheCheck_Reports() => new RaceTest("""
        using Microsoft.AspNetCore.Mvc;

        namespace Shop;

        public class OrdersController(ShopDb db) : Controller
        {
            [HttpPost]
            public async Task<IActionResult> Cancel(int id)
            {
                var order = await db.Orders.FindAsync(id);
                if (order == null)
                    return NotFound();

                if (order.Status != OrderStatus.Pending)
                    ModelState.AddModelError("", "Too late");

                if (!ModelState.IsValid)
                    return View(order);

                {|RACE002:order.Status = OrderStatus.Cancelled|};
                await db.SaveChangesAsync();
                return RedirectToAction("Index");
            }
        }
        """, Shop.Model).Reports();

    [Fact]
    public Task ResultObjectCarriesTheCheck_Reports() => Verify.Reports("""
            public sealed record Outcome(bool Success, string? Error = null);

            private static Outcome MayCancel(Order order) =>
                order.Status == OrderStatus.Pending ? new Outcome(true) : new Outcome(false, "Too late");

            public async Task<Outcome> Cancel(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                var outcome = MayCancel(order);
                if (!outcome.Success)
                    return outcome;

                {|RACE002:order.Status = OrderStatus.Cancelled|};
                await _db.SaveChangesAsync();
                return outcome;
            }
        """);

    [Fact]
    public Task LoopOverRows_ReportsOnce() => Verify.Reports("""
            public async Task<int> CancelAll(int customerId)
            {
                var cancelled = 0;
                foreach (var order in await _db.Orders.Where(o => o.CustomerId == customerId).ToListAsync())
                {
                    if (order.Status != OrderStatus.Pending)
                        continue;

                    {|RACE002:order.Status = OrderStatus.Cancelled|};
                    cancelled++;
                }

                await _db.SaveChangesAsync();
                return cancelled;
            }
        """);

    [Fact]
    public Task UntrackedCheckAndStub_Reports() => Verify.Reports("""
            public async Task Cancel(int id)
            {
                var order = await _db.Orders.AsNoTracking().SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE002:order.Status = OrderStatus.Cancelled|};
                _db.Update(order);
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("_db.Entry(order).CurrentValues.SetValues(changes)")]
    [InlineData("_db.Entry(order).State = EntityState.Deleted")]
    [InlineData("_db.Remove(order)")]
    [InlineData("_db.Orders.Remove(order)")]
    public Task EachWayToWriteARow_UnderACheck_Reports(string write) => Verify.Reports($$"""
            public async Task Change(int id, Order changes)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException("Too late");

                {|RACE002:{{write}}|};
                await _db.SaveChangesAsync();
            }

            public async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Status = OrderStatus.Paid;
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("_db.Orders.Single(o => o.Id == id)")]
    [InlineData("_db.Orders.First(o => o.Id == id)")]
    [InlineData("_db.Orders.FirstOrDefault(o => o.Id == id)!")]
    [InlineData("_db.Orders.SingleOrDefault(o => o.Id == id)!")]
    [InlineData("_db.Orders.OrderBy(o => o.Id).Last(o => o.Id == id)")]
    [InlineData("_db.Orders.Where(o => o.Id == id).ToList()[0]")]
    [InlineData("_db.Orders.Where(o => o.Id == id).ToArray().First()")]
    [InlineData("_db.Orders.Where(o => o.Id == id).AsEnumerable().Single()")]
    [InlineData("_db.Orders.Include(o => o.Lines).AsSplitQuery().Single(o => o.Id == id)")]
    [InlineData("_db.Orders.IgnoreQueryFilters().TagWith(\"pay\").Single(o => o.Id == id)")]
    [InlineData("_db.Find<Order>(id)!")]
    [InlineData("_db.Orders.Find([id])!")]
    [InlineData("await _db.FindAsync<Order>(id) ?? throw new KeyNotFoundException()")]
    [InlineData("await _db.Orders.FirstAsync(o => o.Id == id).ConfigureAwait(false)")]
    [InlineData("(await _db.Orders.Where(o => o.Id == id).ToListAsync()).Single()")]
    [InlineData("_db.Orders.SingleAsync(o => o.Id == id).Result")]
    [InlineData("_db.Orders.SingleAsync(o => o.Id == id).GetAwaiter().GetResult()")]
    public Task EachWayToReadARow_Reports(string read) => Verify.Reports($$"""
            public async Task Pay(int id)
            {
                var order = {{read}};
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task MissingRow_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Rename(int id, string name)
            {
                var product = await _db.Products.FindAsync(id);
                if (product is null)
                    return false;

                product.Name = name;
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task ExistenceByAny_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Rename(int id, string name)
            {
                if (!await _db.Products.AnyAsync(p => p.Id == id))
                    return false;

                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task OwnershipOfTheRow_IsQuiet() => Verify.IsQuiet("""
            public async Task Annotate(int id, int userId, string note)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.CustomerId != userId)
                    throw new UnauthorizedAccessException();

                order.Note = note;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RoleOfTheCaller_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, int callerId, string name)
            {
                var caller = await _db.Users.SingleAsync(u => u.Id == callerId);
                if (!caller.IsAdmin)
                    throw new UnauthorizedAccessException();

                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task MembershipOfTheCaller_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int eventId, int teamId, int callerId, string title)
            {
                var mayEdit = await _db.Members.AnyAsync(m => m.TeamId == teamId && m.UserId == callerId && m.Role == Role.Admin);
                if (!mayEdit)
                    throw new UnauthorizedAccessException();

                var item = await _db.Events.SingleAsync(e => e.Id == eventId);
                item.Title = title;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task DidItChange_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, CreateUser dto)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                if (user.Name != dto.Name)
                {
                    user.Name = dto.Name;
                }

                if (!string.Equals(user.Email, dto.Email))
                    user.Email = dto.Email;

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task FlagSetOnce_IsQuiet() => Verify.IsQuiet("""
            public async Task MarkRead(int id)
            {
                var notification = await _db.Notifications.SingleAsync(n => n.Id == id);
                if (!notification.IsRead)
                {
                    notification.IsRead = true;
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task StampSetOnce_IsQuiet() => Verify.IsQuiet("""
            public async Task MarkRead(int id)
            {
                var notification = await _db.Notifications.SingleAsync(n => n.Id == id);
                if (notification.ReadAt == null)
                    notification.ReadAt = DateTime.UtcNow;

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task FlagPickedByItsState_SetForAll_IsQuiet() => Verify.IsQuiet("""
            public async Task MarkAllRead()
            {
                var unread = await _db.Notifications.Where(n => !n.IsRead).ToListAsync();
                foreach (var notification in unread)
                    notification.IsRead = true;

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task MemberThatNeverChanges_IsQuiet() => Verify.IsQuiet("""
            public async Task Annotate(int id, string note)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Kind != "retail")
                    throw new InvalidOperationException();

                order.Note = note;
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Order", "public string Kind { get; init; } = \"\";"));

    [Fact]
    public Task SetterThatNobodyUses_IsQuiet() => Verify.IsQuiet("""
            public async Task Annotate(int id, string note)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Kind != "retail")
                    throw new InvalidOperationException();

                order.Note = note;
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Order", "public string Kind { get; private set; } = \"\";"));

    [Fact]
    public Task RemoveWithoutACheck_IsQuiet() => Verify.IsQuiet("""
            public async Task Delete(int id)
            {
                var order = await _db.Orders.FindAsync(id);
                if (order != null)
                {
                    _db.Orders.Remove(order);
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task CheckThatOnlyThrowsBeforeARead_IsQuiet() => Verify.IsQuiet("""
            public async Task<OrderStatus> Status(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status == OrderStatus.Cancelled)
                    throw new InvalidOperationException();

                return order.Status;
            }
        """);

    [Fact]
    public Task GuardedBulkUpdate_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Reserve(int seatId, int userId)
            {
                var taken = await _db.Seats
                    .Where(s => s.Id == seatId && s.HolderId == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.HolderId, userId));
                if (taken == 0)
                    return false;

                _db.Audits.Add(new Audit { What = "reserved" });
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task ConditionInAQueryFilterOfTheModel_Reports() => Verify.Reports("""
            public async Task<bool> Reserve(int seatId, int userId)
            {
                var seat = await _db.Seats.FirstOrDefaultAsync(s => s.Id == seatId);
                if (seat == null)
                    return false;

                {|RACE002:seat.HolderId = userId|};
                await _db.SaveChangesAsync();
                return true;
            }
        """, Shop.ModelConfigured("model.Entity<Seat>().HasQueryFilter(s => s.HolderId == null);"));

    /// <summary>Did it change? Asked in two parts, or against the row that it is a copy of.</summary>
    [Theory]
    [InlineData("if (user.Name == null || !user.Name.Equals(dto.Name)) user.Name = dto.Name;")]
    [InlineData("var other = await _db.Users.SingleAsync(u => u.Username == dto.Username); if (user.Name != other.Name || user.Email != other.Email) { user.Name = other.Name; user.Email = other.Email; }")]
    public Task WhetherItChanged_IsQuiet(string code) => Verify.IsQuiet($$"""
            public async Task Rename(int id, CreateUser dto)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                {{code}}
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>The check asks about what was just written.</summary>
    [Fact]
    public Task CheckBehindTheWrite_IsQuiet() => Verify.IsQuiet("""
            public async Task Assign(int id, int? holder)
            {
                var seat = await _db.Seats.SingleAsync(s => s.Id == id);
                seat.HolderId = holder;
                if (seat.HolderId != null) seat.Number = holder!.Value;
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>An upsert asks whether the row has a key yet: a key never changes.</summary>
    [Fact]
    public Task CheckOfTheKey_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, string title)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                post.Title = title;
                await Upsert(post);
            }

            private async Task Upsert(Post post)
            {
                if (post.Id == 0) _db.Posts.Add(post);
                else _db.Posts.Update(post);
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>The caller says whether the state is asked about at all.</summary>
    [Fact]
    public Task FilterThatAnArgumentTurnsOff_IsQuiet() => Verify.IsQuiet("""
            private Task<Product?> Get(int id, bool all) => _db.Products.FirstOrDefaultAsync(p => p.Id == id && (!p.Active || p.Active == all));

            public async Task Archive(int id, bool active)
            {
                var product = await Get(id, true);
                if (product == null) return;
                product.Active = active;
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>A time that is moved on by whoever comes, and nothing else.</summary>
    [Fact]
    public Task TouchOfATime_IsQuiet() => Verify.IsQuiet("""
            public async Task Touch(int id)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                if (user.LastSeen < DateTime.UtcNow.AddMinutes(-5)) user.LastSeen = DateTime.UtcNow;
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>Whether the caller may is asked of a policy, of which only the name is known.</summary>
    [Fact]
    public Task PolicyThatIsAskedBeforeARemoval_IsQuiet() => Verify.IsQuiet("""
            public interface IPolicy { Task<bool> MayDelete(bool isLocked); }

            public async Task Delete(int id, IPolicy policy)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                if (!await policy.MayDelete(post.IsLocked)) throw new InvalidOperationException();
                _db.Posts.Remove(post);
                await _db.SaveChangesAsync();
            }
        """);

    private static RaceTest Sourced(string set, string act) => new(Shop.Service($$"""
            public async Task Place(int id, int number, Form form)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {{set}};
                if (order.Source != Source.Mobile)
                    throw new InvalidOperationException();

                {{act}};
                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Order", "public Source Source { get; set; }"), "namespace Shop; public enum Source { Web, Mobile, Import } public class Form { public Source Source { get; set; } }");

    [Fact]
    public Task StateThatOnlyAnotherTypesMemberOfTheNameChanges_IsQuiet() => Sourced("form.Source = Source.Web", "order.Total = number").IsQuiet();

    [Fact]
    public Task StateThatIsChangedSomewhere_Reports() => Sourced("(await _db.Orders.FirstAsync(o => o.Id == number)).Source = Source.Web", "{|RACE002:order.Total = number|}").Reports();

    [Theory]
    [InlineData("if (notification.IsRead) return true;")]
    [InlineData("if (notification.ReadAt != null) return true;")]
    public Task MissingRowToldApart_BothOutcomesAlike_IsQuiet(string check) => Verify.IsQuiet($$"""
            public async Task<bool> MarkRead(int id)
            {
                var notification = await _db.Notifications.FindAsync(id);
                if (notification is null) return false;
                {{check}}
                notification.IsRead = true;
                notification.ReadAt = DateTime.UtcNow;
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Theory]
    [InlineData("if (notification is null || notification.IsRead) return false;")]
    [InlineData("if (notification is null) return false; if (notification.IsRead) return false;")]
    public Task MissingRowAndRefusalAlike_Report(string check) => Verify.Reports($$"""
            public async Task<bool> MarkRead(int id)
            {
                var notification = await _db.Notifications.FindAsync(id);
                {{check}}
                {|RACE002:notification.IsRead = true|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Theory]
    [InlineData("if (!MayFollow(order.Status, status)) return false;")]
    [InlineData("if (!Following.TryGetValue(order.Status, out var next) || !next.Contains(status)) return false;")]
    [InlineData("if (!Following[order.Status].Contains(status)) return false;")]
    public Task WhichStateMayFollow_IsACheck_Reports(string check) => Verify.Reports(Moved(check, "{|RACE002:order.Status = status|};"));

    [Fact]
    public Task WhetherTheStateChanges_IsNoCheck_IsQuiet() => Verify.IsQuiet(Moved("if (order.Status == status) return false;", "order.Status = status;"));

    private static string Moved(string check, string write) => $$"""
            private static readonly Dictionary<OrderStatus, OrderStatus[]> Following = new() { [OrderStatus.Pending] = [OrderStatus.Paid], [OrderStatus.Paid] = [OrderStatus.Shipped] };

            private static bool MayFollow(OrderStatus from, OrderStatus to) => (from, to) switch
            {
                (OrderStatus.Pending, OrderStatus.Paid) => true,
                (OrderStatus.Paid, OrderStatus.Shipped) => true,
                _ => false,
            };

            public async Task<bool> Set(int id, OrderStatus status)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {{check}}
                {{write}}
                await _db.SaveChangesAsync();
                return true;
            }
        """;

    private static string Locked(string check, string write) => $$"""
            public async Task<bool> Change(int id, Post changes)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                {{check}}
                {{write}};
                await _db.SaveChangesAsync();
                return true;
            }

            public async Task Lock(int id)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == id);
                post.IsLocked = true;
                post.Slug = "locked";
                await _db.SaveChangesAsync();
            }
        """;

    [Theory]
    [InlineData("if (post.IsLocked) return false;", "{|RACE002:_db.Remove(post)|}")]
    [InlineData("if (post.IsLocked) throw new InvalidOperationException();", "{|RACE002:_db.Posts.Remove(post)|}")]
    [InlineData("if (post.Slug == \"locked\") return false;", "{|RACE002:post.Title = changes.Title|}")]
    [InlineData("if (post.Slug == \"locked\") return false;", "{|RACE002:_db.Entry(post).CurrentValues.SetValues(changes)|}")]
    public Task StateThatRefuses_Reports(string check, string write) => Verify.Reports(Locked(check, write));

    [Theory]
    [InlineData("if (post.IsLocked) return false;", "post.Title = changes.Title")]
    [InlineData("if (post.Slug == changes.Slug) return false;", "post.Title = changes.Title")]
    [InlineData("if (post.IsLocked) Console.WriteLine(post.Id);", "_db.Remove(post)")]
    public Task FlagOrTextThatIsNoState_IsQuiet(string check, string write) => Verify.IsQuiet(Locked(check, write));

    [Fact]
    public Task StateChosenByAnotherMemberBehindAGuard_Reports() => Verify.Reports("""
            public async Task Reopen(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status == OrderStatus.Pending)
                    return;

                {|RACE002:order.Status = order.Note == null ? OrderStatus.Pending : OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>A text or a number has to be there, and one is there afterwards: who comes later is let through, too.</summary>
    [Theory]
    [InlineData("string.IsNullOrEmpty(user.Username)", "user.Username = name; user.Name = name;")]
    [InlineData("user.Email == null", "user.Email = name; user.Name = name;")]
    public Task TextThatHasToBeThere_AndIsAfterwards_IsQuiet(string isMissing, string change) => Verify.IsQuiet($$"""
            public void Rename(int id, string name)
            {
                var user = _db.Users.Single(u => u.Id == id);
                if ({{isMissing}})
                    throw new InvalidOperationException("Not registered");

                {{change}}
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task NumberThatHasToBeThere_AndIsAfterwards_IsQuiet() => Verify.IsQuiet("""
            public void HandOver(int id, int userId)
            {
                var coupon = _db.Coupons.Single(c => c.Id == id);
                if (!coupon.UsedBy.HasValue)
                    throw new InvalidOperationException("Not used");

                coupon.UsedBy = userId;
                coupon.ExpiresAt = DateTime.UtcNow;
                _db.SaveChanges();
            }
        """);

    [Theory]
    [InlineData("!coupon.UsedBy.HasValue", "coupon.UsedBy = null")]
    [InlineData("coupon.UsedBy.HasValue", "coupon.UsedBy = userId")]
    [InlineData("coupon.UsedBy is not null", "coupon.UsedBy = userId")]
    [InlineData("!(coupon.UsedBy is null)", "coupon.UsedBy = userId")]
    [InlineData("!free", "coupon.UsedBy = userId", "var free = !coupon.UsedBy.HasValue;")]
    [InlineData("coupon.UsedAt == null", "coupon.UsedAt = DateTime.UtcNow")]
    public Task PresenceThatIsClaimedOrGivenUp_Reports(string refused, string change, string asked = "") => Verify.Reports($$"""
            public void Change(int id, int userId)
            {
                var coupon = _db.Coupons.Single(c => c.Id == id);
                {{asked}}
                if ({{refused}})
                    throw new InvalidOperationException();

                {|RACE002:{{change}}|};
                coupon.ExpiresAt = DateTime.UtcNow;
                _db.SaveChanges();
            }
        """);

    [Theory]
    [InlineData("FirstOrDefaultAsync(s => s.HolderId == null)", "{|RACE002:seat.HolderId = holder|}")]
    [InlineData("FirstOrDefaultAsync(s => s.EventId == 1 && s.HolderId == null)", "{|RACE002:seat.HolderId = holder|}")]
    public Task FreeRowThatIsGivenAway_Reports(string pick, string act) => Verify.Reports(Given(pick, act));

    [Theory]
    [InlineData("FirstOrDefaultAsync(s => s.HolderId == null)", "seat.Number = holder")]
    public Task FreeRowThatIsLeftFree_IsQuiet(string pick, string act) => Verify.IsQuiet(Given(pick, act));

    private static string Given(string pick, string act) => $$"""
            public async Task<bool> Give(int holder)
            {
                var seat = await _db.Seats.{{pick}};
                if (seat == null)
                    return false;

                {{act}};
                await _db.SaveChangesAsync();
                return true;
            }
        """;

    [Theory]
    [InlineData("product.DiscontinuedAt != null", "product.Active = true")]
    [InlineData("product.DiscontinuedAt.HasValue", "product.Active = true")]
    public Task StampThatRefusesAStateTransition_Reports(string refused, string act) => Verify.Reports(Restock(refused, $"{{|RACE002:{act}|}}"));

    [Theory]
    [InlineData("product.DiscontinuedAt != null", "product.Name = name")]
    [InlineData("product.DiscontinuedAt != null && name == \"\"", "product.Price = 3")]
    public Task StampThatRefusesAPlainOverwrite_IsQuiet(string refused, string act) => Verify.IsQuiet(Restock(refused, act));

    private static string Restock(string refused, string act) => $$"""
            public async Task Restock(int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if ({{refused}})
                    throw new InvalidOperationException();

                {{act}};
                await _db.SaveChangesAsync();
            }

            public Task Discontinue(int id, DateTime at) => _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.DiscontinuedAt, at));
        """;

    private const string Uploaded = """
            public async Task Rename(int id, string name)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                if (job.Status != JobStatus.Done)
                    throw new InvalidOperationException();

                ACT;
                await _db.SaveChangesAsync();
            }

            public async Task Finish(int id)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                job.Status = JobStatus.STATE;
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task StateThatNothingLeaves_IsQuiet() => Verify.IsQuiet(Uploaded.Replace("ACT", "job.Payload = name", StringComparison.Ordinal).Replace("STATE", "Done", StringComparison.Ordinal));

    [Fact]
    public Task StateThatSomethingLeaves_Reports() => Verify.Reports(Uploaded.Replace("ACT", "{|RACE002:job.Payload = name|}", StringComparison.Ordinal).Replace("STATE", "Pending", StringComparison.Ordinal));
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Quota or overlap check, then insert.</summary>
public class RACE104Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task CountBelowCapacity_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<bool> Book(int eventId, int userId, int capacity)
            {
                if (await _db.Bookings.CountAsync(b => b.EventId == eventId) < capacity)
                {
                    {|RACE104:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                    await _db.SaveChangesAsync();
                    return true;
                }

                return false;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task CountAgainstTheParentsCapacity_Reports() => Verify.Reports("""
            public async Task Book(int eventId, int userId)
            {
                var item = await _db.Events.FindAsync(eventId) ?? throw new KeyNotFoundException();
                var booked = await _db.Bookings.Where(b => b.EventId == eventId).CountAsync();
                if (booked >= item.Capacity)
                    throw new InvalidOperationException("Sold out");

                {|RACE104:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CountOfALoadedCollection_Reports() => Verify.Reports("""
            public async Task Book(int eventId, int userId)
            {
                var item = await _db.Events.Include(e => e.Bookings).SingleAsync(e => e.Id == eventId);
                if (item.Bookings.Count >= item.Capacity)
                    throw new InvalidOperationException("Sold out");

                {|RACE104:item.Bookings.Add(new Booking { UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CountThroughANavigationInTheProjection_Reports() => Verify.Reports("""
            public async Task Book(int eventId, int userId)
            {
                var state = await _db.Events.Where(e => e.Id == eventId)
                    .Select(e => new { e.Capacity, Booked = e.Bookings.Count })
                    .SingleAsync();
                if (state.Booked >= state.Capacity)
                    throw new InvalidOperationException("Sold out");

                {|RACE104:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SumAgainstALimit_Sync_Reports() => Verify.Reports("""
            public void Withdraw(int walletId, decimal amount)
            {
                var spent = _db.Withdrawals.Where(w => w.WalletId == walletId).Sum(w => w.Amount);
                if (spent + amount > 1000)
                    throw new InvalidOperationException("Over the limit");

                {|RACE104:_db.Withdrawals.Add(new Withdrawal { WalletId = walletId, Amount = amount })|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task OverlappingBooking_Reports() => Verify.Reports("""
            public async Task<bool> Reserve(int roomId, DateTime from, DateTime to)
            {
                var overlaps = await _db.Bookings.AnyAsync(b => b.RoomId == roomId && b.From < to && from < b.To);
                if (overlaps)
                    return false;

                {|RACE104:_db.Bookings.Add(new Booking { RoomId = roomId, From = from, To = to })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task OverlapCheckedInMemory_Reports() => Verify.Reports("""
            public async Task<bool> Reserve(int roomId, DateTime from, DateTime to)
            {
                var bookings = await _db.Bookings.Where(b => b.RoomId == roomId).ToListAsync();
                if (bookings.Any(b => b.From < to && from < b.To))
                    return false;

                {|RACE104:_db.Bookings.Add(new Booking { RoomId = roomId, From = from, To = to })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task RowsOfARangeThatAreListed_AndARefusal_Reports() => Verify.Reports("""
            public async Task<List<Booking>> Reserve(int roomId, DateTime from, DateTime to)
            {
                var bookings = await _db.Bookings.Where(b => b.RoomId == roomId && b.From < to && from < b.To).ToListAsync();
                if (bookings.Count > 0)
                    throw new InvalidOperationException("Taken " + bookings.Count + " times");

                {|RACE104:_db.Bookings.Add(new Booking { RoomId = roomId, From = from, To = to })|};
                await _db.SaveChangesAsync();
                return new List<Booking>();
            }
        """);

    [Fact]
    public Task RowsOfARangeThatAreGivenBackWhereThereAreAny_IsQuiet() => Verify.IsQuiet("""
            public async Task<List<Booking>> Of(DateTime from, DateTime to, Func<Task<List<Booking>>> load)
            {
                var bookings = await _db.Bookings.Where(b => b.From < to && from < b.To).ToListAsync();
                if (bookings.Count > 0)
                    return bookings;

                var loaded = await load();
                foreach (var booking in loaded)
                    _db.Bookings.Add(new Booking { RoomId = booking.RoomId, From = booking.From, To = booking.To });
                await _db.SaveChangesAsync();
                return loaded;
            }
        """);

    [Fact]
    public Task LockingTheRowsFound_StillReports() => new RaceTest(Shop.Service("""
            public async Task Book(int eventId, int userId, int capacity)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted);
                var bookings = await _db.Bookings
                    .FromSql($"select * from bookings where event_id = {eventId} for update").ToListAsync();
                if (bookings.Count >= capacity)
                    throw new InvalidOperationException("Sold out");

                {|RACE201:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task LockingTheParent_IsQuiet() => Verify.IsQuiet("""
            public async Task Book(int eventId, int userId)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var item = await _db.Events
                    .FromSql($"select * from events where id = {eventId} for update").SingleAsync();
                if (await _db.Bookings.CountAsync(b => b.EventId == eventId) >= item.Capacity)
                    throw new InvalidOperationException("Sold out");

                _db.Bookings.Add(new Booking { EventId = eventId, UserId = userId });
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task Serializable_IsQuiet() => Verify.IsQuiet("""
            public async Task Book(int eventId, int userId, int capacity)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                if (await _db.Bookings.CountAsync(b => b.EventId == eventId) >= capacity)
                    throw new InvalidOperationException("Sold out");

                _db.Bookings.Add(new Booking { EventId = eventId, UserId = userId });
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task CountForOutput_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> Book(int eventId, int userId)
            {
                _db.Bookings.Add(new Booking { EventId = eventId, UserId = userId });
                await _db.SaveChangesAsync();
                return await _db.Bookings.CountAsync(b => b.EventId == eventId);
            }
        """);

    [Fact]
    public Task RowOfARangeThatIsUsedWhenFound_IsGetOrCreate() => Verify.Reports("""
            public async Task Save(int postId, string text, DateTime since)
            {
                var booking = await _db.Bookings.FirstOrDefaultAsync(b => b.EventId == postId && b.From > since);
                if (booking == null)
                {
                    booking = new Booking { EventId = postId };
                    {|RACE103:_db.Bookings.Add(booking)|};
                }

                booking.From = DateTime.UtcNow;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SumOfNoRows_IsNoQuota_IsQuiet() => Verify.IsQuiet("""
            public async Task Draw(int walletId, decimal amount)
            {
                var drawn = await _db.Withdrawals.Where(w => w.WalletId == walletId).SumAsync(w => (decimal?)w.Amount);
                if (drawn == null)
                    _db.Audits.Add(new Audit { What = "first" });
                _db.Withdrawals.Add(new Withdrawal { WalletId = walletId, Amount = amount });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CountInAProjectionOfTheCallee_IsToldThere() => new RaceTest(Shop.Service("""
            public async Task<bool> Book(int id)
            {
                var found = await _db.Events.Where(e => e.Id == id).Select(e => new { Event = e, Count = e.Bookings.Count() }).FirstOrDefaultAsync();
                if (found is null || found.Count >= 3)
                    return false;

                {|RACE104:_db.Bookings.Add(new Booking { EventId = found.Event.Id })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """), "namespace Shop; public class BookingsController(ShopService shop) { public Task<bool> Post(int id) => shop.Book(id); }", Shop.Model).Reports();

    [Fact]
    public Task SumThatIsCompared_Reports() => Verify.Reports("""
            public async Task Draw(int walletId, decimal amount)
            {
                var drawn = await _db.Withdrawals.Where(w => w.WalletId == walletId).SumAsync(w => (decimal?)w.Amount) ?? 0;
                if (drawn + amount > 100)
                    return;
                {|RACE104:_db.Withdrawals.Add(new Withdrawal { WalletId = walletId, Amount = amount })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("var free = await _db.Bookings.AllAsync(b => b.RoomId != roomId || b.To <= from || b.From >= to); if (!free) return false;")]
    [InlineData("if (await _db.Bookings.AnyAsync(b => b.RoomId == roomId && (b.From <= from && b.To > from || b.From < to && b.To >= to))) return false;")]
    [InlineData("foreach (var b in await _db.Bookings.Where(b => b.RoomId == roomId).ToListAsync()) { if (b.From < to && from < b.To) return false; }")]
    public Task OverlapAskedInOtherWays_Reports(string check) => Verify.Reports($$"""
            public async Task<bool> Book(int roomId, DateTime from, DateTime to)
            {
                {{check}}
                {|RACE104:_db.Bookings.Add(new Booking { RoomId = roomId, From = from, To = to })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task RowsThatALoopCopies_AreQuiet() => Verify.IsQuiet("""
            public async Task Repeat(int roomId, DateTime from, TimeSpan later)
            {
                foreach (var b in await _db.Bookings.Where(b => b.RoomId == roomId).ToListAsync())
                {
                    if (b.From < from) continue;
                    _db.Bookings.Add(new Booking { RoomId = roomId, From = b.From + later, To = b.To + later });
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task WhatFollowsTheInsertThatTheCountLimits_IsToldOnce() => Verify.Reports("""
            public async Task<bool> Book(int eventId, int userId, int capacity)
            {
                if (await _db.Bookings.CountAsync(b => b.EventId == eventId) >= capacity)
                    return false;

                {|RACE104:_db.Bookings.Add(new Booking { EventId = eventId, UserId = userId })|};
                await _db.SaveChangesAsync();
                _db.Withdrawals.Add(new Withdrawal { WalletId = userId, Amount = 1 });
                await _db.SaveChangesAsync();
                return true;
            }
        """);
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Transfer or write skew: what one row or set holds decides a write elsewhere.</summary>
public class RACE003Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task Transfer_ReportsAtTheDebit(EfCore version) => new RaceTest(Shop.Service("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                var from = await _db.Accounts.FirstAsync(a => a.Id == fromId);
                var to = await _db.Accounts.FirstAsync(a => a.Id == toId);
                if (from.Balance >= amount)
                {
                    {|RACE003:from.Balance -= amount|};
                    to.Balance += amount;
                    await _db.SaveChangesAsync();
                }
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task Transfer_WithEarlyReturns_Sync_Reports() => Verify.Reports("""
            public bool Transfer(int fromId, int toId, decimal amount)
            {
                var from = _db.Accounts.Find(fromId);
                var to = _db.Accounts.Find(toId);
                if (from == null || to == null) return false;
                if (from.Balance < amount) return false;

                {|RACE003:from.Balance = from.Balance - amount|};
                to.Balance = to.Balance + amount;
                _db.SaveChanges();
                return true;
            }
        """);

    [Fact]
    public Task Transfer_WithoutACheck_Reports() => Verify.Reports("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                var from = await _db.Accounts.SingleAsync(a => a.Id == fromId);
                var to = await _db.Accounts.SingleAsync(a => a.Id == toId);
                {|RACE003:to.Balance += amount|};
                from.Balance -= amount;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Transfer_RowsPickedFromOneList_Reports() => Verify.Reports("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                var accounts = await _db.Accounts.Where(a => a.Id == fromId || a.Id == toId).ToListAsync();
                var from = accounts.Single(a => a.Id == fromId);
                var to = accounts.Single(a => a.Id == toId);
                if (from.Balance < amount)
                    throw new InvalidOperationException();

                {|RACE003:from.Balance -= amount|};
                to.Balance += amount;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Transfer_BetweenTwoKindsOfRows_Reports() => Verify.Reports("""
            public async Task Deposit(int accountId, int walletId, decimal amount)
            {
                var account = await _db.Accounts.SingleAsync(a => a.Id == accountId);
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == walletId);
                if (account.Balance < amount)
                    throw new InvalidOperationException();

                {|RACE003:account.Balance -= amount|};
                wallet.Balance += amount;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task BalanceDecidesAnInsert_Reports() => Verify.Reports("""
            public async Task Withdraw(int walletId, decimal amount)
            {
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == walletId);
                if (wallet.Balance >= amount)
                {
                    {|RACE003:_db.Withdrawals.Add(new Withdrawal { WalletId = walletId, Amount = amount })|};
                    await _db.SaveChangesAsync();
                }
            }

            public async Task SetBalance(int walletId, decimal balance)
            {
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == walletId);
                wallet.Balance = balance;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task BalanceClampsAnInsert_Reports() => Verify.Reports("""
            public async Task Withdraw(int walletId, decimal amount)
            {
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == walletId);
                var paid = Math.Min(amount, wallet.Balance);
                {|RACE003:_db.Withdrawals.Add(new Withdrawal { WalletId = walletId, Amount = paid })|};
                await _db.SaveChangesAsync();
            }

            public async Task SetBalance(int walletId, decimal balance)
            {
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == walletId);
                wallet.Balance = balance;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TwoBalancesTogetherDecide_Reports() => Verify.Reports("""
            public async Task Withdraw(int firstId, int secondId, decimal amount)
            {
                var a = await _db.Accounts.SingleAsync(x => x.Id == firstId);
                var b = await _db.Accounts.SingleAsync(x => x.Id == secondId);
                if (a.Balance + b.Balance >= amount)
                {
                    {|RACE003:a.Balance -= amount|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task SumOfASetDecides_Reports() => Verify.Reports("""
            public async Task Withdraw(int id, string owner, decimal amount)
            {
                var total = await _db.Accounts.Where(a => a.Owner == owner).SumAsync(a => a.Balance);
                if (total < amount)
                    throw new InvalidOperationException();

                var account = await _db.Accounts.SingleAsync(a => a.Id == id);
                {|RACE003:account.Balance -= amount|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LastOwner_Reports() => Verify.Reports("""
            public async Task Demote(int memberId)
            {
                var member = await _db.Members.SingleAsync(m => m.Id == memberId);
                var owners = await _db.Members.CountAsync(m => m.TeamId == member.TeamId && m.Role == Role.Owner);
                if (owners > 1)
                {
                    {|RACE003:member.Role = Role.User|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    private const string StepDown = """
            public async Task StepDown(int memberId)
            {
                var member = await _db.Members.SingleAsync(m => m.Id == memberId);
                var owners = await _db.Members.CountAsync(m => m.TeamId == member.TeamId && m.Role == Role.Owner);
                if (ISLAST)
                    throw new InvalidOperationException("The last owner stays");

                ACT;
                await _db.SaveChangesAsync();
            }
        """;

    [Theory]
    [InlineData("owners == 1")]
    [InlineData("owners is 1")]
    [InlineData("1 == owners")]
    public Task OnlyOneIsLeft_Reports(string isLast) => Verify.Reports(StepDown.Replace("ISLAST", isLast).Replace("ACT", "{|RACE003:member.Role = Role.User|}"));

    [Theory]
    [InlineData("owners == 2", "member.Role = Role.User")]
    [InlineData("owners == 1", "member.UserId = 7")]
    public Task NoneIsTheLast_IsQuiet(string asked, string act) => Verify.IsQuiet(StepDown.Replace("ISLAST", asked).Replace("ACT", act));

    [Fact]
    public Task LastOwnerLeaves_Reports() => Verify.Reports("""
            public async Task Leave(int teamId, int userId)
            {
                var members = await _db.Members.Where(m => m.TeamId == teamId).ToListAsync();
                var member = members.Single(m => m.UserId == userId);
                if (members.Count(m => m.Role == Role.Owner) <= 1)
                    throw new InvalidOperationException("The last owner stays");

                {|RACE003:_db.Members.Remove(member)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LockedParentFlag_BeforeAChild_IsQuiet() => Verify.IsQuiet("""
            public async Task Comment(int postId, string text)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == postId);
                if (post.IsLocked)
                    return;

                _db.Comments.Add(new Comment { PostId = postId, Text = text });
                await _db.SaveChangesAsync();
            }

            public async Task Lock(int postId)
            {
                var post = await _db.Posts.SingleAsync(p => p.Id == postId);
                post.IsLocked = true;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ParentDate_BeforeAChild_IsQuiet() => Verify.IsQuiet("""
            public async Task Use(int couponId, int orderId)
            {
                var coupon = await _db.Coupons.SingleAsync(c => c.Id == couponId);
                if (coupon.ExpiresAt < DateTime.UtcNow)
                    return;

                _db.OrderLines.Add(new OrderLine { OrderId = orderId, Price = -10 });
                await _db.SaveChangesAsync();
            }

            public async Task Prolong(int couponId, DateTime until)
            {
                var coupon = await _db.Coupons.SingleAsync(c => c.Id == couponId);
                coupon.ExpiresAt = until;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ParentExists_BeforeAChild_IsQuiet() => Verify.IsQuiet("""
            public async Task Comment(int postId, string text)
            {
                if (!await _db.Posts.AnyAsync(p => p.Id == postId))
                    throw new KeyNotFoundException();

                _db.Comments.Add(new Comment { PostId = postId, Text = text });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task PriceOfAnotherRowCopied_IsQuiet() => Verify.IsQuiet("""
            public async Task AddLine(int orderId, int productId)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == productId);
                _db.OrderLines.Add(new OrderLine { OrderId = orderId, ProductId = productId, Price = product.Price, Quantity = 1 });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TransferByBulkUpdates_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Transfer(int fromId, int toId, decimal amount)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var debited = await _db.Accounts.Where(a => a.Id == fromId && a.Balance >= amount)
                    .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance - amount));
                if (debited == 0)
                    return false;

                await _db.Accounts.Where(a => a.Id == toId)
                    .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + amount));
                await transaction.CommitAsync();
                return true;
            }
        """);

    [Fact]
    public Task PriceThatMustBePositive_IsQuiet() => Verify.IsQuiet("""
            public async Task Bill(int productId, int customerId)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == productId);
                if (product.Price <= 0)
                    throw new ArgumentOutOfRangeException(nameof(productId));

                _db.Invoices.Add(new Invoice { CustomerId = customerId, Total = product.Price });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task QuantityComparedWithTheStockThatIsWritten_ReportsTheStockAlone() => Verify.Reports("""
            public async Task Ship(int lineId)
            {
                var line = await _db.OrderLines.Include(l => l.Product).SingleAsync(l => l.Id == lineId);
                if (line.Product!.Stock < line.Quantity)
                    throw new OutOfStockException();

                _db.Withdrawals.Add(new Withdrawal { WalletId = lineId, Amount = line.Quantity });
                {|RACE001:line.Product.Stock = line.Product.Stock - line.Quantity|};
                await _db.SaveChangesAsync();
            }

            public async Task Less(int lineId, int by)
            {
                await _db.OrderLines.Where(l => l.Id == lineId).ExecuteUpdateAsync(s => s.SetProperty(l => l.Quantity, l => l.Quantity - by));
            }
        """);

    /// <summary>The number of pages of a book is counted up while it is scanned, and nobody takes from it.</summary>
    [Fact]
    public Task ClampToAnAmountThatIsOnlyCountedUp_IsQuiet() => Verify.IsQuiet("""
            private static void Grow(Event size) => size.Capacity += 10;

            public async Task Mark(int id, int page)
            {
                var size = await _db.Events.SingleAsync(e => e.Id == id);
                _db.Seats.Add(new Seat { EventId = id, Number = Math.Min(page, size.Capacity) });
                await _db.SaveChangesAsync();
            }
        """);

    /// <summary>Fewer than one: is there any?</summary>
    [Fact]
    public Task CountOfOtherRowsThatAsksForAny_IsQuiet() => Verify.IsQuiet("""
            public async Task Share(int teamId, int userId)
            {
                if (await _db.Members.CountAsync(m => m.TeamId == teamId && m.UserId == userId) < 1) return;

                _db.Invitations.Add(new Invitation { TeamId = teamId });
                await _db.SaveChangesAsync();
            }
        """);

    private const string Demote = """
            public async Task<bool> Demote(int teamId, int id)
            {
                //begin
                if (await _db.Members.CountAsync(m => m.TeamId == teamId && m.Role == Role.Owner) < 2) return false;

                await //act;
                return true;
            }
        """;

    /// <summary>Each of two owners counts two, and both step down: the command's own condition asks nothing of the others.</summary>
    [Theory]
    [InlineData("{|RACE003:_db.Members.Where(m => m.Id == id).ExecuteUpdateAsync(s => s.SetProperty(m => m.Role, Role.User))|}")]
    [InlineData("{|RACE003:_db.Members.Where(m => m.Id == id).ExecuteDeleteAsync()|}")]
    public Task CountThatDecidesACommand_Reports(string act) => Verify.Reports(Demote.Replace("//act", act, StringComparison.Ordinal));

    [Fact]
    public Task CountThatDecidesACommandInATransaction_IsExplained() => Verify.Reports(Demote
        .Replace("//begin", "await using var transaction = await _db.Database.BeginTransactionAsync();", StringComparison.Ordinal)
        .Replace("//act;", "{|RACE201:_db.Members.Where(m => m.Id == id).ExecuteDeleteAsync()|}; await transaction.CommitAsync();", StringComparison.Ordinal));

    [Theory]
    [InlineData("await using var transaction = await _db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);", "_db.Members.Where(m => m.Id == id).ExecuteDeleteAsync(); await transaction.CommitAsync();")]
    [InlineData("", "_db.Members.Where(m => m.Id == id && _db.Members.Count(o => o.TeamId == teamId && o.Role == Role.Owner) > 1).ExecuteDeleteAsync();")]
    public Task CountThatDecidesAProtectedCommand_IsQuiet(string begin, string act) => Verify.IsQuiet(Demote
        .Replace("//begin", begin, StringComparison.Ordinal).Replace("//act;", act, StringComparison.Ordinal));

    [Fact]
    public Task TwoRangesOfOneKind_AreLostUpdates() => Verify.Reports("""
            public async Task Move(int category, int from, int to)
            {
                foreach (var product in await _db.Products.Where(p => p.CategoryId == category && p.Views > from).ToListAsync())
                    {|RACE001:product.Views -= 1|};

                foreach (var product in await _db.Products.Where(p => p.CategoryId == category && p.Views < to).ToListAsync())
                    {|RACE001:product.Views += 1|};

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task WhatFollowsTheDecidedWrite_IsNotToldAgain() => Verify.Reports("""
            public async Task<bool> Leave(int id, int team)
            {
                var member = await _db.Members.SingleAsync(m => m.Id == id);
                if (member.Role == Role.Owner && await _db.Members.CountAsync(m => m.TeamId == team && m.Role == Role.Owner) <= 1)
                    return false;

                {|RACE003:_db.Members.Remove(member)|};
                await _db.SaveChangesAsync();
                _db.Audits.Add(new Audit { What = "left" });
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task ThreeKindsOfRowsMovedByOneAmount_AreToldOnce() => Verify.Reports("""
            public async Task Spend(int userId, int walletId, int accountId, int amount)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == userId);
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == walletId);
                var account = await _db.Accounts.SingleAsync(a => a.Id == accountId);
                {|RACE003:user.Points += amount|};
                wallet.Balance -= amount;
                account.Balance -= amount;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task NumberByWhichAnotherRowIsAskedFor_IsNoAmount() => Verify.IsQuiet("""
            public async Task<bool> Seen(int userId, int number)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == userId);
                user.Points = user.Points == number ? number : 0;
                var code = user.Points;
                if (code <= 0)
                    return false;

                var seat = await _db.Seats.FirstAsync(s => s.Number == code);
                seat.HolderId = number;
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task CountThatTheWriteDoesNotChange_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Read(DateTime since, int most)
            {
                if (await _db.Notifications.CountAsync(n => n.ReadAt > since) >= most)
                    return false;

                foreach (var notification in await _db.Notifications.Where(n => !n.IsRead).ToListAsync())
                    notification.IsRead = true;

                await _db.SaveChangesAsync();
                return true;
            }
        """);

    private const string UsedUpElsewhere = """
            public async Task Withdraw(int id, decimal amount)
            {
                var wallet = await _db.Wallets.AsNoTracking().SingleAsync(w => w.Id == id);
                if (wallet.Balance <= 0)
                    return;

                ADD;
                await _db.SaveChangesAsync();
            }

            public Task Settle(int id) => _db.Wallets.Where(w => w.Id == id).ExecuteUpdateAsync(s => s.SetProperty(w => w.Balance, w => VALUE));
        """;

    [Fact]
    public Task AmountThatABulkCommandUsesUp_Reports() => Verify.Reports(UsedUpElsewhere.Replace("VALUE", "w.Balance - 1", StringComparison.Ordinal).Replace("ADD", "{|RACE003:_db.Withdrawals.Add(new Withdrawal { WalletId = id })|}", StringComparison.Ordinal));

    [Fact]
    public Task AmountThatABulkCommandSets_IsQuiet() => Verify.IsQuiet(UsedUpElsewhere.Replace("VALUE", "5", StringComparison.Ordinal).Replace("ADD", "_db.Withdrawals.Add(new Withdrawal { WalletId = id })", StringComparison.Ordinal));
}

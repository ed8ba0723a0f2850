namespace RaceAnalyzers.Tests.Rules;

/// <summary>Row count of a guarded update ignored.</summary>
public class RACE205Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task SuccessWhateverTheCount_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<bool> Buy(int id)
            {
                await {|RACE205:_db.Products.Where(p => p.Id == id && p.Stock > 0).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1))|};
                return true;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task InsertFollows_Reports() => Verify.Reports("""
            public async Task Reserve(int seatId, int userId)
            {
                await {|RACE205:_db.Seats.Where(s => s.Id == seatId && s.HolderId == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.HolderId, userId))|};
                _db.Audits.Add(new Audit { What = "reserved" });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CountKeptAndNotUsed_Reports() => Verify.Reports("""
            public bool Redeem(int id)
            {
                var count = {|RACE205:_db.Coupons.Where(c => c.Id == id && c.UsedAt == null).ExecuteUpdate(s => s.SetProperty(c => c.UsedAt, DateTime.UtcNow))|};
                Console.WriteLine(count);
                return true;
            }
        """);

    [Fact]
    public Task GuardedDelete_Reports() => Verify.Reports("""
            public async Task<bool> Consume(int id)
            {
                await {|RACE205:_db.Invitations.Where(i => i.Id == id && !i.Accepted).ExecuteDeleteAsync()|};
                _db.Members.Add(new Member { TeamId = 1, UserId = 2 });
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task RawUpdate_Reports() => Verify.Reports("""
            public async Task<bool> Buy(int id)
            {
                await {|RACE205:_db.Database.ExecuteSqlAsync($"update products set stock = stock - 1 where id = {id} and stock > 0")|};
                _db.Orders.Add(new Order { CustomerId = 1 });
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task CountDecides_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                var rows = await _db.Products.Where(p => p.Id == id && p.Stock > 0)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
                if (rows == 0)
                    return false;

                _db.Orders.Add(new Order { CustomerId = 1 });
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task CountReturned_IsQuiet() => Verify.IsQuiet("""
            public Task<int> Buy(int id) =>
                _db.Products.Where(p => p.Id == id && p.Stock > 0)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
        """);

    [Fact]
    public Task KeyAlone_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> View(int id)
            {
                await _db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Views + 1));
                return true;
            }
        """);

    [Fact]
    public Task TenantAndSoftDelete_AreQuiet() => Verify.IsQuiet("""
            public async Task<bool> View(int id, int tenantId)
            {
                await _db.Products.Where(p => p.Id == id && p.TenantId == tenantId && !p.IsDeleted)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Views + 1));
                return true;
            }
        """, Shop.ModelWith("Product", "public int TenantId { get; set; } public bool IsDeleted { get; set; }"));

    [Fact]
    public Task ExpiryCleanUp_IsQuiet() => Verify.IsQuiet("""
            public async Task CleanUp()
            {
                await _db.Coupons.Where(c => c.ExpiresAt < DateTime.UtcNow).ExecuteDeleteAsync();
                Console.WriteLine("cleaned up");
            }
        """);

    [Fact]
    public Task NothingFollows_IsQuiet() => Verify.IsQuiet("""
            public async Task MarkAllRead()
            {
                await _db.Notifications.Where(n => !n.IsRead).ExecuteUpdateAsync(s => s.SetProperty(n => n.IsRead, true));
            }
        """);

    [Fact]
    public Task GuardedUpdateBehindAnotherThatDecided_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Redeem(int couponId, int invitationId, int uses)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var taken = await _db.Coupons.Where(c => c.Id == couponId && c.Uses == uses).ExecuteUpdateAsync(s => s.SetProperty(c => c.Uses, c => c.Uses + 1));
                if (taken == 0)
                    return false;

                await _db.Invitations.Where(i => i.Id == invitationId && !i.Accepted).ExecuteUpdateAsync(s => s.SetProperty(i => i.Accepted, true));
                _db.Audits.Add(new Audit { What = "redeemed" });
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
                return true;
            }
        """);

    [Fact]
    public Task UpdateThatOnlyLocks_IsQuiet() => Verify.IsQuiet("""
            public async Task Draw(int id, decimal amount)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                await _db.Wallets.Where(w => w.Id == id).ExecuteUpdateAsync(s => s.SetProperty(w => w.Id, w => w.Id));
                var wallet = await _db.Wallets.SingleAsync(w => w.Id == id);
                wallet.Balance -= amount;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Theory]
    [InlineData("c.Code == code && c.UsedAt == null")]
    [InlineData("c.UsedAt == null && c.Code == code")]
    public Task FoundByItsCode_Reports(string guard) => Verify.Reports($$"""
            public async Task<bool> Redeem(string code)
            {
                await {|RACE205:_db.Coupons.Where(c => {{guard}}).ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, DateTime.UtcNow))|};
                _db.Audits.Add(new Audit { What = code });
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Theory]
    [InlineData("p.CategoryId == category")]
    [InlineData("p.CategoryId == category && p.Name == name")]
    public Task RowsOfAParent_AreMany_IsQuiet(string which) => Verify.IsQuiet($$"""
            public async Task<bool> Deactivate(int category, string name)
            {
                await _db.Products.Where(p => {{which}} && p.Active).ExecuteUpdateAsync(s => s.SetProperty(p => p.Active, false));
                _db.Audits.Add(new Audit { What = "deactivated" });
                await _db.SaveChangesAsync();
                return true;
            }
        """);
}

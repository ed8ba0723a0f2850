namespace RaceAnalyzers.Tests.Rules;

/// <summary>Row count of a guarded update ignored.</summary>
public class RACE205Tests
{
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
}

namespace RaceAnalyzers.Tests.Protections;

/// <summary>A guarded update of another row, whose count decides: it protects what follows where only one execution can get past it.</summary>
public class GuardedUpdateTests
{
    [Fact]
    public Task StateThatTheUpdateLeaves_IsQuiet() => Verify.IsQuiet("""
            public async Task Join(int id, int userId)
            {
                var accepted = await _db.Invitations.Where(i => i.Id == id && !i.Accepted).ExecuteUpdateAsync(s => s.SetProperty(i => i.Accepted, true));
                if (accepted == 0)
                    return;

                var user = await _db.Users.SingleAsync(u => u.Id == userId);
                user.Points += 10;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowThatIsGone_IsQuiet() => Verify.IsQuiet("""
            public async Task Join(int id, int userId)
            {
                var used = await _db.Invitations.Where(i => i.Id == id).ExecuteDeleteAsync();
                if (used == 0)
                    return;

                var user = await _db.Users.SingleAsync(u => u.Id == userId);
                user.Points += 10;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task AmountThatIsEnoughForASecond_Reports() => Verify.Reports("""
            public async Task Buy(int productId, int userId, decimal price)
            {
                var paid = await _db.Wallets.Where(w => w.UserId == userId && w.Balance >= price).ExecuteUpdateAsync(s => s.SetProperty(w => w.Balance, w => w.Balance - price));
                if (paid == 0)
                    return;

                var product = await _db.Products.SingleAsync(p => p.Id == productId);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CountThatIsOnlyToldAndDecidesNothing_Reports() => Verify.Reports("""
            public async Task<int> Accept(int id, int orderId)
            {
                var accepted = await _db.Orders.Where(o => o.Id == orderId && o.Status == OrderStatus.Pending).ExecuteUpdateAsync(s => s.SetProperty(o => o.Status, OrderStatus.Paid));
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
                return accepted;
            }
        """);
}

namespace RaceAnalyzers.Tests;

/// <summary>The repairs of protections that do not protect, each where it stands.</summary>
public sealed class LocalRepairTests
{
    [Fact]
    public Task A_bulk_update_takes_the_rows_own_value_and_the_check() => Fix<OwnValueFix>.Makes(
        """
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock <= 0) return false;

            // One fewer.
            await {|RACE204:_db.Products
                .Where(p => p.Id == id)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, product.Stock - 1))|};
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            // One fewer.
            var updated = await _db.Products
                .Where(p => p.Id == id && p.Stock > 0)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            if (updated == 0) return false;
            return true;
        }
        """);

    [Fact]
    public Task A_local_that_carried_the_stale_value_goes() => Fix<OwnValueFix>.Makes(
        """
        public void Like(int id)
        {
            var post = _db.Posts.Single(p => p.Id == id);
            var count = post.LikeCount + 1;
            {|RACE204:_db.Posts.Where(x => x.Id == id).ExecuteUpdate(s => s.SetProperty(x => x.LikeCount, count))|};
        }
        """,
        """
        public void Like(int id)
        {
            var post = _db.Posts.Single(p => p.Id == id);
            _db.Posts.Where(x => x.Id == id).ExecuteUpdate(s => s.SetProperty(x => x.LikeCount, x => x.LikeCount + 1));
        }
        """);

    [Fact]
    public Task The_row_count_decides_by_the_failure_branch_that_is_there() => Fix<RowCountFix>.Makes(
        """
        public async Task<bool> Redeem(int id)
        {
            var coupon = await _db.Coupons.FindAsync(id);
            if (coupon is null) return false;
            var now = DateTime.UtcNow;
            await {|RACE205:_db.Coupons
                .Where(c => c.Id == id && c.UsedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, now))|};
            _db.Orders.Add(new Order());
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Redeem(int id)
        {
            var coupon = await _db.Coupons.FindAsync(id);
            if (coupon is null) return false;
            var now = DateTime.UtcNow;
            var updated = await _db.Coupons
                .Where(c => c.Id == id && c.UsedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, now));
            if (updated == 0)
            {
                return false;
            }

            _db.Orders.Add(new Order());
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task The_row_count_is_not_offered_without_a_failure_branch() => Fix<RowCountFix>.IsNotOffered(
        """
        public async Task Redeem(int id)
        {
            var now = DateTime.UtcNow;
            await {|RACE205:_db.Coupons
                .Where(c => c.Id == id && c.UsedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, now))|};
            _db.Orders.Add(new Order());
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task A_locking_query_that_was_only_built_is_run() => Fix<LockQueryFix>.Makes(
        """"
        public async Task<bool> Buy(int id)
        {
            await using var tx = await _db.Database.BeginTransactionAsync();
            {|RACE206:_db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")|};
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """",
        """"
        public async Task<bool> Buy(int id)
        {
            await using var tx = await _db.Database.BeginTransactionAsync();
            await _db.Products.FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""").LoadAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """");

    [Fact]
    public Task A_retry_starts_from_an_empty_change_tracker() => new FixTest<StaleRetryFix>(Retry("{|RACE207:catch|}", ""), Retry("catch", "\n            _db.ChangeTracker.Clear();"))
    {
        Model = FixTest.ModelWith("Product", "[Timestamp]\n    public uint Version { get; set; }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Retry(string clause, string repair) => $$"""
        public async Task Buy(int id)
        {
            for (var i = 0; i < 3; i++)
            {
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    if (product.Stock < 1) throw new OutOfStockException();
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    return;
                }
                {{clause}} (DbUpdateConcurrencyException)
                {
                    // Again.{{repair}}
                }
            }
        }
        """;

    [Fact]
    public Task An_entity_that_failed_leaves_the_context() => Fix<FailedInsertFix>.Makes(
        """
        public async Task Register(string name)
        {
            var user = new User { Username = name };
            _db.Users.Add(user);
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateException e)
            {
                // Somebody was first.
                Console.WriteLine(e);
            }

            _db.Audits.Add(new Audit { What = name });
            await {|RACE208:_db.SaveChangesAsync()|};
        }
        """,
        """
        public async Task Register(string name)
        {
            var user = new User { Username = name };
            _db.Users.Add(user);
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateException e)
            {
                _db.Entry(user).State = EntityState.Detached;
                // Somebody was first.
                Console.WriteLine(e);
            }

            _db.Audits.Add(new Audit { What = name });
            await _db.SaveChangesAsync();
        }
        """);
}

namespace RaceAnalyzers.Tests;

public sealed class TokenFixTests
{
    [Fact]
    public Task What_would_send_a_message_twice_is_refused_and_does_not_run_again() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, Func<Task> send)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            {|RACE001:product.Stock -= 1|};
            await send();
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id, Func<Task> send)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            await send();
            try
            {
                await _db.SaveChangesAsync();
            }
            catch (DbUpdateConcurrencyException)
            {
                return false;
            }

            return true;
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Paying = """
        private readonly System.Net.Http.HttpClient _http = new();

        public async Task<string> Pay(int id, bool really)
        {
            var order = await _db.Orders.SingleAsync(o => o.Id == id);
            if (order.Status != OrderStatus.Pending)
            {
                return "too late";
            }

            await _http.PostAsync("https://pay", null);
            if (really)
            {
                await {|RACE002:Mark(order, OrderStatus.Paid)|};
                return "paid";
            }

            await Mark(order, OrderStatus.Cancelled);
            return "cancelled";
        }

        private async Task Mark(Order order, OrderStatus status)
        {
            order.Status = status;
            await _db.SaveChangesAsync();
        }
        """;

    /// <summary>Each branch that hands the row to what saves it may lose.</summary>
    [Fact]
    public Task What_a_call_saves_is_refused_around_the_call() => new FixTest<TokenFix>(
        Paying,
        Paying.Replace("{|RACE002:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal)
            .Replace("        await Mark(order, OrderStatus.Paid);\n", Refused("        ", "Paid") + "\n", StringComparison.Ordinal)
            .Replace("    await Mark(order, OrderStatus.Cancelled);\n", Refused("    ", "Cancelled") + "\n", StringComparison.Ordinal))
    {
        FixedModel = FixTest.ModelWith("Order", "[Timestamp]\n    public uint Version { get; set; }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private static string Refused(string indent, string status) => string.Concat(
        new[] { "try", "{", $"    await Mark(order, OrderStatus.{status});", "}", "catch (DbUpdateConcurrencyException)", "{", "    return \"too late\";", "}" }.Select(line => indent + line + "\n"));

    /// <summary>What its first save wrote would stay.</summary>
    [Fact]
    public Task Not_offered_around_a_call_that_saves_twice()
    {
        var twice = Paying.Replace("order.Status = status;", "_db.Audits.Add(new Audit());\n    await _db.SaveChangesAsync();\n    order.Status = status;", StringComparison.Ordinal);
        return new FixTest<TokenFix>(twice, twice).RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Versioned => FixTest.ModelWith("Product", "[Timestamp]\n    public uint Version { get; set; }");

    [Fact]
    public Task What_follows_the_save_happens_once() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, Func<Task> send)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            await send(); // may save, too
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id, Func<Task> send)
        {
            var saved = false;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    if (product.Stock < 1) return false;
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    saved = true;
                    await send(); // may save, too
                    return true;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3 && !saved)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Unit = """

        public interface IUnit
        {
            Task BeginTransactionAsync();
            Task CommitAsync();
            Task RollbackAsync();
        }

        public class Unit : IUnit
        {
            private readonly ShopDb _db;

            public Unit(ShopDb db) => _db = db;

            public Task BeginTransactionAsync() => _db.Database.BeginTransactionAsync();

            public async Task CommitAsync()
            {
                await _db.SaveChangesAsync();
                await _db.Database.CommitTransactionAsync();
            }

            public Task RollbackAsync() => _db.Database.RollbackTransactionAsync();
        }
        """;

    [Fact]
    public Task A_transaction_runs_again_from_its_beginning() => new FixTest<TokenFix>(
        """
        private readonly IUnit _unit = null!;

        public async Task Buy(int id)
        {
            await _unit.BeginTransactionAsync();
            try
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await _unit.CommitAsync();
            }
            catch
            {
                await _unit.RollbackAsync();
                throw;
            }
        }
        """,
        """
        private readonly IUnit _unit = null!;

        public async Task Buy(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await _unit.BeginTransactionAsync();
                    try
                    {
                        var product = await _db.Products.SingleAsync(p => p.Id == id);
                        product.Stock -= 1;
                        await _unit.CommitAsync();
                    }
                    catch
                    {
                        await _unit.RollbackAsync();
                        throw;
                    }
                    return;
                }
                catch (DbUpdateConcurrencyException e) when (attempt < 3)
                {
                    e.Entries[0].Context.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        Model = Shop.Model + Unit,
        FixedModel = Versioned + Unit,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Saves_in_a_transaction_are_taken_back_together() => new FixTest<TokenFix>(
        """
        public async Task Buy(int id)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            _db.Audits.Add(new Audit());
            await _db.SaveChangesAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            {|RACE201:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
        }
        """,
        """
        public async Task Buy(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync();
                    _db.Audits.Add(new Audit());
                    await _db.SaveChangesAsync();
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    product.Stock -= 1;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                    return;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        FixedModel = Versioned,
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Swallowing = """
        private readonly IUnit _unit = null!;

        public async Task<bool> Buy(int id)
        {
            await _unit.BeginTransactionAsync();
            try
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE201:product.Stock -= 1|};
                await _unit.CommitAsync();
                return true;
            }
            catch
            {
                await _unit.RollbackAsync();
                return false;
            }
        }
        """;

    [Fact]
    public Task Not_offered_where_the_conflict_would_be_swallowed() => new FixTest<TokenFix>(Swallowing, Swallowing)
    {
        Model = Shop.Model + Unit,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_nothing_rolls_the_transaction_back() => new FixTest<TokenFix>(Unfinished, Unfinished)
    {
        Model = Shop.Model + Unit,
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Unfinished = """
        private readonly IUnit _unit = null!;

        public async Task Buy(int id)
        {
            await _unit.BeginTransactionAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            {|RACE201:product.Stock -= 1|};
            await _unit.CommitAsync();
        }
        """;

    [Fact]
    public Task Both_rows_of_a_transfer_get_one() => new FixTest<TokenFix>(
        """
        public async Task Return(int productId, int couponId, int uses)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == productId);
            var coupon = await _db.Coupons.SingleAsync(c => c.Id == couponId);
            {|RACE003:product.Stock -= uses|};
            coupon.Uses += uses;
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Return(int productId, int couponId, int uses)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == productId);
                    var coupon = await _db.Coupons.SingleAsync(c => c.Id == couponId);
                    product.Stock -= uses;
                    coupon.Uses += uses;
                    await _db.SaveChangesAsync();
                    return;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        FixedModel = FixTest.With(Versioned, "Coupon", "[Timestamp]\n    public uint Version { get; set; }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Sqlite_compares_a_value_that_the_code_sets() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            var product = await _db.Products.FindAsync(new object[] { id }, ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            {|RACE001:product.Stock -= quantity|};
            await _db.SaveChangesAsync(ct);
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.FindAsync(new object[] { id }, ct);
                    if (product == null || product.Stock < quantity)
                    {
                        return false;
                    }

                    product.Stock -= quantity;
                    product.Version = Guid.NewGuid();
                    await _db.SaveChangesAsync(ct);
                    return true;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        With = [Library.Sqlite],
        FixedModel = FixTest.ModelWith("Product", "[ConcurrencyCheck]\n    public Guid Version { get; set; }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task SqlServer_has_its_row_version() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            var product = await _db.Products.FindAsync(new object[] { id }, ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            {|RACE001:product.Stock -= quantity|};
            await _db.SaveChangesAsync(ct);
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.FindAsync(new object[] { id }, ct);
                    if (product == null || product.Stock < quantity)
                    {
                        return false;
                    }

                    product.Stock -= quantity;
                    await _db.SaveChangesAsync(ct);
                    return true;
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        With = [Library.SqlServer],
        FixedModel = FixTest.ModelWith("Product", "[Timestamp]\n    public byte[] Version { get; set; } = [];"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task PostgreSql_has_its_system_column() => new FixTest<TokenFix>(
        """
        public async Task<string> Buy(int id)
        {
            var product = await _db.Products.FirstOrDefaultAsync(p => p.Id == id);
            if (product != null)
            {
                if (product.Stock > 0)
                {
                    {|RACE001:product.Stock--|};
                    await _db.SaveChangesAsync();
                    return "ok";
                }
                else
                {
                    return "empty";
                }
            }

            return "missing";
        }
        """,
        """
        public async Task<string> Buy(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var product = await _db.Products.FirstOrDefaultAsync(p => p.Id == id);
                    if (product != null)
                    {
                        if (product.Stock > 0)
                        {
                            product.Stock--;
                            await _db.SaveChangesAsync();
                            return "ok";
                        }
                        else
                        {
                            return "empty";
                        }
                    }

                    return "missing";
                }
                catch (DbUpdateConcurrencyException) when (attempt < 3)
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        FixedModel = FixTest.ModelWith("Product", "[Timestamp]\n    public uint Version { get; set; }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Orders = """

        public class Orders
        {
            private readonly ShopDb _db;

            public Orders(ShopDb db) => _db = db;

            public Task<Order> Get(int id) => _db.Orders.SingleAsync(o => o.Id == id);

            public Task SaveAsync(CancellationToken ct) => _db.SaveChangesAsync(ct);
        }
        """;

    [Fact]
    public Task Behind_a_repository_everything_runs_again_and_the_rows_know_their_context() => new FixTest<TokenFix>(
        """
        private readonly Orders _orders = null!;

        public async Task<bool> Pay(int id, CancellationToken ct)
        {
            // Once is enough.
            var order = await _orders.Get(id);
            if (order.Status != OrderStatus.Pending) return false;
            {|RACE002:order.Status = OrderStatus.Paid|};
            await _orders.SaveAsync(ct);
            return true;
        }
        """,
        """
        private readonly Orders _orders = null!;

        public async Task<bool> Pay(int id, CancellationToken ct)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    // Once is enough.
                    var order = await _orders.Get(id);
                    if (order.Status != OrderStatus.Pending) return false;
                    order.Status = OrderStatus.Paid;
                    await _orders.SaveAsync(ct);
                    return true;
                }
                catch (DbUpdateConcurrencyException e) when (attempt < 3)
                {
                    e.Entries[0].Context.ChangeTracker.Clear();
                }
            }
        }
        """)
    {
        With = [Library.Sqlite],
        Model = Shop.Model + Orders,
        FixedModel = FixTest.ModelWithAttribute("Order", "public OrderStatus Status", "[ConcurrencyCheck]") + Orders,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task What_a_run_adds_to_an_object_from_before_is_not_added_twice() => new FixTest<TokenFix>(
        """
        private readonly Orders _orders = null!;

        public async Task Pay(int id, List<int> paid, CancellationToken ct)
        {
            var order = await _orders.Get(id);
            if (order.Status != OrderStatus.Pending) throw new InvalidOperationException();
            paid.Add(id);
            {|RACE002:order.Status = OrderStatus.Paid|};
            await _orders.SaveAsync(ct);
        }
        """,
        """
        private readonly Orders _orders = null!;

        public async Task Pay(int id, List<int> paid, CancellationToken ct)
        {
            var order = await _orders.Get(id);
            if (order.Status != OrderStatus.Pending) throw new InvalidOperationException();
            paid.Add(id);
            order.Status = OrderStatus.Paid;
            try
            {
                await _orders.SaveAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                throw new InvalidOperationException();
            }
        }
        """)
    {
        Model = Shop.Model + Orders,
        FixedModel = FixTest.ModelWith("Order", "[Timestamp]\n    public uint Version { get; set; }") + Orders,
    }.RunAsync(TestContext.Current.CancellationToken);

    private static FixTest<TokenFix> Kept(string act, params Library[] with)
    {
        var code = $$"""
            public async Task Take(int id, int quantity)
            {
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                {{act}}
                await _db.SaveChangesAsync();
            }
            """;
        return new(code, code) { With = with };
    }

    [Fact]
    public Task Not_offered_for_a_new_object_in_the_place_of_the_row() =>
        Kept("{|RACE001:_db.Products.Update(new Product { Id = product.Id, Name = product.Name, Stock = product.Stock - quantity })|};", Library.PostgreSql).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_where_an_attached_object_does_not_know_the_value_before() =>
        Kept("{|RACE001:product.Stock -= quantity|}; _db.Products.Update(product);", Library.Sqlite).RunAsync(TestContext.Current.CancellationToken);

    private const string UntrackedOrders = """

        public class UntrackedOrders(ShopDb db)
        {
            public Task<Order> Get(int id) => db.Orders.AsNoTracking().SingleAsync(o => o.Id == id);
            public void Change(Order order) => db.Update(order);
            public Task SaveAsync(CancellationToken ct) => db.SaveChangesAsync(ct);
        }
        """;

    [Fact]
    public Task Not_offered_where_a_repository_attaches_a_row_that_it_did_not_track()
    {
        const string code = """
            private readonly UntrackedOrders _orders = null!;

            public async Task<bool> Pay(int id, CancellationToken ct)
            {
                var order = await _orders.Get(id);
                if (order.Status != OrderStatus.Pending) return false;
                {|RACE002:order.Status = OrderStatus.Paid|};
                _orders.Change(order);
                await _orders.SaveAsync(ct);
                return true;
            }
            """;
        return new FixTest<TokenFix>(code, code) { With = [Library.Sqlite], Model = Shop.Model + UntrackedOrders }.RunAsync(TestContext.Current.CancellationToken);
    }
}

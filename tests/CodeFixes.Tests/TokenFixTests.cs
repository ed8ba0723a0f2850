namespace RaceAnalyzers.Tests;

public sealed class TokenFixTests
{
    /// <summary>Both callers would still have sent it, or paid.</summary>
    [Theory]
    [InlineData("await send();")]
    [InlineData("await _http.PostAsync(\"https://pay\", null);")]
    public Task Not_offered_where_something_is_sent_before_the_save(string sending)
    {
        var code = $$"""
            private readonly System.Net.Http.HttpClient _http = new();

            public async Task<bool> Buy(int id, Func<Task> send)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock < 1) return false;
                {|RACE001:product.Stock -= 1|};
                {{sending}}
                await _db.SaveChangesAsync();
                return true;
            }
            """;
        return new FixTest<TokenFix>(code, code).RunAsync(TestContext.Current.CancellationToken);
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

    /// <summary>What a run that is given up did to them would stay.</summary>
    [Theory]
    [InlineData("paid.Add(id);", "")]
    [InlineData("_tries++;", "")]
    [InlineData("", "paid.Add(id);")]
    [InlineData("var text = \"\"; paid.Clear();", "text = paid.Count.ToString();")]
    public Task Not_offered_where_a_run_changes_what_was_there_before_it(string before, string beside)
    {
        var code = $$"""
            private int _tries;

            public int Tries => _tries++;

            public async Task<bool> Buy(int id, List<int> paid, CancellationToken ct)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id, ct);
                {{before}}
                if (product.Stock < 1) return false;
                {|RACE001:product.Stock -= 1|};
                {{beside}}
                await _db.SaveChangesAsync(ct);
                return true;
            }
            """;
        return new FixTest<TokenFix>(code, code).RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task What_is_found_out_begins_anew_with_each_run() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, List<int> orders)
        {
            var bought = false;
            var seen = new List<int>();
            var product = await _db.Products.FindAsync(id);
            if (product != null && product.Stock > 0)
            {
                {|RACE001:product.Stock -= 1|};
                bought = true;
                seen.Add(id);
            }

            await _db.SaveChangesAsync();
            return bought && seen.Count > 0;
        }
        """,
        """
        public async Task<bool> Buy(int id, List<int> orders)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var bought = false;
                    var seen = new List<int>();
                    var product = await _db.Products.FindAsync(id);
                    if (product != null && product.Stock > 0)
                    {
                        product.Stock -= 1;
                        bought = true;
                        seen.Add(id);
                    }

                    await _db.SaveChangesAsync();
                    return bought && seen.Count > 0;
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

    /// <summary>The first save has succeeded: a conflict of the second must not repeat it.</summary>
    [Fact]
    public Task What_one_save_kept_a_later_one_does_not_repeat() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id, int orderId)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            var order = await _db.Orders.SingleAsync(o => o.Id == orderId);
            order.Status = OrderStatus.Paid;
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id, int orderId)
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
                    var order = await _db.Orders.SingleAsync(o => o.Id == orderId);
                    order.Status = OrderStatus.Paid;
                    await _db.SaveChangesAsync();
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

    [Fact]
    public Task A_class_of_one_line_stays_one()
    {
        const string counter = "public class Counter { public int Id { get; set; } public int Value { get; set; } }";
        string Model(string entity) => FixTest.ModelWithContextMember("public DbSet<Counter> Counters => Set<Counter>();") + "\n\n" + entity + "\n";
        return new FixTest<TokenFix>(
            """
            public async Task Count(int id)
            {
                var counter = await _db.Counters.SingleAsync(c => c.Id == id);
                {|RACE001:counter.Value++|};
                await _db.SaveChangesAsync();
            }
            """,
            """
            public async Task Count(int id)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        var counter = await _db.Counters.SingleAsync(c => c.Id == id);
                        counter.Value++;
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
            Model = Model(counter),
            FixedModel = Model(counter.Replace("Value { get; set; }", "Value { get; set; } [Timestamp] public uint Version { get; set; }", StringComparison.Ordinal)),
        }.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Regions_run_again_as_other_code_does() => new FixTest<TokenFix>(
        """
        public async Task<bool> Buy(int id)
        {
            #region read
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            #endregion
            if (product.Stock < 1) return false;
            #region take
            {|RACE001:product.Stock -= 1|};
            #endregion
            await _db.SaveChangesAsync(); // saved
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    #region read
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    #endregion
                    if (product.Stock < 1) return false;
                    #region take
                    product.Stock -= 1;
                    #endregion
                    await _db.SaveChangesAsync(); // saved
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
        FixedModel = Versioned,
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

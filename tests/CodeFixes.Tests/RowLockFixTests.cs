namespace RaceAnalyzers.Tests;

public sealed class RowLockFixTests
{
    [Fact]
    public Task PostgreSql_locks_for_update() => Fix<RowLockFix>.Makes(
        """"
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            // The shelf.
            var product = await _db.Products.FindAsync(new object[] { id }, ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            // One fewer.
            {|RACE001:product.Stock -= quantity|};
            await _db.SaveChangesAsync(ct);
            return true;
        }
        """",
        """"
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync(ct);
            // The shelf.
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .SingleOrDefaultAsync(ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            // One fewer.
            product.Stock -= quantity;
            await _db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        """");

    [Fact]
    public Task SqlServer_locks_by_hints() => new FixTest<RowLockFix>(
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
            await using var transaction = await _db.Database.BeginTransactionAsync(ct);
            var product = await _db.Products
                .FromSql($"SELECT * FROM [Products] WITH (UPDLOCK, ROWLOCK) WHERE [Id] = {id}")
                .SingleOrDefaultAsync(ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            product.Stock -= quantity;
            await _db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        """)
    {
        With = [Library.SqlServer],
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task MySql_locks_for_update() => new FixTest<RowLockFix>(
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
            await using var transaction = await _db.Database.BeginTransactionAsync(ct);
            var product = await _db.Products
                .FromSql($"SELECT * FROM `Products` WHERE `Id` = {id} FOR UPDATE")
                .SingleOrDefaultAsync(ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            product.Stock -= quantity;
            await _db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        """)
    {
        With = [Library.MySql],
        On = EfCore.EfCore9,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Sqlite_needs_the_transaction_alone() => new FixTest<RowLockFix>(
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
            await using var transaction = await _db.Database.BeginTransactionAsync(ct);
            var product = await _db.Products.FindAsync(new object[] { id }, ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            product.Stock -= quantity;
            await _db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        """)
    {
        With = [Library.Sqlite],
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Awaits_are_configured_as_those_around() => Fix<RowLockFix>.Makes(
        """"
        public async Task<string> Buy(int id)
        {
            var product = await _db.Products.FirstOrDefaultAsync(p => p.Id == id);
            if (product is null)
                return "missing";
            // Enough?
            if (product.Stock <= 0)
                return "sold out";

            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync().ConfigureAwait(false);
            return "sold " + product.Name;
        }
        """",
        """"
        public async Task<string> Buy(int id)
        {
            using var transaction = await _db.Database.BeginTransactionAsync().ConfigureAwait(false);
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .FirstOrDefaultAsync();
            if (product is null)
                return "missing";
            // Enough?
            if (product.Stock <= 0)
                return "sold out";

            product.Stock--;
            await _db.SaveChangesAsync().ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
            return "sold " + product.Name;
        }
        """");

    [Fact]
    public Task Synchronous_code_stays_synchronous() => Fix<RowLockFix>.Makes(
        """"
        public bool Buy(int id)
        {
            var product = _db.Products.Find(id);
            if (product is { Stock: > 0 })
            {
                {|RACE001:product.Stock = product.Stock - 1|};
                _db.SaveChanges();
                return true;
            }

            return false;
        }
        """",
        """"
        public bool Buy(int id)
        {
            using var transaction = _db.Database.BeginTransaction();
            var product = _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .SingleOrDefault();
            if (product is { Stock: > 0 })
            {
                product.Stock = product.Stock - 1;
                _db.SaveChanges();
                transaction.Commit();
                return true;
            }

            return false;
        }
        """");

    [Fact]
    public Task Two_rows_are_locked_in_key_order() => Fix<RowLockFix>.Makes(
        """"
        public async Task<bool> Transfer(int fromId, int toId, decimal amount)
        {
            var from = await _db.Accounts.FindAsync(fromId);
            var to = await _db.Accounts.FindAsync(toId);
            if (from is null || to is null) return false;
            if (from.Balance < amount)
                throw new InvalidOperationException("Insufficient");
            {|RACE003:from.Balance -= amount|};
            to.Balance += amount;
            await _db.SaveChangesAsync();
            return true;
        }
        """",
        """"
        public async Task<bool> Transfer(int fromId, int toId, decimal amount)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            // In key order, so that two opposite calls wait for each other and do not deadlock.
            await _db.Accounts
                .FromSql($"""SELECT * FROM "Accounts" WHERE "Id" IN ({fromId}, {toId}) ORDER BY "Id" FOR UPDATE""")
                .LoadAsync();
            var from = await _db.Accounts.FindAsync(fromId);
            var to = await _db.Accounts.FindAsync(toId);
            if (from is null || to is null) return false;
            if (from.Balance < amount)
                throw new InvalidOperationException("Insufficient");
            from.Balance -= amount;
            to.Balance += amount;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }
        """");

    [Fact]
    public Task The_count_of_the_save_is_returned_after_the_commit() => Fix<RowLockFix>.Makes(
        """"
        public async Task<int> Take(int id, int n)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            var left = product.Stock - n;
            if (left < 0) return -1;
            {|RACE001:product.Stock = left|};
            return await _db.SaveChangesAsync();
        }
        """",
        """"
        public async Task<int> Take(int id, int n)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .FirstAsync();
            var left = product.Stock - n;
            if (left < 0) return -1;
            product.Stock = left;
            var saved = await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return saved;
        }
        """");

    [Fact]
    public Task A_pick_by_a_state_is_locked_by_an_update_that_changes_nothing() => Fix<RowLockFix>.Makes(
        """
        public async Task<Job?> Claim(string worker)
        {
            var job = await _db.Jobs.Where(j => j.Status == JobStatus.Pending).OrderBy(j => j.CreatedAt).FirstOrDefaultAsync();
            if (job == null) return null;
            {|RACE004:job.Status = JobStatus.Running|};
            job.Worker = worker;
            await _db.SaveChangesAsync();
            return job;
        }
        """,
        """
        public async Task<Job?> Claim(string worker)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            // Sets a column to itself: the rows to choose from are locked until the commit.
            await _db.Jobs
                .Where(j => j.Status == JobStatus.Pending)
                .ExecuteUpdateAsync(s => s.SetProperty(j => j.Status, j => j.Status));
            var job = await _db.Jobs.Where(j => j.Status == JobStatus.Pending).OrderBy(j => j.CreatedAt).FirstOrDefaultAsync();
            if (job == null) return null;
            job.Status = JobStatus.Running;
            job.Worker = worker;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return job;
        }
        """);

    [Fact]
    public Task A_transaction_that_is_open_is_used() => Fix<RowLockFix>.Makes(
        """"
        public async Task<bool> Buy(int id, CancellationToken ct)
        {
            await using var tx = await _db.Database.BeginTransactionAsync(ct);
            var product = await _db.Products.FindAsync(new object[] { id }, ct);
            if (product == null || product.Stock < 1) return false;
            {|RACE201:product.Stock -= 1|};
            await _db.SaveChangesAsync(ct);
            await tx.CommitAsync(ct);
            return true;
        }
        """",
        """"
        public async Task<bool> Buy(int id, CancellationToken ct)
        {
            await using var tx = await _db.Database.BeginTransactionAsync(ct);
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .SingleOrDefaultAsync(ct);
            if (product == null || product.Stock < 1) return false;
            product.Stock -= 1;
            await _db.SaveChangesAsync(ct);
            await tx.CommitAsync(ct);
            return true;
        }
        """");

    [Fact]
    public Task A_transaction_that_begins_too_late_moves_up() => Fix<RowLockFix>.Makes(
        """"
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            // Both or none.
            await using var tx = await _db.Database.BeginTransactionAsync();
            {|RACE201:product.Stock -= 1|};
            _db.Orders.Add(new Order { CustomerId = 1 });
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """",
        """"
        public async Task<bool> Buy(int id)
        {
            // Both or none.
            await using var tx = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .SingleAsync();
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            _db.Orders.Add(new Order { CustomerId = 1 });
            await _db.SaveChangesAsync();
            await tx.CommitAsync();
            return true;
        }
        """");

    [Fact]
    public Task An_in_process_lock_stays_where_it_is() => Fix<RowLockFix>.Makes(
        """"
        private static readonly SemaphoreSlim Gate = new(1);
        public async Task<bool> Buy(int id)
        {
            await Gate.WaitAsync();
            try
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock < 1) return false;
                {|RACE209:product.Stock -= 1|};
                await _db.SaveChangesAsync();
                return true;
            }
            finally
            {
                Gate.Release();
            }
        }
        """",
        """"
        private static readonly SemaphoreSlim Gate = new(1);
        public async Task<bool> Buy(int id)
        {
            await Gate.WaitAsync();
            try
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products
                    .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                    .SingleAsync();
                if (product.Stock < 1) return false;
                product.Stock -= 1;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
                return true;
            }
            finally
            {
                Gate.Release();
            }
        }
        """");

    [Fact]
    public Task The_row_that_is_checked_is_locked_for_the_insert() => Fix<RowLockFix>.Makes(
        """"
        public async Task<bool> Withdraw(int id, decimal amount)
        {
            var wallet = await _db.Wallets.SingleAsync(w => w.Id == id);
            if (wallet.Balance < amount) return false;
            {|RACE003:_db.Withdrawals.Add(new Withdrawal { WalletId = id, Amount = amount })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """",
        """"
        public async Task<bool> Withdraw(int id, decimal amount)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var wallet = await _db.Wallets
                .FromSql($"""SELECT * FROM "Wallets" WHERE "Id" = {id} FOR UPDATE""")
                .SingleAsync();
            if (wallet.Balance < amount) return false;
            _db.Withdrawals.Add(new Withdrawal { WalletId = id, Amount = amount });
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }
        """");

    [Fact]
    public Task Includes_and_other_conditions_stay() => Fix<RowLockFix>.Makes(
        """"
        public async Task<bool> Pay(int id, bool active)
        {
            var order = await _db.Orders
                .Include(o => o.Lines)
                .Where(o => o.CustomerId == id && o.Status == OrderStatus.Pending)
                .FirstOrDefaultAsync();
            if (order is null) return false;
            {|RACE002:order.Status = OrderStatus.Paid|};
            _db.Audits.Add(new Audit { What = "paid " + order.Lines.Count });
            await _db.SaveChangesAsync();
            return true;
        }
        """",
        """"
        public async Task<bool> Pay(int id, bool active)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var order = await _db.Orders
                .FromSql($"""SELECT * FROM "Orders" WHERE "CustomerId" = {id} FOR UPDATE""")
                .Include(o => o.Lines)
                .Where(o => o.Status == OrderStatus.Pending)
                .FirstOrDefaultAsync();
            if (order is null) return false;
            order.Status = OrderStatus.Paid;
            _db.Audits.Add(new Audit { What = "paid " + order.Lines.Count });
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }
        """");

    [Fact]
    public Task A_save_in_a_branch_is_committed_there() => Fix<RowLockFix>.Makes(
        """"
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
        """",
        """"
        public async Task<string> Buy(int id)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .FirstOrDefaultAsync();
            if (product != null)
            {
                if (product.Stock > 0)
                {
                    product.Stock--;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                    return "ok";
                }
                else
                {
                    return "empty";
                }
            }

            return "missing";
        }
        """");

    [Fact]
    public Task Not_offered_for_a_count_of_rows() => Fix<RowLockFix>.IsNotOffered(
        """
        public async Task Demote(int id, int team)
        {
            var member = await _db.Members.SingleAsync(m => m.Id == id);
            if (await _db.Members.CountAsync(m => m.TeamId == team && m.Role == Role.Owner) <= 1)
                throw new InvalidOperationException();
            {|RACE003:member.Role = Role.User|};
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task Not_offered_for_a_row_behind_a_navigation() => Fix<RowLockFix>.IsNotOffered(
        """
        public async Task<bool> Buy(int id)
        {
            var line = await _db.OrderLines.Include(l => l.Product).SingleAsync(l => l.Id == id);
            if (line.Product!.Stock < line.Quantity) return false;
            {|RACE001:line.Product.Stock -= line.Quantity|};
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_when_the_row_is_tracked_before() => Fix<RowLockFix>.IsNotOffered(
        """
        public async Task<bool> Buy(int id)
        {
            var all = await _db.Products.ToListAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < all.Count) return false;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_for_rows_in_the_order_of_the_caller() => Fix<RowLockFix>.IsNotOffered(
        """
        public async Task<bool> BuyAll(int[] ids)
        {
            foreach (var id in ids)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock < 1) return false;
                {|RACE001:product.Stock -= 1|};
            }

            await _db.SaveChangesAsync();
            return true;
        }
        """);

    private const string Counting = """
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            {|RACE001:product.Stock -= 1|};
        #if DEBUG
            await _db.SaveChangesAsync();
        #else
            _db.SaveChanges();
        #endif
            return true;
        }
        """;

    /// <summary>The arm that is not compiled now would have no commit.</summary>
    [Theory]
    [InlineData("#if DEBUG", "#if !DEBUG")]
    [InlineData("#if DEBUG", "#if RELEASE\n    _db.Remove(product);\n#elif !DEBUG")]
    public async Task Not_offered_across_arms_of_a_condition(string from, string to)
    {
        var code = Counting.Replace(from, to, StringComparison.Ordinal);
        await Fix<RowLockFix>.IsNotOffered(code);
        await Fix<TokenFix>.IsNotOffered(code);
    }

    private static string Retrying => Shop.ModelUsing("UseNpgsql(\"x\", npgsql => npgsql.EnableRetryOnFailure())");

    /// <summary>What the caller left in the context is saved with the first run, as before; a run that failed leaves nothing to the next.</summary>
    [Fact]
    public Task Where_the_context_retries_the_transaction_stands_in_its_strategy() => new FixTest<RowLockFix>(
        """
        public async Task<bool> Buy(int id)
        {
            var bought = false;
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock > 0)
            {
                {|RACE001:product.Stock -= 1|};
                bought = true;
            }

            await _db.SaveChangesAsync();
            return bought;
        }
        """,
        """"
        public async Task<bool> Buy(int id)
        {
            var strategy = _db.Database.CreateExecutionStrategy();
            var runs = 0;
            return await strategy.ExecuteAsync(async () =>
            {
                if (runs++ > 0)
                {
                    _db.ChangeTracker.Clear();
                }

                var bought = false;
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var product = await _db.Products
                    .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                    .SingleAsync();
                if (product.Stock > 0)
                {
                    product.Stock -= 1;
                    bought = true;
                }

                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
                return bought;
            });
        }
        """")
    {
        Model = Retrying,
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The context's strategy runs it again after a failure in passing, too.</summary>
    [Theory]
    [InlineData("bought.Add(id);")]
    [InlineData("_tries++;")]
    public Task Not_offered_in_a_strategy_where_a_run_changes_what_was_there_before_it(string beside)
    {
        var code = $$"""
            private int _tries;

            public int Tries => _tries++;

            public async Task<bool> Buy(int id, List<int> bought)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock < 1) return false;
                {|RACE001:product.Stock -= 1|};
                {{beside}}
                await _db.SaveChangesAsync();
                return true;
            }
            """;
        return new FixTest<RowLockFix>(code, code) { Model = Retrying }.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The second turn may meet the same row, which the context holds as it was in the first.</summary>
    [Theory]
    [InlineData(Library.PostgreSql)]
    [InlineData(Library.Sqlite)]
    public Task Not_offered_in_the_turns_of_a_loop_on_one_context(Library library)
    {
        const string code = """
            public async Task<int> BuyEach(int[] ids)
            {
                var bought = 0;
                foreach (var id in ids)
                {
                    var product = await _db.Products.SingleAsync(p => p.Id == id);
                    if (product.Stock < 1) continue;
                    {|RACE001:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                    bought++;
                }

                return bought;
            }
            """;
        return new FixTest<RowLockFix>(code, code) { With = [library] }.RunAsync(TestContext.Current.CancellationToken);
    }

    private const string Refusing = """
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1)
            {
                await Refused(id);
                return false;
            }

            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return true;
        }

        private async Task Refused(int id)
        {
            _db.Audits.Add(new Audit { What = "refused " + id });
            await _db.SaveChangesAsync();
        }
        """;

    /// <summary>Nothing commits what it saves.</summary>
    [Fact]
    public Task Not_offered_where_a_helper_saves_on_a_way_out() => Fix<RowLockFix>.IsNotOffered(Refusing);

    [Fact]
    public Task What_is_saved_afterwards_stands_by_itself() => Fix<RowLockFix>.Makes(
        """
        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return false;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            _db.Audits.Add(new Audit { What = "bought" });
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """"
        public async Task<bool> Buy(int id)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var product = await _db.Products
                .FromSql($"""SELECT * FROM "Products" WHERE "Id" = {id} FOR UPDATE""")
                .SingleAsync();
            if (product.Stock < 1) return false;
            product.Stock -= 1;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            _db.Audits.Add(new Audit { What = "bought" });
            await _db.SaveChangesAsync();
            return true;
        }
        """");

    /// <summary>What is asked of the row beside a column that is equal for many decides which rows are locked, too.</summary>
    [Fact]
    public Task A_choice_by_several_conditions_locks_no_other_rows() => Fix<RowLockFix>.Makes(
        """
        public async Task<Job?> Claim(string worker, DateTime now)
        {
            var job = await _db.Jobs.Where(j => j.Worker == "" && j.CreatedAt < now).OrderBy(j => j.CreatedAt).FirstOrDefaultAsync();
            if (job == null) return null;
            {|RACE004:job.Worker = worker|};
            await _db.SaveChangesAsync();
            return job;
        }
        """,
        """
        public async Task<Job?> Claim(string worker, DateTime now)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            // Sets a column to itself: the rows to choose from are locked until the commit.
            await _db.Jobs
                .Where(j => j.Worker == "" && j.CreatedAt < now)
                .ExecuteUpdateAsync(s => s.SetProperty(j => j.Worker, j => j.Worker));
            var job = await _db.Jobs.Where(j => j.Worker == "" && j.CreatedAt < now).OrderBy(j => j.CreatedAt).FirstOrDefaultAsync();
            if (job == null) return null;
            job.Worker = worker;
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return job;
        }
        """);
}

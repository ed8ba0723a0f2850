using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Tests;

public sealed class AtomicUpdateFixTests
{
    [Fact]
    public Task Refusal_of_missing_and_empty_alike_needs_no_read() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            // The shelf.
            var product = await _db.Products.FindAsync(new object[] { id }, ct);
            if (product == null || product.Stock < quantity)
            {
                return false;
            }

            // Some fewer.
            {|RACE001:product.Stock -= quantity|};
            await _db.SaveChangesAsync(ct);
            return true;
        }
        """,
        """
        public async Task<bool> Buy(int id, int quantity, CancellationToken ct)
        {
            // The shelf.
            // Some fewer.
            var updated = await _db.Products
                .Where(p => p.Id == id && p.Stock >= quantity)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - quantity), ct);
            if (updated == 0)
            {
                return false;
            }

            return true;
        }
        """);

    [Fact]
    public Task Missing_and_refused_stay_apart() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<string> Buy(int id)
        {
            var product = await _db.Products.FirstOrDefaultAsync(p => p.Id == id).ConfigureAwait(false);
            if (product is null)
                return "missing";
            // Enough?
            if (product.Stock <= 0)
                return "sold out";

            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync().ConfigureAwait(false);
            return "sold " + product.Name; // The name does not change.
        }
        """,
        """
        public async Task<string> Buy(int id)
        {
            var product = await _db.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id).ConfigureAwait(false);
            if (product is null)
                return "missing";
            // Enough?
            var updated = await _db.Products
                .Where(p => p.Id == id && p.Stock > 0)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1))
                .ConfigureAwait(false);
            if (updated == 0)
                return "sold out";

            return "sold " + product.Name; // The name does not change.
        }
        """);

    [Fact]
    public Task A_pattern_around_the_act_becomes_the_row_count() => Fix<AtomicUpdateFix>.Makes(
        """
        public bool Buy(int id)
        {
            var product = _db.Products.Find(id);
            if (product is { Stock: > 0, Active: true })
            {
                {|RACE001:product.Stock = product.Stock - 1|};
                _db.SaveChanges();
                return true;
            }

            return false;
        }
        """,
        """
        public bool Buy(int id)
        {
            var updated = _db.Products
                .Where(p => p.Id == id && p.Stock > 0 && p.Active)
                .ExecuteUpdate(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            if (updated > 0)
            {
                return true;
            }

            return false;
        }
        """);

    [Fact]
    public Task The_clock_is_read_in_the_application() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task Redeem(string code, int user)
        {
            var coupon = await _db.Coupons.SingleAsync(c => c.Code == code);
            if (coupon.ExpiresAt < DateTime.UtcNow) throw new InvalidOperationException("expired");
            if (coupon.UsedAt != null) throw new InvalidOperationException("used");
            {|RACE002:coupon.UsedAt = DateTime.UtcNow|};
            coupon.UsedBy = user;
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Redeem(string code, int user)
        {
            var coupon = await _db.Coupons.AsNoTracking().SingleAsync(c => c.Code == code);
            if (coupon.ExpiresAt < DateTime.UtcNow) throw new InvalidOperationException("expired");
            var now = DateTime.UtcNow;
            var updated = await _db.Coupons
                .Where(c => c.Id == coupon.Id && c.ExpiresAt >= now && c.UsedAt == null)
                .ExecuteUpdateAsync(s => s
                    .SetProperty(c => c.UsedAt, now)
                    .SetProperty(c => c.UsedBy, user));
            if (updated == 0) throw new InvalidOperationException("used");
        }
        """);

    [Fact]
    public Task A_transfer_is_two_updates_in_one_transaction_in_key_order() => Fix<AtomicUpdateFix>.Makes(
        """
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
        """,
        """
        public async Task<bool> Transfer(int fromId, int toId, decimal amount)
        {
            var from = await _db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == fromId);
            var to = await _db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == toId);
            if (from is null || to is null) return false;
            await using var transaction = await _db.Database.BeginTransactionAsync();

            Task<int> Debit() => _db.Accounts
                .Where(a => a.Id == fromId && a.Balance >= amount)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance - amount));

            Task<int> Credit() => _db.Accounts
                .Where(a => a.Id == toId)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + amount));

            // In key order, so that two opposite calls wait for each other and do not deadlock.
            var updated = from.Id < to.Id
                ? await Debit() + await Credit()
                : await Credit() + await Debit();
            if (updated < 2)
                throw new InvalidOperationException("Insufficient");

            await transaction.CommitAsync();
            return true;
        }
        """);

    [Fact]
    public Task An_insert_in_the_same_save_shares_a_transaction() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<Order?> Order(int id, int quantity)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            if (product.Stock < quantity) return null;
            {|RACE001:product.Stock -= quantity|};
            var order = new Order { Total = product.Price * quantity };
            _db.Orders.Add(order);
            await _db.SaveChangesAsync();
            return order;
        }
        """,
        """
        public async Task<Order?> Order(int id, int quantity)
        {
            var product = await _db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var updated = await _db.Products
                .Where(p => p.Id == product.Id && p.Stock >= quantity)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - quantity));
            if (updated == 0) return null;
            var order = new Order { Total = product.Price * quantity };
            _db.Orders.Add(order);
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return order;
        }
        """);

    [Fact]
    public Task A_counter_nobody_checks_counts_the_missing() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> View(int id)
        {
            var product = await _db.Products.FindAsync(id);
            if (product == null) return false;
            {|RACE001:product.Views++|};
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> View(int id)
        {
            var updated = await _db.Products
                .Where(p => p.Id == id)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Views + 1));
            if (updated == 0) return false;
            return true;
        }
        """);

    [Fact]
    public Task A_count_that_decides_nothing_is_not_taken() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task View(int id)
        {
            var product = await _db.Products.FindAsync(id);
            if (product == null) return;
            // Once more.
            {|RACE001:product.Views++|};
            await _db.SaveChangesAsync();
        }

        public void ViewQuietly(int id)
        {
            var product = _db.Products.Find(id);
            if (product != null)
            {
                // Once more.
                {|RACE001:product.Views++|};
                _db.SaveChanges();
            }
        }
        """,
        """
        public async Task View(int id)
        {
            // Once more.
            await _db.Products
                .Where(p => p.Id == id)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Views + 1));
        }

        public void ViewQuietly(int id)
        {
            // Once more.
            _db.Products
                .Where(p => p.Id == id)
                .ExecuteUpdate(s => s.SetProperty(p => p.Views, p => p.Views + 1));
        }
        """);

    [Fact]
    public Task A_row_whose_absence_nobody_asks_for_still_throws() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task View(int id)
        {
            var product = await _db.Products.FindAsync(id);
            {|RACE001:product!.Views += 1|};
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task View(int id)
        {
            var product = await _db.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id);
            await _db.Products
                .Where(p => p.Id == product!.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Views + 1));
        }
        """);

    [Fact]
    public Task A_region_stays_whole_and_a_time_is_counted_from_the_clock() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> Take(int id)
        {
            var coupon = await _db.Coupons.SingleAsync(c => c.Id == id);
            if (coupon.UsedAt != null && coupon.UsedAt > DateTime.UtcNow.AddMinutes(-5)) return false;
            #region Take
            {|RACE002:coupon.UsedAt = DateTime.UtcNow.AddMinutes(10)|};
            await _db.SaveChangesAsync();
            #endregion
            return true;
        }
        """,
        """
        public async Task<bool> Take(int id)
        {
            var coupon = await _db.Coupons.AsNoTracking().SingleAsync(c => c.Id == id);
            var now = DateTime.UtcNow;
            var updated = await _db.Coupons
                .Where(c => c.Id == coupon.Id && (c.UsedAt == null || c.UsedAt == null || c.UsedAt <= now.AddMinutes(-5)))
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, now.AddMinutes(10)));
            if (updated == 0) return false;
            #region Take
            #endregion
            return true;
        }
        """);

    [Fact]
    public Task A_local_that_held_the_new_value_goes() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<int> Take(int id, int n)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            var left = product.Stock - n;
            if (left < 0) return -1;
            {|RACE001:product.Stock = left|};
            return await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task<int> Take(int id, int n)
        {
            var product = await _db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
            var updated = await _db.Products
                .Where(p => p.Id == product.Id && p.Stock - n >= 0)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - n));
            if (updated == 0) return -1;
            return updated;
        }
        """);

    [Fact]
    public Task A_transaction_that_is_open_is_used() => Fix<AtomicUpdateFix>.Makes(
        """
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
        """,
        """
        public async Task<bool> Buy(int id, CancellationToken ct)
        {
            await using var tx = await _db.Database.BeginTransactionAsync(ct);
            var updated = await _db.Products
                .Where(p => p.Id == id && p.Stock >= 1)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1), ct);
            if (updated == 0) return false;
            await tx.CommitAsync(ct);
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_for_a_row_behind_a_navigation() => Fix<AtomicUpdateFix>.IsNotOffered(
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
    public Task Not_offered_when_other_rows_are_checked() => Fix<AtomicUpdateFix>.IsNotOffered(
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
    public Task Not_offered_when_several_turns_are_saved_together() => Fix<AtomicUpdateFix>.IsNotOffered(
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

    [Fact]
    public Task Two_values_of_one_row_are_compared_in_the_database() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<(bool, string)> Book(int id)
        {
            var e = await _db.Events.FindAsync(id);
            if (e is null)
            {
                return (false, "missing");
            }

            if (!(e.Sold < e.Capacity))
            {
                return (false, "full");
            }

            {|RACE001:e.Sold = e.Sold + 1|};
            // Booked.
            _db.Bookings.Add(new Booking { EventId = e.Id });
            await _db.SaveChangesAsync();

            return (true, e.Title);
        }
        """,
        """
        public async Task<(bool, string)> Book(int id)
        {
            var e = await _db.Events.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id);
            if (e is null)
            {
                return (false, "missing");
            }

            await using var transaction = await _db.Database.BeginTransactionAsync();
            var updated = await _db.Events
                .Where(row => row.Id == id && row.Sold < row.Capacity)
                .ExecuteUpdateAsync(s => s.SetProperty(row => row.Sold, row => row.Sold + 1));
            if (updated == 0)
            {
                return (false, "full");
            }

            // Booked.
            _db.Bookings.Add(new Booking { EventId = e.Id });
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();

            return (true, e.Title);
        }
        """);

    [Fact]
    public Task Branches_stay_as_they_are() => Fix<AtomicUpdateFix>.Makes(
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
            var product = await _db.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id);
            if (product != null)
            {
                var updated = await _db.Products
                    .Where(p => p.Id == id && p.Stock > 0)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
                if (updated > 0)
                {
                    return "ok";
                }
                else
                {
                    return "empty";
                }
            }

            return "missing";
        }
        """);

    [Fact]
    public Task What_a_call_out_of_sight_may_have_added_is_saved() => Fix<AtomicUpdateFix>.Makes(
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
            var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var updated = await _db.Products
                .Where(p => p.Id == product.Id && p.Stock >= 1)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            if (updated == 0) return false;
            await send();
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }
        """);

    [Fact]
    public Task The_count_takes_the_place_of_the_saves_own() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> Take(int id) 
        {
            var seat = _db.Seats.FirstOrDefault(s => s.Id == id);
            if (seat == null || seat.HolderId.HasValue) return false;
            {|RACE002:seat.HolderId = 7|};
            return _db.SaveChanges() > 0;
        }
        """,
        """
        public async Task<bool> Take(int id) 
        {
            var updated = _db.Seats
                .Where(s => s.Id == id && s.HolderId == null)
                .ExecuteUpdate(setters => setters.SetProperty(s => s.HolderId, 7));
            if (updated == 0) return false;
            return updated > 0;
        }
        """);

    [Fact]
    public Task The_count_is_assigned_as_the_saves_was() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> Buy(int id, int n)
        {
            var saved = 0;
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < n) return false;
            {|RACE001:product.Stock -= n|};
            saved += await _db.SaveChangesAsync();
            return saved > 0;
        }

        public bool View(int id)
        {
            bool ok;
            var product = _db.Products.Single(p => p.Id == id);
            {|RACE001:product.Views++|};
            ok = _db.SaveChanges() > 0;
            return ok;
        }
        """,
        """
        public async Task<bool> Buy(int id, int n)
        {
            var saved = 0;
            var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
            var updated = await _db.Products
                .Where(p => p.Id == product.Id && p.Stock >= n)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - n));
            if (updated == 0) return false;
            saved += updated;
            return saved > 0;
        }

        public bool View(int id)
        {
            bool ok;
            var product = _db.Products.AsNoTracking().Single(p => p.Id == id);
            var updated = _db.Products
                .Where(p => p.Id == product.Id)
                .ExecuteUpdate(s => s.SetProperty(p => p.Views, p => p.Views + 1));
            ok = updated > 0;
            return ok;
        }
        """);

    [Fact]
    public Task A_transaction_is_committed_before_the_count_is_used() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<int> Buy(int id, int n, bool dry)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < n) return -1;
            {|RACE001:product.Stock -= n|};
            if (dry) return 0;
            var saved = await _db.SaveChangesAsync();
            return saved;
        }
        """,
        """
        public async Task<int> Buy(int id, int n, bool dry)
        {
            var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var updated = await _db.Products
                .Where(p => p.Id == product.Id && p.Stock >= n)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - n));
            if (updated == 0) return -1;
            if (dry) return 0;
            await transaction.CommitAsync();
            var saved = updated;
            return saved;
        }
        """);

    [Fact]
    public Task One_of_several_rows_alike_is_updated_by_its_own_key() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> Buy(string sku)
        {
            var product = await _db.Products.FirstOrDefaultAsync(p => p.Sku == sku);
            if (product is null || product.Stock <= 0) return false;
            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync();
            return true;
        }

        public void View(string sku)
        {
            var product = _db.Products.SingleOrDefault(p => p.Sku == sku);
            if (product is null) return;
            {|RACE001:product.Views++|};
            _db.SaveChanges();
        }
        """,
        """
        public async Task<bool> Buy(string sku)
        {
            var product = await _db.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Sku == sku);
            var updated = product is null ? 0 : await _db.Products
                .Where(p => p.Id == product.Id && p.Stock > 0)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            if (updated == 0) return false;
            return true;
        }

        public void View(string sku)
        {
            var product = _db.Products.AsNoTracking().SingleOrDefault(p => p.Sku == sku);
            if (product is null) return;
            _db.Products
                .Where(p => p.Id == product.Id)
                .ExecuteUpdate(s => s.SetProperty(p => p.Views, p => p.Views + 1));
        }
        """);

    [Fact]
    public Task A_unique_index_says_which_row_it_is() => new FixTest<AtomicUpdateFix>(
        """
        public bool Buy(string sku)
        {
            var product = _db.Products.FirstOrDefault(p => p.Sku == sku);
            if (product is null || product.Stock <= 0) return false;
            {|RACE001:product.Stock--|};
            _db.SaveChanges();
            return true;
        }
        """,
        """
        public bool Buy(string sku)
        {
            var updated = _db.Products
                .Where(p => p.Sku == sku && p.Stock > 0)
                .ExecuteUpdate(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
            if (updated == 0) return false;
            return true;
        }
        """)
    { Model = FixTest.ModelWithIndex("Product", "[Index(nameof(Sku), IsUnique = true)]") }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_for_one_of_several_rows_that_is_picked_by_what_is_written() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task<bool> Buy(string sku)
        {
            var product = await _db.Products.FirstOrDefaultAsync(p => p.Sku == sku && p.Stock > 0);
            if (product is null) return false;
            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_when_nothing_tells_that_the_row_has_left_the_state_it_was_read_in() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task Buy(int id)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id && p.Stock > 0);
            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task What_a_refusal_saves_is_committed() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task<bool> Buy(int id, int n)
        {
            var product = await _db.Products.FindAsync(id);
            if (product == null || product.Stock < n)
            {
                await Refused(id);
                return false;
            }

            {|RACE001:product.Stock -= n|};
            _db.Audits.Add(new Audit { What = "sold" });
            await _db.SaveChangesAsync();
            return true;
        }

        private async Task Refused(int id)
        {
            _db.Audits.Add(new Audit { What = "refused " + id });
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task<bool> Buy(int id, int n)
        {
            await using var transaction = await _db.Database.BeginTransactionAsync();
            var updated = await _db.Products
                .Where(p => p.Id == id && p.Stock >= n)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - n));
            if (updated == 0)
            {
                await Refused(id);
                await transaction.CommitAsync();
                return false;
            }

            _db.Audits.Add(new Audit { What = "sold" });
            await _db.SaveChangesAsync();
            await transaction.CommitAsync();
            return true;
        }

        private async Task Refused(int id)
        {
            _db.Audits.Add(new Audit { What = "refused " + id });
            await _db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task Not_offered_when_a_refusal_saves_and_one_of_two_rows_may_have_been_updated() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task<bool> Transfer(int fromId, int toId, decimal amount)
        {
            var from = await _db.Accounts.SingleAsync(a => a.Id == fromId);
            var to = await _db.Accounts.SingleAsync(a => a.Id == toId);
            if (from.Balance < amount)
            {
                _db.Audits.Add(new Audit { What = "refused" });
                await _db.SaveChangesAsync();
                return false;
            }

            {|RACE003:from.Balance -= amount|};
            to.Balance += amount;
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_when_the_rows_relatives_need_it_tracked() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task<string> Buy(int id, int lineId)
        {
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return "";
            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync();
            var line = await _db.OrderLines.SingleAsync(l => l.Id == lineId);
            return line.Product!.Name;
        }
        """);

    [Fact]
    public Task Not_offered_when_another_read_keeps_the_old_row() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task<int> Buy(int id)
        {
            var all = await _db.Products.ToListAsync();
            var product = await _db.Products.SingleAsync(p => p.Id == id);
            if (product.Stock < 1) return 0;
            {|RACE001:product.Stock--|};
            await _db.SaveChangesAsync();
            return all.Sum(p => p.Stock);
        }
        """);

    private const string Moving = """
        public async Task<bool> Move(KEYS)
        {
            var from = await _db.Places.FindAsync(FROM);
            var to = await _db.Places.FindAsync(TO);
            if (from == null || to == null) return false;
            if (from.Count < n) return false;
            {|RACE003:from.Count -= n|};
            to.Count += n;
            await _db.SaveChangesAsync();
            return true;
        }
        """;

    private static readonly string Places = Shop.WithMembers(Shop.Model, "public DbSet<Place> Places => Set<Place>();")
        + "\n\n[PrimaryKey(nameof(Sku), nameof(House))]\npublic class Place\n{\n    public string Sku { get; set; } = \"\";\n    public int House { get; set; }\n    public int Count { get; set; }\n}\n";

    private static string Move(string keys, string from, string to) => Moving.Replace("KEYS", keys).Replace("FROM", from).Replace("TO", to);

    [Fact]
    public Task Rows_with_a_key_of_several_members_are_updated_in_the_order_of_those_that_differ() => new FixTest<AtomicUpdateFix>(
        Move("string sku, int a, int b, int n", "sku, a", "sku, b"),
        """
        public async Task<bool> Move(string sku, int a, int b, int n)
        {
            var from = await _db.Places.AsNoTracking().FirstOrDefaultAsync(p => p.Sku == sku && p.House == a);
            var to = await _db.Places.AsNoTracking().FirstOrDefaultAsync(p => p.Sku == sku && p.House == b);
            if (from == null || to == null) return false;
            await using var transaction = await _db.Database.BeginTransactionAsync();

            Task<int> Debit() => _db.Places
                .Where(p => p.Sku == sku && p.House == a && p.Count >= n)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Count, p => p.Count - n));

            Task<int> Credit() => _db.Places
                .Where(p => p.Sku == sku && p.House == b)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Count, p => p.Count + n));

            // In key order, so that two opposite calls wait for each other and do not deadlock.
            var updated = from.House < to.House
                ? await Debit() + await Credit()
                : await Credit() + await Debit();
            if (updated < 2) return false;
            await transaction.CommitAsync();
            return true;
        }
        """)
    { Model = Places }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_for_rows_whose_order_is_not_simply_said() =>
        new FixTest<AtomicUpdateFix>(Move("string sku, string other, int a, int b, int n", "sku, a", "other, b"), Move("string sku, string other, int a, int b, int n", "sku, a", "other, b")) { Model = Places }
            .RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Null_is_said_with_its_type() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task Pay(int id)
        {
            var order = await _db.Orders.FirstOrDefaultAsync(o => o.Id == id);
            if (order == null) throw new KeyNotFoundException();
            if (order.Status != OrderStatus.Pending) throw new InvalidOperationException();
            {|RACE002:order.Status = OrderStatus.Paid|};
            order.PaidAt = DateTime.UtcNow;
            order.Note = null;
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Pay(int id)
        {
            var order = await _db.Orders.AsNoTracking().FirstOrDefaultAsync(o => o.Id == id);
            if (order == null) throw new KeyNotFoundException();
            var now = DateTime.UtcNow;
            var updated = await _db.Orders
                .Where(o => o.Id == id && o.Status == OrderStatus.Pending)
                .ExecuteUpdateAsync(s => s
                    .SetProperty(o => o.Status, OrderStatus.Paid)
                    .SetProperty(o => o.PaidAt, now)
                    .SetProperty(o => o.Note, (string?)null));
            if (updated == 0) throw new InvalidOperationException();
        }
        """);

    [Fact]
    public Task A_clamp_becomes_a_choice() => Fix<AtomicUpdateFix>.Makes(
        """
        public async Task Charge(int id, decimal x)
        {
            var a = await _db.Accounts.SingleAsync(z => z.Id == id);
            {|RACE001:a.Balance = Math.Max(0, a.Balance - x)|};
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Charge(int id, decimal x)
        {
            var a = await _db.Accounts.AsNoTracking().SingleAsync(z => z.Id == id);
            await _db.Accounts
                .Where(z => z.Id == a.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(z => z.Balance, z => 0 > z.Balance - x ? 0 : z.Balance - x));
        }
        """);

    [Fact]
    public Task Not_offered_when_the_row_is_returned() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task<Product?> Buy(int id)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            if (product.Stock == 0) return null;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return product;
        }
        """);

    [Fact]
    public Task Not_offered_when_what_was_written_is_read_afterwards() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        public async Task<int> Buy(int id)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            if (product.Stock == 0) return -1;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return product.Stock;
        }
        """);

    [Fact]
    public Task Not_offered_when_the_check_calls_code() => Fix<AtomicUpdateFix>.IsNotOffered(
        """
        private static bool Enough(int stock) => stock > 3;

        public async Task<bool> Buy(int id)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            if (!Enough(product.Stock)) return false;
            {|RACE001:product.Stock -= 1|};
            await _db.SaveChangesAsync();
            return true;
        }
        """);

    [Fact]
    public Task Not_offered_when_each_save_does_more() => new FixTest<AtomicUpdateFix>(Counter, Counter)
    {
        Model = FixTest.ModelWithContextMember("public override int SaveChanges(bool accept) { Console.WriteLine(); return base.SaveChanges(accept); }"),
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Not_offered_when_an_order_of_a_converted_column_is_asked_for() => new FixTest<AtomicUpdateFix>(Counter, Counter)
    {
        Model = FixTest.ModelWithContextMember("protected override void OnModelCreating(ModelBuilder model) => model.Entity<Product>().Property(p => p.Views).HasConversion<string>();"),
    }.RunAsync(TestContext.Current.CancellationToken);

    private const string Counter = """
        public async Task View(int id)
        {
            var product = await _db.Products.FirstAsync(p => p.Id == id);
            {|RACE001:product.Views++|};
            await _db.SaveChangesAsync();
        }
        """;

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task The_same_on_every_version(EfCore version) => new FixTest<AtomicUpdateFix>(
        Counter,
        """
        public async Task View(int id)
        {
            var product = await _db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
            await _db.Products
                .Where(p => p.Id == product.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Views, p => p.Views + 1));
        }
        """)
    { On = version }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Three_at_once() => Fix<AtomicUpdateFix>.Makes(
        string.Join("\n\n", Enumerable.Range(1, 3).Select(number => $$"""
            public void View{{number}}(int id)
            {
                var post = _db.Posts.Single(p => p.Id == id);
                {|RACE001:post.LikeCount += {{number}}|};
                _db.SaveChanges();
            }
            """)),
        string.Join("\n\n", Enumerable.Range(1, 3).Select(number => $$"""
            public void View{{number}}(int id)
            {
                var post = _db.Posts.AsNoTracking().Single(p => p.Id == id);
                _db.Posts
                    .Where(p => p.Id == post.Id)
                    .ExecuteUpdate(s => s.SetProperty(p => p.LikeCount, p => p.LikeCount + {{number}}));
            }
            """)));
}

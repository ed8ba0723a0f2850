namespace RaceAnalyzers.Tests;

public sealed class SerializableFixTests
{
    [Fact]
    public Task A_quota_is_checked_again_after_the_other_session_won() => Fix<SerializableFix>.Makes(
        """
        public async Task<bool> Book(int id, int user)
        {
            var ev = await _db.Events.SingleAsync(e => e.Id == id);
            if (await _db.Bookings.CountAsync(b => b.EventId == id) >= ev.Capacity) return false;
            {|RACE104:_db.Bookings.Add(new Booking { EventId = id, UserId = user })|};
            await _db.SaveChangesAsync();
            return true;
        }
        """,
        """
        public async Task<bool> Book(int id, int user)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                    var ev = await _db.Events.SingleAsync(e => e.Id == id);
                    if (await _db.Bookings.CountAsync(b => b.EventId == id) >= ev.Capacity) return false;
                    _db.Bookings.Add(new Booking { EventId = id, UserId = user });
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                    return true;
                }
                catch (Exception e) when (attempt < 3 && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """,
        usings: "using Npgsql;\n\n");

    [Fact]
    public Task A_method_without_a_result_ends_after_the_commit() => Fix<SerializableFix>.Makes(
        """
        public async Task Demote(int id, int team)
        {
            var member = await _db.Members.SingleAsync(m => m.Id == id);
            if (await _db.Members.CountAsync(m => m.TeamId == team && m.Role == Role.Owner) <= 1)
                throw new InvalidOperationException();
            {|RACE003:member.Role = Role.User|};
            await _db.SaveChangesAsync();
        }
        """,
        """
        public async Task Demote(int id, int team)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                    var member = await _db.Members.SingleAsync(m => m.Id == id);
                    if (await _db.Members.CountAsync(m => m.TeamId == team && m.Role == Role.Owner) <= 1)
                        throw new InvalidOperationException();
                    member.Role = Role.User;
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                    return;
                }
                catch (Exception e) when (attempt < 3 && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """,
        usings: "using Npgsql;\n\n");

    [Fact]
    public Task A_transaction_that_is_open_gets_the_level() => Fix<SerializableFix>.Makes(
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
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var tx = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable, ct);
                    var product = await _db.Products.FindAsync(new object[] { id }, ct);
                    if (product == null || product.Stock < 1) return false;
                    product.Stock -= 1;
                    await _db.SaveChangesAsync(ct);
                    await tx.CommitAsync(ct);
                    return true;
                }
                catch (Exception e) when (attempt < 3 && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """,
        usings: "using Npgsql;\n\n");

    [Fact]
    public Task The_next_number_is_read_again() => Fix<SerializableFix>.Makes(
        """
        public async Task<int> Issue(int customer)
        {
            var next = await _db.Invoices.MaxAsync(i => i.Number) + 1;
            var invoice = new Invoice { Number = next, CustomerId = customer };
            {|RACE105:_db.Invoices.Add(invoice)|};
            await _db.SaveChangesAsync();
            return invoice.Number;
        }
        """,
        """
        public async Task<int> Issue(int customer)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                    var next = await _db.Invoices.MaxAsync(i => i.Number) + 1;
                    var invoice = new Invoice { Number = next, CustomerId = customer };
                    _db.Invoices.Add(invoice);
                    await _db.SaveChangesAsync();
                    await transaction.CommitAsync();
                    return invoice.Number;
                }
                catch (Exception e) when (attempt < 3 && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
                {
                    _db.ChangeTracker.Clear();
                }
            }
        }
        """,
        usings: "using Npgsql;\n\n");

    /// <summary>A second run would not set it back, or would add to it again.</summary>
    [Theory]
    [InlineData("booking.UserId.ToString();", "_db.Bookings.Add(booking)", "")]
    [InlineData("\"\";", "_db.Bookings.Add(new Booking { EventId = id })", "mine.Add(booking);")]
    [InlineData("\"\"; mine.Clear();", "_db.Bookings.Add(new Booking { EventId = id })", "told = \"booked\";")]
    public Task Not_offered_where_a_run_changes_what_was_there_before_it(string told, string add, string beside) => Fix<SerializableFix>.IsNotOffered(
        $$"""
        public async Task<string> Book(int id, Booking booking, List<Booking> mine)
        {
            var told = {{told}}
            var ev = await _db.Events.SingleAsync(e => e.Id == id);
            if (await _db.Bookings.CountAsync(b => b.EventId == id) >= ev.Capacity) return told;
            {|RACE104:{{add}}|};
            {{beside}}
            await _db.SaveChangesAsync();
            return told;
        }
        """);
}

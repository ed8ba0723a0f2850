namespace RaceAnalyzers.Tests.Rules;

/// <summary>Next number computed from the table.</summary>
public class RACE105Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task MaxPlusOne_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<int> Create(int customerId)
            {
                var number = await _db.Invoices.MaxAsync(i => i.Number) + 1;
                {|RACE105:_db.Invoices.Add(new Invoice { Number = number, CustomerId = customerId })|};
                await _db.SaveChangesAsync();
                return number;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Theory]
    [InlineData("(await _db.Invoices.MaxAsync(i => (int?)i.Number) ?? 0) + 1")]
    [InlineData("(_db.Invoices.Select(i => i.Number).DefaultIfEmpty().Max()) + 1")]
    [InlineData("await _db.Invoices.CountAsync() + 1")]
    [InlineData("1 + _db.Invoices.Count()")]
    [InlineData("(await _db.Invoices.OrderByDescending(i => i.Number).Select(i => i.Number).FirstOrDefaultAsync()) + 1")]
    [InlineData("(await _db.Invoices.OrderByDescending(i => i.Number).FirstAsync()).Number + 1")]
    [InlineData("((await _db.Invoices.OrderBy(i => i.Number).LastOrDefaultAsync())?.Number ?? 0) + 1")]
    public Task EachForm_Reports(string next) => Verify.Reports($$"""
            public async Task Create(int customerId)
            {
                {|RACE105:_db.Invoices.Add(new Invoice { Number = {{next}}, CustomerId = customerId })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LastRowOrFirstNumber_Reports() => Verify.Reports("""
            public async Task Create(int customerId)
            {
                var last = await _db.Invoices.OrderByDescending(i => i.Number).FirstOrDefaultAsync();
                var invoice = new Invoice { CustomerId = customerId };
                invoice.Number = last == null ? 1 : last.Number + 1;
                {|RACE105:_db.Invoices.Add(invoice)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task NumberInsideAText_Reports() => Verify.Reports("""
            public async Task Create(string name)
            {
                var count = await _db.Products.CountAsync();
                {|RACE105:_db.Products.Add(new Product { Name = name, Sku = $"SKU-{count + 1:0000}" })|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Serializable_IsQuiet() => Verify.IsQuiet("""
            public async Task Create(int customerId)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                var number = await _db.Invoices.MaxAsync(i => i.Number) + 1;
                _db.Invoices.Add(new Invoice { Number = number, CustomerId = customerId });
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        """);

    [Fact]
    public Task UniqueIndexWithAHandler_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Create(int customerId)
            {
                var number = await _db.Invoices.MaxAsync(i => i.Number) + 1;
                _db.Invoices.Add(new Invoice { Number = number, CustomerId = customerId });
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }
        """, Shop.ModelWith("Invoice", "", "[Index(nameof(Number), IsUnique = true)]"));

    [Fact]
    public Task NumberFromASequence_IsQuiet() => Verify.IsQuiet("""
            public async Task Create(int customerId)
            {
                var number = await _db.Database.SqlQuery<int>($"select nextval('numbers')::int as \"Value\"").SingleAsync();
                _db.Invoices.Add(new Invoice { Number = number, CustomerId = customerId });
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task MaximumForOutput_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> Create(int customerId, int number)
            {
                _db.Invoices.Add(new Invoice { Number = number, CustomerId = customerId });
                await _db.SaveChangesAsync();
                return await _db.Invoices.MaxAsync(i => i.Number) + 1;
            }
        """);

    [Fact]
    public Task NumberForNoRows_UniqueIndexWithARetry_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> Create()
            {
                for (var attempt = 0; ; attempt++)
                {
                    var last = await _db.Invoices.MaxAsync(i => (int?)i.Number) ?? 0;
                    var invoice = new Invoice { Number = last + 1 };
                    _db.Invoices.Add(invoice);
                    try
                    {
                        await _db.SaveChangesAsync();
                        return invoice.Number;
                    }
                    catch (DbUpdateException e) when (attempt < 5 && e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                    {
                        _db.Entry(invoice).State = EntityState.Detached;
                    }
                }
            }
        """, Shop.ModelWith("Invoice", "", "[Index(nameof(Number), IsUnique = true)]"));

    [Fact]
    public Task NumberForNoRows_Reports() => Verify.Reports("""
            public async Task Create()
            {
                var last = await _db.Invoices.MaxAsync(i => (int?)i.Number) ?? 0;
                {|RACE105:_db.Invoices.Add(new Invoice { Number = last + 1 })|};
                await _db.SaveChangesAsync();
            }
        """);

    private const string Version = """
            public async Task Append(int customer)
            {
                var last = await _db.Invoices.Where(i => i.CustomerId == customer).MaxAsync(i => i.Number);
                ADD;
                await _db.SaveChangesAsync();
            }
        """;

    private const string AddVersion = "_db.Invoices.Add(new Invoice { CustomerId = customer, Number = last + 1 })";

    [Fact]
    public Task NumberWithinWhatTheReadAsksFor_WithAnIndexOverBoth_IsInfo() => new RaceTest(
        Shop.Service(Version.Replace("ADD", $"{{|RACE105.Info:{AddVersion}|}}", StringComparison.Ordinal)),
        Shop.ModelConfigured("model.Entity<Invoice>().HasIndex(i => new { i.CustomerId, i.Number }).IsUnique();")).Reports();

    [Fact]
    public Task NumberWithinWhatTheReadAsksFor_WithAnIndexOverMore_Reports() => new RaceTest(
        Shop.Service(Version.Replace("ADD", $"{{|RACE105:{AddVersion}|}}", StringComparison.Ordinal)),
        Shop.ModelConfigured("model.Entity<Invoice>().HasIndex(i => new { i.CustomerId, i.Number, i.Total }).IsUnique();")).Reports();

    private const string InMemory = """
            public async Task Append(int customer)
            {
                var own = await _db.Invoices.Where(i => i.CustomerId == customer).ToListAsync();
                ADD;
                await _db.SaveChangesAsync();
            }
        """;

    [Theory]
    [InlineData("own.Select(i => i.Number).Max() + 1")]
    [InlineData("own.Select(i => i.Number).DefaultIfEmpty(0).Max() + 1")]
    [InlineData("own.OrderBy(i => i.Number).Last().Number + 1")]
    [InlineData("(own.OrderByDescending(i => i.Number).FirstOrDefault()?.Number ?? 0) + 1")]
    [InlineData("own.MaxBy(i => i.Number)!.Number + 1")]
    public Task NumberComputedInMemory_Reports(string number) =>
        Verify.Reports(InMemory.Replace("ADD", $"{{|RACE105:_db.Invoices.Add(new Invoice {{ CustomerId = customer, Number = {number} }})|}}", StringComparison.Ordinal));

    [Theory]
    [InlineData("Number = own.Last().Number", "")]
    [InlineData("Number = old.Number + 1", "foreach (var old in own) ")]
    public Task ValueCopiedOrShifted_IsQuiet(string given, string loop) =>
        Verify.IsQuiet(InMemory.Replace("ADD", $"{loop}_db.Invoices.Add(new Invoice {{ CustomerId = customer, {given} }})", StringComparison.Ordinal));
}

namespace RaceAnalyzers.Tests.Protections;

/// <summary>A concurrency token on the written row, and where it does not protect.</summary>
public class ConcurrencyTokenTests
{
    private const string Buy = """
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    throw new OutOfStockException();

                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }
        """;

    private static readonly string BuyReported =
        Buy.Replace("product.Stock -= 1;", "{|RACE001:product.Stock -= 1|};", StringComparison.Ordinal);

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task Timestamp_IsQuiet(EfCore version) =>
        new RaceTest(Shop.Service(Buy), Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }")) { On = version }.IsQuiet();

    [Theory]
    [InlineData("model.Entity<Product>().Property(p => p.Version).IsRowVersion();")]
    [InlineData("model.Entity<Product>().Property<uint>(\"Version\").IsRowVersion();")]
    [InlineData("model.Entity<Product>(product => { product.Property(p => p.Version).IsRowVersion(); });")]
    [InlineData("model.Entity<Product>().Property<uint>(\"xmin\").IsRowVersion();")]
    [InlineData("model.Entity<Product>().Property(p => p.Stock).IsConcurrencyToken();")]
    [InlineData("model.Entity<Product>().Property(nameof(Product.Stock)).IsConcurrencyToken(true);")]
    public Task ConfiguredInTheContext_IsQuiet(string configuration) => Verify.IsQuiet(Buy, Shop.ModelConfigured(configuration).Replace(
        "public int Views { get; set; }", "public int Views { get; set; } public uint Version { get; set; }", StringComparison.Ordinal));

    [Fact]
    public Task UseXminAsConcurrencyToken_IsQuiet() => new RaceTest(Shop.Service(Buy), Shop.ModelConfigured(
        "model.Entity<Product>().UseXminAsConcurrencyToken();"))
    { On = EfCore.EfCore8 }.IsQuiet();

    [Theory]
    [InlineData("model.ApplyConfiguration(new ProductConfiguration());")]
    [InlineData("model.ApplyConfigurationsFromAssembly(typeof(ShopDb).Assembly);")]
    public Task ConfiguredInItsOwnClass_IsQuiet(string apply) => new RaceTest(
        Shop.Service(Buy),
        Shop.ModelConfigured(apply),
        """
        using Microsoft.EntityFrameworkCore.Metadata.Builders;

        namespace Shop;

        public class ProductConfiguration : IEntityTypeConfiguration<Product>
        {
            public void Configure(EntityTypeBuilder<Product> builder)
            {
                builder.ToTable("products");
                builder.Property<uint>("Version").IsRowVersion();
            }
        }
        """).IsQuiet();

    [Fact]
    public Task OnABaseType_IsQuiet() => new RaceTest(
        Shop.Service(Buy),
        Shop.Model.Replace("public class Product\n", "public class Product : Versioned\n", StringComparison.Ordinal),
        "namespace Shop; public abstract class Versioned { [Timestamp] public uint Version { get; set; } }").IsQuiet();

    [Fact]
    public Task TheWrittenMemberItself_IsQuiet() => Verify.IsQuiet(Buy, Shop.Model.Replace(
        "public int Stock { get; set; }", "[ConcurrencyCheck] public int Stock { get; set; }", StringComparison.Ordinal));

    [Fact]
    public Task CheckThenAct_IsQuiet() => Verify.IsQuiet("""
            public async Task Pay(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                order.Status = OrderStatus.Paid;
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Order", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task TransferBetweenRowsThatCarryIt_IsQuiet() => Verify.IsQuiet("""
            public async Task Transfer(int fromId, int toId, decimal amount)
            {
                var from = await _db.Accounts.SingleAsync(a => a.Id == fromId);
                var to = await _db.Accounts.SingleAsync(a => a.Id == toId);
                if (from.Balance < amount)
                    throw new InvalidOperationException();

                from.Balance -= amount;
                to.Balance += amount;
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Account", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task ParentThatCarriesIt_ModifiedWithTheChild_IsQuiet() => Verify.IsQuiet("""
            public async Task Book(int eventId, int userId)
            {
                var item = await _db.Events.Include(e => e.Bookings).SingleAsync(e => e.Id == eventId);
                if (item.Bookings.Count >= item.Capacity)
                    throw new InvalidOperationException("Sold out");

                item.Bookings.Add(new Booking { UserId = userId });
                item.Sold++;
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Event", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task ParentThatCarriesIt_NotModified_Reports() => Verify.Reports("""
            public async Task Book(int eventId, int userId)
            {
                var item = await _db.Events.Include(e => e.Bookings).SingleAsync(e => e.Id == eventId);
                if (item.Bookings.Count >= item.Capacity)
                    throw new InvalidOperationException("Sold out");

                {|RACE104:item.Bookings.Add(new Booking { UserId = userId })|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Event", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task ApplicationManaged_SetBesideTheWrite_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Stock -= 1;
                product.Version = Guid.NewGuid();
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Product", "[ConcurrencyCheck] public Guid Version { get; set; }"));

    [Fact]
    public Task ApplicationManaged_SetInASaveHook_IsQuiet() => Verify.IsQuiet(Buy, Shop.WithMembers(
        Shop.ModelWith("Product", "[ConcurrencyCheck] public Guid Version { get; set; }"), """
            public override Task<int> SaveChangesAsync(CancellationToken cancellationToken = default)
            {
                foreach (var entry in ChangeTracker.Entries<Product>().Where(e => e.State == EntityState.Modified))
                    entry.Entity.Version = Guid.NewGuid();

                return base.SaveChangesAsync(cancellationToken);
            }
        """));

    [Fact]
    public Task ApplicationManaged_SetInTheEntitysMethod_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Take(1);
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Product", """
            [ConcurrencyCheck] public Guid Version { get; private set; }

            public void Take(int quantity)
            {
                Stock -= quantity;
                Version = Guid.NewGuid();
            }
        """));

    [Fact]
    public Task ApplicationManaged_ThatNobodySets_Reports() =>
        Verify.Reports(BuyReported, Shop.ModelWith("Product", "[ConcurrencyCheck] public Guid Version { get; set; }"));

    [Fact]
    public Task ConcurrencyCheckOnAnotherMember_Reports() => Verify.Reports(BuyReported, Shop.Model.Replace(
        "public decimal Price { get; set; }", "[ConcurrencyCheck] public decimal Price { get; set; }", StringComparison.Ordinal));

    [Fact]
    public Task BytesThatPostgreSqlDoesNotMake_Report() =>
        Verify.Reports(BuyReported, Shop.ModelWith("Product", "[Timestamp] public byte[] Version { get; set; } = [];"));

    [Fact]
    public Task BytesThatSqliteDoesNotMake_Report() =>
        Verify.Reports(BuyReported, Shop.ModelWith("Product", "[Timestamp] public byte[] Version { get; set; } = [];"), Library.Sqlite);

    [Fact]
    public Task BytesThatSqlServerMakes_AreQuiet() =>
        Verify.IsQuiet(Buy, Shop.ModelWith("Product", "[Timestamp] public byte[] Version { get; set; } = [];"), Library.SqlServer);

    [Fact]
    public Task CheckOfAnEarlierUntrackedProjection_Reports() => Verify.Reports("""
            public async Task Pay(int id)
            {
                var status = await _db.Orders.Where(o => o.Id == id).Select(o => o.Status).SingleAsync();
                if (status != OrderStatus.Pending)
                    throw new InvalidOperationException();

                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE002:order.Status = OrderStatus.Paid|};
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Order", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task StaleBulkUpdate_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                await {|RACE204:_db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, product.Stock - 1))|};
            }
        """, Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task TokenOnAnotherEntity_Reports() =>
        Verify.Reports(BuyReported, Shop.ModelWith("Order", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task IdentityStamp_SavedPlainly_Reports() => new RaceTest("""
        using Microsoft.AspNetCore.Identity;
        using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

        public class Person : IdentityUser
        {
            public int Points { get; set; }
        }

        public class AppDb(DbContextOptions<AppDb> options) : IdentityDbContext<Person>(options);

        public class Rewards(AppDb db)
        {
            public async Task Add(string id)
            {
                var person = await db.Users.SingleAsync(u => u.Id == id);
                {|RACE001:person.Points += 5|};
                await db.SaveChangesAsync();
            }
        }
        """)
    { With = [Library.PostgreSql, Library.Identity] }.Reports();

    [Fact]
    public Task IdentityStamp_SavedThroughTheUserManager_IsQuiet() => new RaceTest("""
        using Microsoft.AspNetCore.Identity;
        using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

        public class Person : IdentityUser
        {
            public int Points { get; set; }
        }

        public class AppDb(DbContextOptions<AppDb> options) : IdentityDbContext<Person>(options);

        public class Rewards(UserManager<Person> users)
        {
            public async Task Add(string id)
            {
                var person = await users.FindByIdAsync(id);
                if (person is null)
                    return;

                person.Points += 5;
                await users.UpdateAsync(person);
            }
        }
        """)
    { With = [Library.PostgreSql, Library.Identity] }.IsQuiet();

    [Fact]
    public Task ConflictSwallowedInASaveHelper_ReportsThereAndAtItsUses() => Verify.Reports("""
            private async Task Save()
            {
                try
                {
                    await _db.SaveChangesAsync();
                }
                {|RACE207:catch|} (DbUpdateConcurrencyException e)
                {
                    Console.WriteLine(e);
                }
            }

            public async Task Buy(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await Save();
            }
        """, Shop.ModelWith("Product", "[Timestamp] public uint Version { get; set; }"));

    /// <summary>The child is saved with its parent, whose token changes.</summary>
    [Fact]
    public Task TokenOfTheParentThatIsSavedWithTheChild_IsQuiet() => Verify.IsQuiet("""
            public async Task Move(int id, int line, int quantity)
            {
                var order = await _db.Orders.Include(o => o.Lines).SingleAsync(o => o.Id == id);
                var changed = order.Lines.Single(l => l.Id == line);
                if (changed.Quantity == 0) throw new InvalidOperationException();
                changed.Quantity = quantity;
                _db.Update(order);
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Order", "[Timestamp] public uint Version { get; set; }"));

    private static string AddLine(string between, string add) => $$"""
            public async Task Add(int id, int product)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                order.Note = "changed";
                {{between}}
                if (!await _db.OrderLines.AnyAsync(l => l.OrderId == id && l.ProductId == product))
                    {{add}};
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task TokenOfTheParentThatIsSavedWithTheNewChild_IsQuiet() =>
        Verify.IsQuiet(AddLine("", "_db.OrderLines.Add(new OrderLine { OrderId = id, ProductId = product })"), Shop.ModelWith("Order", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task TokenOfTheParentThatWasSavedBefore_Reports() =>
        Verify.Reports(AddLine("await _db.SaveChangesAsync();", "{|RACE102:_db.OrderLines.Add(new OrderLine { OrderId = id, ProductId = product })|}"), Shop.ModelWith("Order", "[Timestamp] public uint Version { get; set; }"));

    private const string Book = """
            public async Task Book(int eventId, int otherId)
            {
                var item = await _db.Events.SingleAsync(e => e.Id == eventId);
                if (await _db.Withdrawals.CountAsync(w => w.WalletId == COUNTED) >= item.Capacity)
                    throw new InvalidOperationException("Sold out");

                item.Sold++;
                ADD;
                await _db.SaveChangesAsync();
            }
        """;

    [Theory]
    [InlineData("eventId", "eventId")]
    [InlineData("item.Id", "item.Id")]
    public Task ParentWithoutANavigation_ModifiedWithTheChild_IsQuiet(string counted, string key) =>
        Verify.IsQuiet(Book.Replace("COUNTED", counted, StringComparison.Ordinal).Replace("ADD", $"_db.Withdrawals.Add(new Withdrawal {{ WalletId = {key} }})", StringComparison.Ordinal), Shop.ModelWith("Event", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task RowThatIsNoParent_ModifiedWithTheInsert_Reports() =>
        Verify.Reports(Book.Replace("COUNTED", "otherId", StringComparison.Ordinal).Replace("ADD", "{|RACE104:_db.Withdrawals.Add(new Withdrawal { WalletId = otherId })|}", StringComparison.Ordinal), Shop.ModelWith("Event", "[Timestamp] public uint Version { get; set; }"));

    private const string Numbered = """
        namespace Shop;

        public class Page
        {
            public int Id { get; set; }
            public int Edits { get; set; }
            [ConcurrencyCheck] public Guid Stamp { get; private set; }
        OWN
        }

        public class Sheet
        {
            public int Id { get; private set; }
            [ConcurrencyCheck] public Guid Stamp { get; private set; }
            public void Renew() => Stamp = Guid.NewGuid();
        }

        public class Editing(ShopDb db)
        {
            public async Task Edit(int id)
            {
                var page = await db.Set<Page>().SingleAsync(p => p.Id == id);
                ACT;
                await db.SaveChangesAsync();
            }
        }
        """;

    [Fact]
    public Task TokenThatOnlyAnotherEntitySets_Reports() => new RaceTest(Numbered.Replace("OWN", "", StringComparison.Ordinal).Replace("ACT", "{|RACE001:page.Edits++|}", StringComparison.Ordinal), Shop.ModelConfigured("model.Entity<Page>(); model.Entity<Sheet>();")).Reports();

    [Fact]
    public Task TokenThatTheEntitySetsItself_IsQuiet() => new RaceTest(Numbered.Replace("OWN", "public void Edit() { Edits++; Stamp = Guid.NewGuid(); }", StringComparison.Ordinal).Replace("ACT", "page.Edit()", StringComparison.Ordinal), Shop.ModelConfigured("model.Entity<Page>(); model.Entity<Sheet>();")).IsQuiet();
}

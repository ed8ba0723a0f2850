namespace RaceAnalyzers.Tests.Rules;

/// <summary>Lost update: a member is written with a value computed from its own earlier read.</summary>
public class RACE001Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task BuyingTheLastItem_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<bool> BuyAsync(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                if (product.Stock > 0)
                {
                    {|RACE001:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                    return true;
                }

                return false;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task Decrement_AfterFindAndEarlyReturn_Reports() => Verify.Reports("""
            public async Task Buy(int id)
            {
                var product = await _db.Products.FindAsync(id);
                if (product is null || product.Stock <= 0)
                {
                    return;
                }

                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Increment_Sync_Reports() => Verify.Reports("""
            public void View(int id)
            {
                var product = _db.Products.Find(id)!;
                {|RACE001:product.Views++|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task PrefixDecrement_AfterSingle_Reports() => Verify.Reports("""
            public void Take(int id)
            {
                var product = _db.Products.Single(p => p.Id == id);
                {|RACE001:--product.Stock|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task AssignmentFromItself_Reports() => Verify.Reports("""
            public async Task Charge(int id, decimal amount)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE001:order.Total = order.Total + amount|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ClampedValue_Reports() => Verify.Reports("""
            public async Task Charge(int id, decimal amount)
            {
                var account = await _db.Accounts.SingleAsync(a => a.Id == id);
                {|RACE001:account.Balance = Math.Max(0, account.Balance - amount)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ThroughLocals_Reports() => Verify.Reports("""
            public async Task<int> Take(int id, int quantity)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                var before = product.Stock;
                var after = before - quantity;
                if (after < 0)
                    throw new OutOfStockException();

                {|RACE001:product.Stock = after|};
                await _db.SaveChangesAsync();
                return after;
            }
        """);

    [Fact]
    public Task ThroughADto_Reports() => Verify.Reports("""
            private sealed record StockLevel(int Id, int Left);

            public async Task Take(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                var level = new StockLevel(product.Id, product.Stock);
                {|RACE001:product.Stock = level.Left - 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ThroughAProjection_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var stock = await _db.Products.Where(p => p.Id == id).Select(p => p.Stock).SingleAsync();
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock = stock - 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task EntityMethod_Reports() => new RaceTest(Shop.Service("""
            public async Task Rent(int id)
            {
                var bike = await _db.Set<Bike>().FirstAsync(b => b.Id == id);
                {|RACE001:bike.Ride(3)|};
                await _db.SaveChangesAsync();
            }
        """), Shop.WithMembers(Shop.Model, "public DbSet<Bike> Bikes => Set<Bike>();"), """
        namespace Shop;

        public class Bike
        {
            public int Id { get; private set; }
            public int Kilometres { get; private set; }

            public void Ride(int kilometres) => Kilometres += kilometres;
        }
        """).Reports();

    [Fact]
    public Task OwnedValueObjectChanged_Reports() => new RaceTest(Shop.Service("""
            public async Task Spend(int id, decimal amount)
            {
                var purse = await _db.Purses.FirstAsync(p => p.Id == id);
                {|RACE001:purse.Money.Amount -= amount|};
                await _db.SaveChangesAsync();
            }
        """), Shop.WithMembers(Shop.Model, """
            public DbSet<Purse> Purses => Set<Purse>();
            """), """
        namespace Shop;

        [Owned]
        public class Money
        {
            public decimal Amount { get; set; }
        }

        public class Purse
        {
            public int Id { get; set; }
            public Money Money { get; set; } = new();
        }
        """).Reports();

    [Fact]
    public Task LoopOverRows_ReportsOnce() => Verify.Reports("""
            public async Task Discount(int categoryId)
            {
                var products = await _db.Products.Where(p => p.CategoryId == categoryId).ToListAsync();
                foreach (var product in products)
                {
                    {|RACE001:product.Price = product.Price * 0.9m|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ForeachOverTheQuery_Reports() => Verify.Reports("""
            public void Restock(int categoryId)
            {
                foreach (var product in _db.Products.Where(p => p.CategoryId == categoryId))
                    {|RACE001:product.Stock += 10|};

                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task AwaitForeach_Reports() => Verify.Reports("""
            public async Task Restock(int categoryId)
            {
                await foreach (var product in _db.Products.Where(p => p.CategoryId == categoryId).AsAsyncEnumerable())
                {
                    {|RACE001:product.Stock += 10|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LoopOverOrderLines_ReadingEachProduct_Reports() => Verify.Reports("""
            public async Task Ship(int orderId)
            {
                var lines = await _db.OrderLines.Where(l => l.OrderId == orderId).ToListAsync();
                foreach (var line in lines)
                {
                    var product = await _db.Products.FindAsync(line.ProductId);
                    if (product == null || product.Stock < line.Quantity)
                    {
                        throw new OutOfStockException();
                    }

                    {|RACE001:product.Stock -= line.Quantity|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task LoopOverIncludedNavigation_Reports() => Verify.Reports("""
            public async Task Cancel(int orderId)
            {
                var order = await _db.Orders.Include(o => o.Lines).ThenInclude(l => l.Product).FirstAsync(o => o.Id == orderId);
                foreach (var line in order.Lines)
                {
                    {|RACE001:line.Product!.Stock += line.Quantity|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task NavigationOfARowThatWasRead_Reports() => Verify.Reports("""
            public async Task Return(int lineId)
            {
                var line = await _db.OrderLines.Include(l => l.Product).SingleAsync(l => l.Id == lineId);
                {|RACE001:line.Product!.Stock += line.Quantity|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowsByDictionary_Reports() => Verify.Reports("""
            public async Task Take(Dictionary<int, int> quantities)
            {
                var ids = quantities.Keys.ToList();
                var products = await _db.Products.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id);
                foreach (var (id, quantity) in quantities)
                {
                    {|RACE001:products[id].Stock -= quantity|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowPickedFromAList_Reports() => Verify.Reports("""
            public async Task Take(List<int> ids, int id)
            {
                var products = await _db.Products.Where(p => ids.Contains(p.Id)).ToListAsync();
                var product = products.First(p => p.Id == id);
                {|RACE001:product.Stock--|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Toggle_ReportsAsInfo() => Verify.Reports("""
            public async Task Toggle(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                {|RACE001.Info:product.Active = !product.Active|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TextAppended_Reports() => Verify.Reports("""
            public async Task Annotate(int id, string note)
            {
                var order = await _db.Orders.FirstAsync(o => o.Id == id);
                {|RACE001:order.Note += note|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task QueryLocalComposedConditionally_Reports() => Verify.Reports("""
            public async Task Take(int id, bool activeOnly)
            {
                var query = _db.Products.AsQueryable();
                if (activeOnly)
                {
                    query = query.Where(p => p.Active);
                }

                query = query.Where(p => p.Id == id);
                var product = await query.FirstOrDefaultAsync();
                if (product != null)
                {
                    {|RACE001:product.Stock--|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task QuerySyntax_Reports() => Verify.Reports("""
            public void Take(string sku)
            {
                var product = (from p in _db.Products where p.Sku == sku select p).FirstOrDefault();
                if (product == null) return;
                {|RACE001:product.Stock--|};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task CoalesceThrow_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.FindAsync(id) ?? throw new KeyNotFoundException();
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Pattern_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                if (await _db.Products.FindAsync(id) is { Stock: > 0 } product)
                {
                    {|RACE001:product.Stock--|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task Conditional_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                {|RACE001:product.Stock = product.Stock > 0 ? product.Stock - 1 : 0|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SwitchStatement_Reports() => Verify.Reports("""
            public async Task Reward(int id, string action)
            {
                var user = await _db.Users.FirstAsync(u => u.Id == id);
                switch (action)
                {
                    case "post":
                        {|RACE001:user.Points += 5|};
                        break;
                    case "comment":
                        user.Points += 1;
                        break;
                    default:
                        return;
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SwitchExpression_Reports() => Verify.Reports("""
            public async Task Reward(int id, string action)
            {
                var user = await _db.Users.FirstAsync(u => u.Id == id);
                {|RACE001:user.Points = action switch
                {
                    "post" => user.Points + 5,
                    "comment" => user.Points + 1,
                    _ => user.Points,
                }|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TryFinally_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                try
                {
                    {|RACE001:product.Stock--|};
                    await _db.SaveChangesAsync();
                }
                finally
                {
                    Console.WriteLine(product.Name);
                }
            }
        """);

    [Fact]
    public Task SaveInBothBranches_ReportsOnce() => Verify.Reports("""
            public async Task Login(int id, bool success)
            {
                var user = await _db.Users.FirstAsync(u => u.Id == id);
                if (success)
                {
                    user.LastSeen = DateTime.UtcNow;
                    await _db.SaveChangesAsync();
                }
                else
                {
                    {|RACE001:user.FailedLogins++|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task SeveralMembersOfOneRow_ReportOnceAtTheFirst() => Verify.Reports("""
            public async Task Sell(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                product.Views += 1;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CounterAndStamp_ReportOnceAtTheFirst() => Verify.Reports("""
            public async Task Redeem(string code, int userId)
            {
                var coupon = await _db.Coupons.FirstOrDefaultAsync(c => c.Code == code);
                if (coupon == null || coupon.Uses >= coupon.MaxUses)
                    throw new InvalidOperationException("Used up");

                {|RACE001:coupon.Uses++|};
                coupon.UsedBy = userId;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task UntrackedRowAttachedByUpdate_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                _db.Products.Update(product);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task UntrackedRowMarkedModified_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                _db.Entry(product).State = EntityState.Modified;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ReloadedRow_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                await _db.Entry(product).ReloadAsync();
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task FromSql_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Products.FromSql($"select * from products where id = {id}").SingleAsync();
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task SetOfT_Reports() => Verify.Reports("""
            public async Task Take(int id)
            {
                var product = await _db.Set<Product>().FirstAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task OwnContext_Reports() => Verify.Reports("""
            public static async Task Take(int id)
            {
                await using var db = new ShopDb();
                var product = await db.Products.FirstAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ContextAsParameter_Reports() => Verify.Reports("""
            public static async Task Take(ShopDb db, int id, CancellationToken cancellationToken)
            {
                var product = await db.Products.FirstOrDefaultAsync(p => p.Id == id, cancellationToken);
                if (product is not null)
                {
                    {|RACE001:product.Stock -= 1|};
                    await db.SaveChangesAsync(cancellationToken);
                }
            }
        """);

    [Fact]
    public Task SaveInALaterStatementOfALoop_Reports() => Verify.Reports("""
            public async Task Take(int[] ids)
            {
                foreach (var id in ids)
                {
                    var product = await _db.Products.FirstAsync(p => p.Id == id);
                    {|RACE001:product.Stock -= 1|};
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task OverwriteBesideACounter_ReportsTheCounter() => Verify.Reports("""
            public async Task Rename(int id, string name)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                product.Name = name;
                {|RACE001:product.Views++|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TwoRowsOfTwoKinds_ReportOneEach() => Verify.Reports("""
            public async Task Like(int postId, int userId)
            {
                var post = await _db.Posts.FirstAsync(p => p.Id == postId);
                {|RACE001:post.LikeCount++|};
                await _db.SaveChangesAsync();

                var user = await _db.Users.FirstAsync(u => u.Id == userId);
                {|RACE001:user.Points += 10|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task CounterBesideAnInsert_ReportsTheCounter() => Verify.Reports("""
            public async Task Comment(int postId, string text)
            {
                var post = await _db.Posts.FirstAsync(p => p.Id == postId);
                _db.Comments.Add(new Comment { PostId = postId, Text = text });
                {|RACE001:post.LikeCount++|};
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task PlainOverwrite_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, CreateUser dto)
            {
                var user = await _db.Users.FirstAsync(u => u.Id == id);
                user.Name = dto.Name;
                user.Email = dto.Email ?? user.Email;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ValueOfOtherMembers_IsQuiet() => Verify.IsQuiet("""
            public async Task Rename(int id, decimal rate)
            {
                var user = await _db.Users.FirstAsync(u => u.Id == id);
                user.FullName = user.FirstName + " " + user.LastName;
                var order = await _db.Orders.FirstAsync(o => o.Id == id);
                order.Total = order.Subtotal * rate;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ValueComputedAfreshFromItsParts_IsQuiet() => Verify.IsQuiet("""
            public async Task Recalculate(int id)
            {
                var order = await _db.Orders.Include(o => o.Lines).FirstAsync(o => o.Id == id);
                order.Total = order.Lines.Sum(l => l.Price * l.Quantity);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task ValueAccumulatedAfreshInALoop_IsQuiet() => Verify.IsQuiet("""
            public async Task Recalculate(int id)
            {
                var order = await _db.Orders.Include(o => o.Lines).FirstAsync(o => o.Id == id);
                order.Total = 0;
                foreach (var line in order.Lines)
                {
                    order.Total += line.Price * line.Quantity;
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowCreatedHere_IsQuiet() => Verify.IsQuiet("""
            public async Task Create(IEnumerable<OrderLine> lines)
            {
                var order = new Order { Status = OrderStatus.Pending };
                foreach (var line in lines)
                {
                    order.Total += line.Price * line.Quantity;
                }

                _db.Orders.Add(order);
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task RowNotSaved_IsQuiet() => Verify.IsQuiet("""
            public static async Task<int> Preview(int id)
            {
                await using var db = new ShopDb();
                var product = await db.Products.FirstAsync(p => p.Id == id);
                product.Stock -= 1;
                return product.Stock;
            }
        """);

    [Fact]
    public Task UntrackedRow_IsQuiet() => Verify.IsQuiet("""
            public async Task<decimal> Preview(int id)
            {
                var product = await _db.Products.AsNoTracking().FirstAsync(p => p.Id == id);
                product.Price *= 0.9m;
                _db.Audits.Add(new Audit { What = "preview" });
                await _db.SaveChangesAsync();
                return product.Price;
            }
        """);

    [Fact]
    public Task ReadsOnly_IsQuiet() => Verify.IsQuiet("""
            public async Task<int> Count(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                var left = product.Stock;
                left -= 1;
                return left;
            }
        """);

    [Fact]
    public Task CompoundAssignmentOnADto_IsQuiet() => Verify.IsQuiet("""
            private sealed class Totals { public int Stock { get; set; } }

            public async Task<int> Sum(int[] ids)
            {
                var totals = new Totals();
                foreach (var product in await _db.Products.Where(p => ids.Contains(p.Id)).ToListAsync())
                {
                    totals.Stock += product.Stock;
                    product.Active = true;
                }

                await _db.SaveChangesAsync();
                return totals.Stock;
            }
        """);

    [Fact]
    public Task RelativeBulkUpdate_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Buy(int id)
            {
                var sold = await _db.Products
                    .Where(p => p.Id == id && p.Stock > 0)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
                return sold == 1;
            }
        """);

    [Fact]
    public Task WrittenAfterTheOnlySave_IsQuiet() => Verify.IsQuiet("""
            public async Task<Product> Load(int id)
            {
                await using var db = new ShopDb();
                var product = await db.Products.FirstAsync(p => p.Id == id);
                db.Audits.Add(new Audit { What = "read" });
                await db.SaveChangesAsync();
                product.Stock -= 1;
                return product;
            }
        """);

    [Fact]
    public Task MemberThatIsNotMapped_IsQuiet() => Verify.IsQuiet("""
            public async Task Touch(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                product.Shown++;
                product.Name = "shown";
                await _db.SaveChangesAsync();
            }
        """, Shop.ModelWith("Product", "[NotMapped] public int Shown { get; set; }"));

    private const string Purses = """
        namespace Shop;

        public {0}record {1} Money(decimal Amount, string Currency)
        {
            public static Money Of(decimal amount, string currency) => new(amount, currency);
            public static Money operator -(Money money, decimal amount) => money with { Amount = money.Amount - amount };
            public Money Less(decimal amount) => new(Amount - amount, Currency);
        }

        public class Purse
        {
            public int Id { get; set; }
            public Money Money { get; set; } = new(0, "EUR");

            public void Spend(decimal amount)
            {
                var (left, unit) = Money;
                if (left < amount)
                    throw new InvalidOperationException();

                Money = Money.Of(left - amount, unit);
            }

            public void Change(string currency)
            {
                var (left, _) = Money;
                Money = Money.Of(left, currency);
            }
        }
        """;

    private static RaceTest Spending(string statements, bool isStruct = false) => new(Shop.Service($$"""
            public async Task Spend(int id, decimal amount, string currency)
            {
                var purse = await _db.Purses.FirstAsync(p => p.Id == id);
                {{statements}}
                await _db.SaveChangesAsync();
            }
        """), Shop.WithMembers(Shop.Model, $$"""
            public DbSet<Purse> Purses => Set<Purse>();
            protected override void OnModelCreating(ModelBuilder model) => model.Entity<Purse>().{{(isStruct ? "ComplexProperty" : "OwnsOne")}}(p => p.Money);
            """), Purses.Replace("{0}", isStruct ? "readonly " : "", StringComparison.Ordinal).Replace("{1}", isStruct ? "struct" : "class", StringComparison.Ordinal));

    [Theory]
    [InlineData("{|RACE001:purse.Money = purse.Money with { Amount = purse.Money.Amount - amount }|};")]
    [InlineData("{|RACE001:purse.Money = new Money(purse.Money.Amount - amount, purse.Money.Currency)|};")]
    [InlineData("{|RACE001:purse.Money = new(purse.Money.Amount - amount, purse.Money.Currency)|};")]
    [InlineData("{|RACE001:purse.Money = Money.Of(purse.Money.Amount - amount, purse.Money.Currency)|};")]
    [InlineData("{|RACE001:purse.Money = purse.Money.Less(amount)|};")]
    [InlineData("{|RACE001:purse.Money = purse.Money - amount|};")]
    [InlineData("{|RACE001:purse.Money -= amount|};")]
    [InlineData("var (left, unit) = purse.Money; {|RACE001:purse.Money = Money.Of(left - amount, unit)|};")]
    [InlineData("var money = purse.Money; money = money with { Amount = money.Amount - amount }; {|RACE001:purse.Money = money|};")]
    [InlineData("{|RACE001:purse.Spend(amount)|};")]
    public async Task ValueObjectReplaced_Reports(string statements)
    {
        await Spending(statements).Reports();
        await Spending(statements, isStruct: true).Reports();
    }

    [Theory]
    [InlineData("purse.Money = purse.Money with { Currency = currency };")]
    [InlineData("purse.Money = purse.Money with { Amount = amount };")]
    [InlineData("purse.Money = new Money(amount, purse.Money.Currency);")]
    [InlineData("var (left, unit) = purse.Money; purse.Money = Money.Of(left, currency);")]
    [InlineData("purse.Change(currency);")]
    public async Task ValueObjectPartlyOverwritten_IsQuiet(string statements)
    {
        await Spending(statements).IsQuiet();
        await Spending(statements, isStruct: true).IsQuiet();
    }

    /// <summary>A text in its normal form has the same normal form.</summary>
    [Theory]
    [InlineData("Normalize(user.Email)")]
    [InlineData("user.Email.Trim()")]
    public Task NormalizedText_IsQuiet(string value) => Verify.IsQuiet($$"""
            public async Task Clean(int id)
            {
                var user = await _db.Users.SingleAsync(u => u.Id == id);
                user.Email = {{value}};
                await _db.SaveChangesAsync();
            }

            private static string Normalize(string text) => text.ToLowerInvariant();
        """);

    [Fact]
    public Task TextThatGrows_Reports() => Verify.Reports("""
            public async Task Annotate(int id, string note)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {|RACE001:order.Note = string.Concat(order.Note, note)|};
                await _db.SaveChangesAsync();
            }
        """);

    [Theory]
    [InlineData("{|RACE001:order.Status = order.Status == OrderStatus.Pending ? OrderStatus.Paid : order.Status|};")]
    [InlineData("var next = order.Status == OrderStatus.Paid ? OrderStatus.Shipped : OrderStatus.Paid; {|RACE001:order.Status = next|};")]
    [InlineData("{|RACE001:order.Status = order.Status switch { OrderStatus.Pending => OrderStatus.Paid, _ => OrderStatus.Cancelled }|};")]
    public Task StateThatTheStateBeforeChooses_Reports(string write) => Verify.Reports(Advance(write));

    [Theory]
    [InlineData("order.Status = shipped ? OrderStatus.Shipped : OrderStatus.Paid;")]
    [InlineData("order.Note = order.Note == null ? \"\" : order.Note;")]
    public Task ValueThatTheInputChooses_OrADefault_IsQuiet(string write) => Verify.IsQuiet(Advance(write));

    private static string Advance(string write) => $$"""
            public async Task Advance(int id, bool shipped)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                {{write}}
                await _db.SaveChangesAsync();
            }
        """;

    [Theory]
    [InlineData("{|RACE001:_db.Products.Update(new Product { Id = product.Id, Name = product.Name, Stock = product.Stock - quantity })|}")]
    [InlineData("var left = product.Stock - quantity; {|RACE001:_db.Update(new Product { Id = id, Stock = left })|}")]
    public Task NewObjectInThePlaceOfTheRow_Reports(string write) => Verify.Reports(Replacing(write));

    [Theory]
    [InlineData("_db.Products.Update(new Product { Id = product.Id, Name = product.Name, Stock = quantity })")]
    [InlineData("_db.Products.Add(new Product { Name = product.Name, Stock = product.Stock - quantity })")]
    public Task NewObjectWithAValueFromOutside_OrANewRow_IsQuiet(string write) => Verify.IsQuiet(Replacing(write));

    private static string Replacing(string write) => $$"""
            public async Task Take(int id, int quantity)
            {
                var product = await _db.Products.AsNoTracking().SingleAsync(p => p.Id == id);
                {{write}};
                await _db.SaveChangesAsync();
            }
        """;

    [Fact]
    public Task CopyOfARecord_Updated_Reports() => CopyOfARecord("item with { Left = item.Left - 1 }", "{|RACE001:_db.Update(changed)|}").Reports();

    [Fact]
    public Task CopyOfARecord_Overwritten_IsQuiet() => CopyOfARecord("item with { Name = name }", "_db.Update(changed)").IsQuiet();

    private static RaceTest CopyOfARecord(string copy, string update) => new(Shop.Service($$"""
            public async Task Take(int id, string name)
            {
                var item = await _db.Set<Item>().AsNoTracking().SingleAsync(i => i.Id == id);
                var changed = {{copy}};
                {{update}};
                await _db.SaveChangesAsync();
            }
        """) + "public record Item { public int Id { get; init; } public int Left { get; init; } public string Name { get; init; } = \"\"; }", Shop.WithMembers(Shop.Model, "public DbSet<Item> Items => Set<Item>();"));
}

namespace RaceAnalyzers.Tests.Rules;

/// <summary>Get-or-create: two sessions find nothing and both create.</summary>
public class RACE103Tests
{
    private static readonly string UniqueTag = Shop.ModelWith("Tag", "", "[Index(nameof(Name), IsUnique = true)]");

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task GetOrCreate_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<Tag> GetOrCreate(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag == null)
                {
                    tag = new Tag { Name = name };
                    {|RACE103:_db.Tags.Add(tag)|};
                    await _db.SaveChangesAsync();
                }

                return tag;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task EarlyReturnOfTheFoundRow_Sync_Reports() => Verify.Reports("""
            public int TagId(string name)
            {
                var tag = _db.Tags.SingleOrDefault(t => t.Name == name);
                if (tag != null)
                    return tag.Id;

                var created = new Tag { Name = name };
                {|RACE103:_db.Tags.Add(created)|};
                _db.SaveChanges();
                return created.Id;
            }
        """);

    [Fact]
    public Task Coalesce_Reports() => Verify.Reports("""
            public async Task<Tag> GetOrCreate(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name)
                    ?? {|RACE103:_db.Tags.Add(new Tag { Name = name })|}.Entity;
                await _db.SaveChangesAsync();
                return tag;
            }
        """);

    [Fact]
    public Task CoalesceAssignment_Reports() => Verify.Reports("""
            public async Task<Wallet> Open(int userId)
            {
                var wallet = await _db.Wallets.FirstOrDefaultAsync(w => w.UserId == userId);
                wallet ??= {|RACE103:_db.Wallets.Add(new Wallet { UserId = userId })|}.Entity;
                await _db.SaveChangesAsync();
                return wallet;
            }
        """);

    [Fact]
    public Task LikeToggle_Reports() => Verify.Reports("""
            public async Task Toggle(int postId, int userId)
            {
                var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == postId && l.UserId == userId);
                if (like == null)
                {
                    {|RACE103:_db.Likes.Add(new Like { PostId = postId, UserId = userId })|};
                }
                else
                {
                    _db.Likes.Remove(like);
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task Upsert_Reports() => Verify.Reports("""
            public async Task Save(int walletUser, decimal balance)
            {
                var wallet = await _db.Wallets.SingleOrDefaultAsync(w => w.UserId == walletUser);
                if (wallet is null)
                {
                    {|RACE103:_db.Wallets.Add(new Wallet { UserId = walletUser, Balance = balance })|};
                }
                else
                {
                    wallet.Balance = balance;
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task UpsertOfACounter_ReportsTheInsertAndTheIncrement() => Verify.Reports("""
            public async Task Count(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag is null)
                {
                    {|RACE103:_db.Tags.Add(new Tag { Name = name, Uses = 1 })|};
                }
                else
                {
                    {|RACE001:tag.Uses++|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task DictionaryOfExistingRowsInAnImport_Reports() => Verify.Reports("""
            public async Task Import(List<Product> incoming)
            {
                var existing = await _db.Products.ToDictionaryAsync(p => p.Sku);
                foreach (var item in incoming)
                {
                    if (existing.TryGetValue(item.Sku, out var product))
                    {
                        product.Name = item.Name;
                        product.Price = item.Price;
                    }
                    else
                    {
                        {|RACE103:_db.Products.Add(new Product { Sku = item.Sku, Name = item.Name })|};
                    }
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task FoundRowUsedInAnotherInsert_Reports() => Verify.Reports("""
            public async Task Tag(Post post, string name)
            {
                var tag = _db.Tags.FirstOrDefault(t => t.Name == name);
                if (tag == null)
                {
                    tag = new Tag { Name = name };
                    await {|RACE103:_db.Tags.AddAsync(tag)|};
                }

                post.Title = tag.Name;
                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task UniqueIndexWithoutAHandler_ReportsAsInfo() => Verify.Reports("""
            public async Task<Tag> GetOrCreate(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag == null)
                {
                    tag = new Tag { Name = name };
                    {|RACE103.Info:_db.Tags.Add(tag)|};
                    await _db.SaveChangesAsync();
                }

                return tag;
            }
        """, UniqueTag);

    [Fact]
    public Task UniqueIndexWithAHandlerThatReadsAgain_IsQuiet() => Verify.IsQuiet("""
            public async Task<Tag> GetOrCreate(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag == null)
                {
                    tag = new Tag { Name = name };
                    _db.Tags.Add(tag);
                    try
                    {
                        await _db.SaveChangesAsync();
                    }
                    catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                    {
                        _db.Entry(tag).State = EntityState.Detached;
                        tag = await _db.Tags.FirstAsync(t => t.Name == name);
                    }
                }

                return tag;
            }
        """, UniqueTag);

    [Fact]
    public Task FoundRowMeansRefusal_Is102() => Verify.Reports("""
            public async Task<bool> Create(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                if (tag != null)
                    return false;

                {|RACE102:_db.Tags.Add(new Tag { Name = name })|};
                await _db.SaveChangesAsync();
                return true;
            }
        """);

    [Fact]
    public Task OutputCreatedInMemoryOnly_IsQuiet() => Verify.IsQuiet("""
            public async Task<Tag> GetOrDefault(string name)
            {
                var tag = await _db.Tags.FirstOrDefaultAsync(t => t.Name == name);
                return tag ?? new Tag { Name = name };
            }
        """);

    private const string Upsert = """
            public async Task Add(string name)
            {
                var updated = await _db.Tags.Where(t => t.Name == name).ExecuteUpdateAsync(s => s.SetProperty(t => t.Uses, t => t.Uses + 1));
                if (updated == 0)
                {
                    {|RACE103:_db.Tags.Add(new Tag { Name = name, Uses = 1 })|};
                    await _db.SaveChangesAsync();
                }
            }
        """;

    /// <summary>Two updates find no row, and both add one.</summary>
    [Fact]
    public Task UpdateThatFoundNoRow_Reports() => Verify.Reports(Upsert);

    [Fact]
    public Task UpdateThatFoundNoRow_WithAnIndex_ReportsAsInfo() =>
        Verify.Reports(Upsert.Replace("RACE103", "RACE103.Info", StringComparison.Ordinal), Shop.ModelWith("Tag", "", "[Index(nameof(Name), IsUnique = true)]"));

    /// <summary>The row was read before: the update that affects none says that it has changed since.</summary>
    [Fact]
    public Task UpdateOfAnotherSet_IsQuiet() => Verify.IsQuiet("""
            public async Task Buy(int id)
            {
                var updated = await _db.Products.Where(p => p.Id == id && p.Stock > 0).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
                if (updated == 0)
                {
                    _db.Audits.Add(new Audit { What = "sold out" });
                    await _db.SaveChangesAsync();
                }
            }
        """);

    [Fact]
    public Task AskedFirstAndReadAfterwards_Reports() => Verify.Reports("""
            public async Task Use(string name)
            {
                if (!await _db.Tags.AnyAsync(t => t.Name == name))
                {
                    {|RACE103:_db.Tags.Add(new Tag { Name = name })|};
                }
                else
                {
                    var tag = await _db.Tags.FirstAsync(t => t.Name == name);
                    tag.Uses = 1;
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task KeyThatWasParsed_IsCoveredByTheIndexOverIt() => new RaceTest(Shop.Service("""
            public async Task Like(string row)
            {
                var columns = row.Split(',');
                if (!int.TryParse(columns[1], out var userId) || !int.TryParse(columns[0], out var postId))
                    return;

                var like = await _db.Likes.FirstOrDefaultAsync(l => l.PostId == postId && l.UserId == userId);
                if (like == null)
                    {|RACE103.Info:_db.Likes.Add(new Like { PostId = postId, UserId = userId })|};
                else
                    _db.Likes.Remove(like);

                await _db.SaveChangesAsync();
            }
        """), Shop.ModelConfigured("model.Entity<Like>().HasIndex(l => new { l.PostId, l.UserId }).IsUnique();")).Reports();

    [Fact]
    public Task RowThatWasMadeOrFound_IsLinkedAfterwards_ReportsTheInsertOnly() => new RaceTest("""
        namespace Shop;

        public class Article
        {
            public int Id { get; set; }
            public List<Tag> Tags { get; set; } = [];
        }

        public class Tagging(ShopDb db)
        {
            public async Task Set(int id, string[] names)
            {
                var article = await db.Set<Article>().Include(a => a.Tags).SingleAsync(a => a.Id == id);
                var known = await db.Tags.Where(t => names.Contains(t.Name)).ToDictionaryAsync(t => t.Name);
                foreach (var name in names)
                {
                    if (!known.TryGetValue(name, out var tag))
                    {
                        tag = new Tag { Name = name };
                        {|RACE103:db.Tags.Add(tag)|};
                    }

                    article.Tags.Add(tag);
                }

                await db.SaveChangesAsync();
            }
        }
        """, Shop.ModelConfigured("model.Entity<Article>();")).Reports();
}

namespace RaceAnalyzers.Tests;

/// <summary>A value that is missing is filled in: with what everybody would fill in, or with what only this execution has.</summary>
public class FillsInTests
{
    private const string Catalog = """
        namespace Shop;

        public interface ICatalog
        {
            Task<string> GetSkuAsync(string name);
            Task<string> OrderSkuAsync(string name);
        }

        public interface IWorker
        {
            string Name { get; }
        }

        """;

    private static string Service(string members) => Catalog + $$"""

        public class ShopService(ShopDb _db, ICatalog _catalog, IWorker _worker)
        {
            private const decimal StandardPrice = 15m;

        {{members}}
        }
        """;

    [Fact]
    public Task WithWhatALookupGives_IsQuiet() => new RaceTest(Service("""
            public async Task Complete()
            {
                foreach (var product in await _db.Products.Where(p => p.Sku == null || p.Sku == "").ToListAsync())
                {
                    var hasSku = !string.IsNullOrEmpty(product.Sku);
                    if (!hasSku)
                    {
                        var sku = await _catalog.GetSkuAsync(product.Name);
                        if (!string.IsNullOrEmpty(sku))
                            product.Sku = sku;
                    }
                }

                await _db.SaveChangesAsync();
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task WithWhatACallToTheOutsideMakes_Reports() => new RaceTest(Service("""
            public async Task Complete(int id)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (string.IsNullOrEmpty(product.Sku))
                    {|RACE002:product.Sku = await _catalog.OrderSkuAsync(product.Name)|};

                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task WithAConstant_IsQuiet() => new RaceTest(Service("""
            public async Task Complete(int orderId)
            {
                var order = await _db.Orders.Include(o => o.Lines).SingleAsync(o => o.Id == orderId);
                foreach (var line in order.Lines)
                {
                    if (line.Price > 0)
                        continue;

                    line.Price = StandardPrice;
                }

                await _db.SaveChangesAsync();
            }
        """), Shop.Model).IsQuiet();

    [Fact]
    public Task AConstantWhereTheStateIsAnother_Reports() => new RaceTest(Service("""
            public async Task Complete(int id)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                if (job.Payload != "ready")
                    return;

                {|RACE002:job.Payload = "taken"|};
                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task WithWhatTheRequestBrings_Reports() => new RaceTest(Service("""
            public async Task Complete(int id, string sku)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (string.IsNullOrEmpty(product.Sku))
                    {|RACE002:product.Sku = sku|};

                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    [Fact]
    public Task WithTheNameOfWhoFillsItIn_Reports() => new RaceTest(Service("""
            public async Task Claim(int id)
            {
                var job = await _db.Jobs.SingleAsync(j => j.Id == id);
                if (job.Worker == null)
                    {|RACE002:job.Worker = _worker.Name|};

                await _db.SaveChangesAsync();
            }
        """), Shop.Model).Reports();

    private const string Details = """
            public string? BarCode { get; set; }
            public string? Unit { get; set; }
            public int? Number { get; set; }
        """;

    [Fact]
    public Task SeveralMembersEachWhereItIsMissing_IsQuiet() => new RaceTest(Service("""
            public async Task EnsureKnown(int id, string barCode, string unit, int number)
            {
                var product = await _db.Products.FirstOrDefaultAsync(p => p.Id == id);
                if (product != null)
                {
                    if (product.Number == null || product.Number == 0)
                        product.Number = number;
                    if (string.IsNullOrEmpty(product.BarCode))
                        product.BarCode = barCode;
                    if (string.IsNullOrWhiteSpace(product.Unit))
                        product.Unit = unit;
                    product.DiscontinuedAt = DateTime.UtcNow;
                }

                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Product", Details)).IsQuiet();

    [Fact]
    public Task SeveralMembersOfThePickedRows_IsQuiet() => new RaceTest(Service("""
            public async Task<int> FillIn(Dictionary<string, (string BarCode, string Unit)> details)
            {
                var updated = 0;
                var products = await _db.Products.Where(p => p.BarCode == null || p.BarCode == "" || p.Unit == null || p.Unit == "").ToListAsync();
                foreach (var product in products)
                {
                    if (details.TryGetValue(product.Name, out var detail))
                    {
                        if (string.IsNullOrEmpty(product.BarCode))
                            product.BarCode = detail.BarCode;
                        if (string.IsNullOrEmpty(product.Unit))
                            product.Unit = detail.Unit;
                        updated++;
                    }
                }

                await _db.SaveChangesAsync();
                return updated;
            }
        """), Shop.ModelWith("Product", Details)).IsQuiet();

    [Fact]
    public Task OneMemberOfRowsPickedAsMissingIt_AndAnother_IsQuiet() => new RaceTest(Service("""
            public async Task FillIn(List<string> names, Dictionary<string, (string BarCode, string Unit)> details)
            {
                foreach (var product in await _db.Products.Where(p => names.Contains(p.Name) && (p.BarCode == null || p.BarCode == "")).ToListAsync())
                {
                    product.BarCode = details[product.Name].BarCode;
                    if (string.IsNullOrEmpty(product.Unit))
                        product.Unit = details[product.Name].Unit;
                }

                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Product", Details)).IsQuiet();

    [Fact]
    public Task SeveralMembersUnderOneCheck_Reports() => new RaceTest(Service("""
            public async Task Claim(int id, string worker, string unit)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (string.IsNullOrEmpty(product.BarCode))
                {
                    {|RACE002:product.BarCode = worker|};
                    product.Unit = unit;
                }

                await _db.SaveChangesAsync();
            }
        """), Shop.ModelWith("Product", Details)).Reports();

    [Fact]
    public Task SeveralMembersAndARefusal_Reports() => new RaceTest(Service("""
            public async Task<bool> Claim(int id, string barCode, string unit)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                if (!string.IsNullOrEmpty(product.BarCode))
                    return false;
                {|RACE002:product.BarCode = barCode|};
                if (string.IsNullOrEmpty(product.Unit))
                    product.Unit = unit;
                await _db.SaveChangesAsync();
                return true;
            }
        """), Shop.ModelWith("Product", Details)).Reports();

    [Fact]
    public Task TheStateThatIsNotYetTheOne_IsQuiet() => Verify.IsQuiet("""
            public async Task MarkPaid(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Paid)
                    order.Status = OrderStatus.Paid;

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TheStateThatIsNotYetTheOne_AndWorkForIt_Reports() => Verify.Reports("""
            public async Task MarkPaid(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status != OrderStatus.Paid)
                {
                    {|RACE002:order.Status = OrderStatus.Paid|};
                    _db.Notifications.Add(new Notification());
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task TheStateOutOfAnother_Reports() => Verify.Reports("""
            public async Task MarkPaid(int id)
            {
                var order = await _db.Orders.SingleAsync(o => o.Id == id);
                if (order.Status == OrderStatus.Pending)
                    {|RACE002:order.Status = OrderStatus.Paid|};

                await _db.SaveChangesAsync();
            }
        """);
}

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
}

namespace RaceAnalyzers.Tests;

/// <summary>The program's own start, before it serves anybody.</summary>
public class EntryPointTests
{
    private const string Configure = """
                var tag = await db.Tags.FirstOrDefaultAsync(t => t.Name == "url");
                if (tag == null)
                {
                    ADD;
                    await db.SaveChangesAsync();
                }
        """;

    private static string Program(string method, string add) => $$"""
        namespace Shop;

        public static class Program
        {
            {{method}}
            {
                using var db = new ShopDb();
        {{Configure.Replace("ADD", add, StringComparison.Ordinal)}}
            }
        }
        """;

    [Fact]
    public Task Main_IsQuiet() => new RaceTest(Program("public static async Task Main(string[] args)", "db.Tags.Add(new Tag { Name = \"url\" })"), Shop.Model).IsQuiet();

    [Fact]
    public Task MethodThatOnlyMainCalls_IsQuiet() =>
        new RaceTest(Program("public static Task Main(string[] args) => Configure(); private static async Task Configure()", "db.Tags.Add(new Tag { Name = \"url\" })"), Shop.Model).IsQuiet();

    [Fact]
    public Task AnotherMethodOfTheProgram_Reports() => new RaceTest(Program("public static async Task Configure()", "{|RACE102:db.Tags.Add(new Tag { Name = \"url\" })|}"), Shop.Model).Reports();

    [Fact]
    public Task HandlerInMain_Reports() => new RaceTest("""
        namespace Shop;

        public static class Program
        {
            public static void Main(string[] args) => Map("buy", async (ShopDb db, int id) =>
            {
                var product = await db.Products.SingleAsync(p => p.Id == id);
                {|RACE001:product.Stock -= 1|};
                await db.SaveChangesAsync();
            });

            private static void Map(string route, Func<ShopDb, int, Task> handler) => Handlers[route] = handler;

            private static readonly Dictionary<string, Func<ShopDb, int, Task>> Handlers = [];
        }
        """, Shop.Model).Reports();
}

using System.Text;

namespace RaceAnalyzers.Benchmarks;

/// <summary>Applications that grow in one direction.</summary>
internal static class Growth
{
    public static Application[] Lines => [.. Sizes(1_000, 2_000, 4_000, 8_000).Select(lines => Application.Of(Share.Realistic, lines))];

    /// <summary>The same, each after an edit in one file: only that file's squiggles are asked for.</summary>
    public static Application[] Edits => [.. Lines.Select(application => application with { Name = "after an edit in one file", IsEdited = true })];

    /// <summary>Ten requests, each of which reads its row at the end of a chain of calls.</summary>
    public static Application[] CallDepth => [.. Sizes(4, 8, 16, 32).Select(depth =>
    {
        var members = new StringBuilder();
        for (int request = 0; request < 10; request++)
        {
            members.AppendLine(Request(request, $"await Load{request}_0(id)"));
            for (int step = 0; step < depth; step++)
            {
                members.AppendLine($"    private async Task<Product0> Load{request}_{step}(int id) => await Load{request}_{step + 1}(id + 1);");
            }

            members.AppendLine($"    private async Task<Product0> Load{request}_{depth}(int id) => await _db.Products0.SingleAsync(p => p.Id == id);");
        }

        return Shop($"calls of depth {depth}", members.ToString());
    })];

    /// <summary>Ten requests through an interface that so many classes implement.</summary>
    public static Application[] Implementations => [.. Sizes(4, 8, 16, 32).Select(count =>
    {
        var stores = new StringBuilder("public interface IStore { Task<Product0> Get(int id); }\n\n");
        for (int i = 0; i < count; i++)
        {
            stores.AppendLine($$"""
                public class Store{{i}}(AppDb db) : IStore
                {
                    public async Task<Product0> Get(int id)
                    {
                        var product = await db.Products0.SingleAsync(p => p.Id == id + {{i}});
                        if (!product.Active) throw new InvalidOperationException();
                        return product;
                    }
                }
                """);
        }

        var requests = string.Concat(Enumerable.Range(0, 10).Select(request => Request(request, "await _store.Get(id)")));
        return Shop($"{count} implementations", "    private readonly IStore _store = null!;\n" + requests, stores.ToString());
    })];

    /// <summary>One method of so many statements.</summary>
    public static Application[] MethodLength => [.. Sizes(625, 1_250, 2_500, 5_000).Select(statements =>
    {
        var body = new StringBuilder();
        for (int i = 0; i < statements; i += 5)
        {
            body.AppendLine($$"""
                    var row{{i}} = await _db.Products0.SingleAsync(p => p.Id == id + {{i}});
                    var text{{i}} = row{{i}}.Name + id;
                    if (row{{i}}.Stock > {{i}})
                        row{{i}}.Stock -= {{i}};
                    row{{i}}.Description = text{{i}}.Trim();
                """);
        }

        return Shop($"a method of {statements} statements", $$"""
                public async Task Update(int id)
                {
            {{body}}
                    await _db.SaveChangesAsync();
                }

            """);
    })];

    private static int[] Sizes(params int[] sizes) => sizes;

    private static string Request(int number, string load) => $$"""
            public async Task Request{{number}}(int id)
            {
                var product = {{load}};
                if (product.Stock <= 0) return;
                product.Stock -= 1;
                await _db.SaveChangesAsync();
            }

        """;

    private static Application Shop(string name, string members, string types = "") =>
        Application.Of(name, Modules.Context(Modules.Sets(0)), Modules.Entities(0) + Modules.QuietService(0, members) + types);
}

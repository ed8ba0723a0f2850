using System.Diagnostics;
using System.Text;

namespace RaceAnalyzers.Tests;

/// <summary>Code that would overflow a stack or take forever, if anything walked it without a bound.</summary>
public class StressTests
{
    private const string Buy = """
            public void Buy(int id)
            {
                var product = Load(id);
                product.Stock -= 1;
                _db.SaveChanges();
            }

        """;

    private static async Task EndsSoon(string members)
    {
        var clock = Stopwatch.StartNew();

        await Verify.Findings(Shop.Service(members), Shop.Model);

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(3), $"took {clock.Elapsed}");
    }

    [Fact]
    public Task ExpressionOfTenThousandTerms_Ends() => EndsSoon($$"""
        {{Buy}}
            private Product Load(int id)
            {
                var sum = id{{string.Concat(Enumerable.Repeat(" + id", 10_000))}};
                return _db.Products.Single(p => p.Id == sum);
            }
        """);

    [Fact]
    public Task TextOfThousandsOfParts_Ends() => EndsSoon($$"""
            public void Annotate(int id)
            {
                var order = _db.Orders.Single(o => o.Id == id);
                order.Note = order.Note{{string.Concat(Enumerable.Repeat(" + \"x\"", 5_000))}};
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task ChainOfFiveThousandCalls_Ends()
    {
        var members = new StringBuilder(Buy).AppendLine("private Product Load(int id) => Step0(id);");
        for (int i = 0; i < 5_000; i++)
        {
            members.AppendLine($"private Product Step{i}(int id) => Step{i + 1}(id);");
        }

        members.AppendLine("private Product Step5000(int id) => _db.Products.Single(p => p.Id == id);");
        return EndsSoon(members.ToString());
    }

    [Fact]
    public Task BranchesAfterBranches_End()
    {
        var members = new StringBuilder("""
                public void Update(int id, int[] flags)
                {
                    var product = _db.Products.Single(p => p.Id == id);
            """);
        for (int i = 0; i < 300; i++)
        {
            members.AppendLine($"if (flags[{i}] > {i}) product.Stock += {i}; else product.Views = flags[{i}];");
        }

        members.AppendLine("_db.SaveChanges(); }");
        return EndsSoon(members.ToString());
    }

    /// <summary>Each guard is decided by those before it, and tells none of them on.</summary>
    [Fact]
    public Task GuardAfterGuard_Ends() => EndsSoon($$"""
            public void Register(string[] names)
            {
                {{string.Concat(Enumerable.Range(0, 100).Select(i => $"EnsureFree(names[{i}]);\n"))}}
                _db.Users.Add(new User { Username = names[0] });
                _db.SaveChanges();
            }

            private void EnsureFree(string name)
            {
                if (_db.Users.Any(u => u.Username == name)) throw new InvalidOperationException(name);
            }
        """);
}

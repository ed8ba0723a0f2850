namespace RaceAnalyzers.Package.Tests;

/// <summary>Where there is nothing to say, or nothing can be compiled: the build ends as it would without the package.</summary>
public sealed class SilenceTests : IDisposable
{
    private const string LookAlikes = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Linq.Expressions;
        using System.Threading.Tasks;

        namespace Lookalike
        {
            public class DbContext
            {
                public Task<int> SaveChangesAsync() => Task.FromResult(0);
            }

            public class DbSet<T> : List<T>
            {
                public Task<T> FirstAsync(Func<T, bool> predicate) => Task.FromResult(this.First(predicate));
                public Task<bool> AnyAsync(Func<T, bool> predicate) => Task.FromResult(this.Any(predicate));
            }
        }

        namespace Shop
        {
            using Lookalike;

            public class Product
            {
                public int Id { get; set; }
                public int Stock { get; set; }
            }

            public class User
            {
                public string Username { get; set; } = "";
            }

            public class Account
            {
                public int Id { get; set; }
                public decimal Balance { get; set; }
            }

            public class ShopContext : DbContext
            {
                public DbSet<Product> Products { get; } = new DbSet<Product>();
                public DbSet<User> Users { get; } = new DbSet<User>();
                public DbSet<Account> Accounts { get; } = new DbSet<Account>();
            }
        }
        """;

    private static readonly string Store = "using Lookalike;\n" + Shop.Store.Replace("using Microsoft.EntityFrameworkCore;", "", StringComparison.Ordinal);

    private readonly FreshFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Types_that_only_share_names_show_nothing(bool withEntityFramework)
    {
        var project = Shop.Project("<OutputType>Library</OutputType>", sdk: "Microsoft.NET.Sdk");
        var build = await folder
            .Write("Shop/Shop.csproj", withEntityFramework ? project : project.Replace("<PackageReference Include=\"Npgsql", "<None Include=\"Npgsql", StringComparison.Ordinal))
            .Write("Shop/LookAlikes.cs", LookAlikes)
            .Write("Shop/Store.cs", Store)
            .Build("Shop/Shop.csproj");

        build.Succeeded();
        build.AnalyzersWorked();
        Assert.Empty(build.Races);
    }

    [Fact]
    public async Task A_project_with_errors_shows_its_errors_and_no_others()
    {
        Shop.In(folder)
            .Write("Shop/Broken.cs", """
                using Microsoft.EntityFrameworkCore;

                namespace Shop;

                public class Broken
                {
                    private readonly ShopContext _db;

                    public async Task<bool> Buy(int id)
                    {
                        var product = await _db.Products.FirstAsync(p => p.Id == id && p.Missing);
                        if (product.Stock <= "0") return;
                        product.Stock -= await Unknown(;
                        _db.Users.Add(new User { Username = });
                        await _db.SaveChangesAsync(;
                    }

                    public void Half(ShopContext db) { foreach (var p in db.Products) { p.Stock -= 
                """);
        var with = await folder.Build("Shop/Shop.csproj");
        var without = await folder.Build("Shop/Shop.csproj", "-p:WithoutRaceAnalyzers=true");

        with.Failed();
        with.AnalyzersWorked();
        Assert.NotEmpty(without.CompilerErrors);
        Assert.Equal(without.CompilerErrors.Select(error => error.ToString()), with.CompilerErrors.Select(error => error.ToString()));
    }

    [Fact]
    public async Task An_old_language_version_builds_and_finds_the_same()
    {
        Shop.In(folder, """
            <LangVersion>7.3</LangVersion>
            <Nullable>disable</Nullable>
            <ImplicitUsings>disable</ImplicitUsings>
            """);
        File.Delete(folder["Shop/Program.cs"]);
        var store = InBlockNamespace(Shop.Store);
        var build = await folder
            .Write("Shop/Shop.csproj", File.ReadAllText(folder["Shop/Shop.csproj"]).Replace("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk", StringComparison.Ordinal))
            .Write("Shop/ShopContext.cs", InBlockNamespace(Shop.Context))
            .Write("Shop/Store.cs", store)
            .Build("Shop/Shop.csproj");

        build.Succeeded();
        build.AnalyzersWorked();
        Assert.Equal(Shop.Expected("Store.cs", store), build.Races.Places());
    }

    private static string InBlockNamespace(string source) =>
        "using System.Threading.Tasks;\n" + source.Replace("namespace Shop;", "namespace Shop\n{", StringComparison.Ordinal) + "\n}\n";
}

namespace RaceAnalyzers.Package.Tests;

/// <summary>
/// What a developer writes: a web API on EF Core 10 and PostgreSQL with the three races that every web application has.
/// A comment at the end of a line names the rule that is to report there.
/// </summary>
internal static class Shop
{
    public static FreshFolder In(FreshFolder folder, string properties = "") => folder
        .Write("Shop/Shop.csproj", Project(properties))
        .Write("Shop/Program.cs", Program)
        .Write("Shop/ShopContext.cs", Context)
        .Write("Shop/Store.cs", Store);

    public static string Project(string properties = "", string sdk = "Microsoft.NET.Sdk.Web", string items = "") => $"""
        <Project Sdk="{sdk}">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <ErrorLog>$(MSBuildProjectDirectory)/obj/log.sarif,version=2.1</ErrorLog>
            <InvariantGlobalization>true</InvariantGlobalization>
            <!-- A registry may hold a later patch than the lower bound that a package names. -->
            <NoWarn>$(NoWarn);NU1603;NU1901;NU1902;NU1903;NU1904</NoWarn>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="RaceAnalyzers" Version="{Feed.Version}" PrivateAssets="all" Condition="'$(WithoutRaceAnalyzers)' != 'true'" />
            <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />
            {items}
          </ItemGroup>
        </Project>
        """;

    public const string Program = """
        using Microsoft.EntityFrameworkCore;
        using Shop;

        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddDbContext<ShopContext>(options => options.UseNpgsql(builder.Configuration.GetConnectionString("Shop")));
        builder.Services.AddScoped<Store>();

        var app = builder.Build();
        app.MapPost("/buy/{id}", (int id, Store store) => store.Buy(id));
        app.MapPost("/register/{name}", (string name, Store store) => store.Register(name));
        app.MapPost("/transfer", (int from, int to, decimal amount, Store store) => store.Transfer(from, to, amount));
        app.Run();
        """;

    public const string Context = """
        using Microsoft.EntityFrameworkCore;

        namespace Shop;

        public class Product
        {
            public int Id { get; set; }
            public int Stock { get; set; }
        }

        public class User
        {
            public int Id { get; set; }
            public string Username { get; set; } = "";
        }

        public class Account
        {
            public int Id { get; set; }
            public decimal Balance { get; set; }
        }

        public class ShopContext : DbContext
        {
            public ShopContext(DbContextOptions<ShopContext> options) : base(options)
            {
            }

            public DbSet<Product> Products => Set<Product>();
            public DbSet<User> Users => Set<User>();
            public DbSet<Account> Accounts => Set<Account>();
        }
        """;

    public const string Store = """
        using Microsoft.EntityFrameworkCore;

        namespace Shop;

        public class Store
        {
            private readonly ShopContext _db;

            public Store(ShopContext db)
            {
                _db = db;
            }

            public async Task<bool> Buy(int id)
            {
                var product = await _db.Products.FirstAsync(p => p.Id == id);
                if (product.Stock <= 0)
                {
                    return false;
                }

                product.Stock -= 1; // RACE001
                await _db.SaveChangesAsync();
                return true;
            }

            public async Task<bool> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                {
                    return false;
                }

                _db.Users.Add(new User { Username = name }); // RACE102
                await _db.SaveChangesAsync();
                return true;
            }

            public async Task<bool> Transfer(int fromId, int toId, decimal amount)
            {
                var from = await _db.Accounts.FirstAsync(a => a.Id == fromId);
                var to = await _db.Accounts.FirstAsync(a => a.Id == toId);
                if (from.Balance < amount)
                {
                    return false;
                }

                from.Balance -= amount; // RACE003
                to.Balance += amount;
                await _db.SaveChangesAsync();
                return true;
            }
        }
        """;

    /// <summary>Where the comments say that a rule reports, as "file:line id".</summary>
    public static IEnumerable<string> Expected(string file, string source) =>
        source.Split('\n')
            .Select((text, index) => (text, line: index + 1))
            .Where(line => line.text.Contains("// RACE", StringComparison.Ordinal))
            .Select(line => $"{file}:{line.line} {line.text[(line.text.IndexOf("// RACE", StringComparison.Ordinal) + 3)..].Trim()}");

    public static IEnumerable<string> Places(this IEnumerable<Finding> findings) =>
        findings.Select(finding => $"{finding.File}:{finding.Line} {finding.Id}");
}

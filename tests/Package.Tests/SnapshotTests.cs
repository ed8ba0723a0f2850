namespace RaceAnalyzers.Package.Tests;

/// <summary>
/// A layered solution: the entities and the use cases here, their configuration in a project that is not referenced.
/// Its model snapshot tells whether they carry a concurrency token; without it nobody knows, and findings are suggestions.
/// </summary>
public sealed class SnapshotTests : IDisposable
{
    private const string Interface = """
        using Microsoft.EntityFrameworkCore;

        namespace Shop;

        public class Product
        {
            public int Id { get; set; }
            public int Stock { get; set; }
        }

        public interface IShopContext
        {
            DbSet<Product> Products { get; }
            Task<int> SaveChangesAsync(CancellationToken cancellationToken = default);
        }
        """;

    private const string UseCase = """
        using Microsoft.EntityFrameworkCore;

        namespace Shop;

        public class BuyProduct
        {
            private readonly IShopContext _db;

            public BuyProduct(IShopContext db)
            {
                _db = db;
            }

            public async Task<bool> Handle(int id)
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
        }
        """;

    private const string Infrastructure = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="../Application/Application.csproj" />
          </ItemGroup>
        </Project>
        """;

    private const string Solution = """
        <Solution>
          <Project Path="src/Application/Application.csproj" />
          <Project Path="src/Infrastructure/Infrastructure.csproj" />
        </Solution>
        """;

    private const string OldSolution = """
        Microsoft Visual Studio Solution File, Format Version 12.00
        Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Application", "src\Application\Application.csproj", "{6B5E3C5C-7A3C-4E0B-9F2C-0A0A0A0A0A01}"
        EndProject
        Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "Infrastructure", "src\Infrastructure\Infrastructure.csproj", "{6B5E3C5C-7A3C-4E0B-9F2C-0A0A0A0A0A02}"
        EndProject
        Global
        EndGlobal
        """;

    private const string Unprotected = "                b.Property<int>(\"Stock\").HasColumnType(\"integer\");";
    private const string Protected = "                b.Property<int>(\"Stock\").IsConcurrencyToken().HasColumnType(\"integer\");";

    private readonly FreshFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Shop.slnx", Solution)]
    [InlineData("Shop.sln", OldSolution)]
    public async Task The_snapshot_of_another_project_of_the_solution_is_seen(string solution, string text)
    {
        var build = await Layered(Unprotected).Write(solution, text).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Equal([("RACE001", "warning")], Levels(build));
    }

    [Fact]
    public async Task An_editor_that_only_asks_what_would_be_compiled_gets_the_snapshot_too()
    {
        Layered(Unprotected).Write("Shop.slnx", Solution);
        (await folder.DotNet("restore", "src/Application/Application.csproj")).Succeeded();
        var asked = await folder.DotNet("msbuild", "src/Application/Application.csproj", "-nologo", "-nodeReuse:false", "-t:Compile",
            "-p:DesignTimeBuild=true", "-p:BuildingInsideVisualStudio=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true",
            "-getItem:CscCommandLineArgs");

        asked.Succeeded();
        Assert.Contains("/additionalfile:" + folder["src/Infrastructure/Data/Migrations/ShopContextModelSnapshot.cs"], asked.Output, StringComparison.Ordinal);
        Assert.Contains("presets/Recommended.globalconfig", asked.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_snapshot_protects()
    {
        var build = await Layered(Protected).Write("Shop.slnx", Solution).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Empty(build.Races);
    }

    [Fact]
    public async Task A_repository_without_a_solution_is_searched_beside_the_project()
    {
        Directory.CreateDirectory(folder[".git"]);
        var build = await Layered(Unprotected).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Equal([("RACE001", "warning")], Levels(build));
    }

    [Fact]
    public async Task Nothing_outside_the_repository_is_searched()
    {
        Directory.CreateDirectory(folder["src/Application/.git"]);
        var build = await Layered(Unprotected).Write("Shop.slnx", Solution).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Equal([("RACE001", "note")], Levels(build));
    }

    [Fact]
    public async Task Turned_off_the_model_stays_unknown()
    {
        var build = await Layered(Unprotected, "<RaceAnalyzersFindSnapshots>false</RaceAnalyzersFindSnapshots>")
            .Write("Shop.slnx", Solution).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Equal([("RACE001", "note")], Levels(build));
    }

    [Fact]
    public async Task Named_by_hand_it_is_seen_wherever_it_is()
    {
        var build = await Layered(Unprotected, "<RaceAnalyzersSnapshots>../../model/*.cs</RaceAnalyzersSnapshots>")
            .Write("model/ShopContextModelSnapshot.cs", Snapshot(Protected))
            .Write("Shop.slnx", Solution).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Empty(build.Races);
    }

    [Fact]
    public async Task A_file_named_by_hand_that_does_not_exist_is_told()
    {
        var build = await Layered(Unprotected, "<RaceAnalyzersSnapshots>NowhereModelSnapshot.cs</RaceAnalyzersSnapshots>")
            .Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Contains("warning RACE901: RaceAnalyzersSnapshots names 'NowhereModelSnapshot.cs', which does not exist.", build.Output, StringComparison.Ordinal);
        Assert.Equal([("RACE001", "note")], Levels(build));
    }

    [Fact]
    public async Task A_snapshot_that_cannot_be_read_is_told()
    {
        var build = await Layered(Unprotected)
            .Write("src/Infrastructure/Data/Migrations/ShopContextModelSnapshot.cs", "// <<<<<<< merged by hand, and badly\n")
            .Write("Shop.slnx", Solution).Build("src/Application/Application.csproj");

        build.Succeeded();
        build.AnalyzersWorked();
        Assert.Single(build.Races, race => race.Id == "RACE901");
    }

    [Fact]
    public async Task Build_output_and_projects_outside_the_solution_are_not_searched()
    {
        Layered(Unprotected);
        Directory.Delete(folder["src/Infrastructure/Data"], recursive: true);
        foreach (var place in (string[])["Infrastructure/bin/Migrations", "Infrastructure/obj/Migrations", "Infrastructure/node_modules/Migrations", "Unlisted/Migrations"])
        {
            folder.Write($"src/{place}/ShopContextModelSnapshot.cs", Snapshot(Unprotected));
        }

        var build = await folder
            .Write("src/Unlisted/Unlisted.csproj", Infrastructure)
            .Write("Shop.slnx", Solution).Build("src/Application/Application.csproj");

        build.Succeeded();
        Assert.Equal([("RACE001", "note")], Levels(build));
    }

    private FreshFolder Layered(string stock, string properties = "") => folder
        .Write("src/Application/Application.csproj", Shop.Project(properties, sdk: "Microsoft.NET.Sdk"))
        .Write("src/Application/Interface.cs", Interface)
        .Write("src/Application/UseCase.cs", UseCase)
        .Write("src/Infrastructure/Infrastructure.csproj", Infrastructure)
        .Write("src/Infrastructure/Data/Migrations/ShopContextModelSnapshot.cs", Snapshot(stock));

    private static string Snapshot(string stock) => $$"""
        // <auto-generated />
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Infrastructure;
        using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

        #nullable disable

        namespace Shop.Infrastructure.Data.Migrations
        {
            [DbContext(typeof(ShopContext))]
            partial class ShopContextModelSnapshot : ModelSnapshot
            {
                protected override void BuildModel(ModelBuilder modelBuilder)
                {
        #pragma warning disable 612, 618
                    modelBuilder
                        .HasAnnotation("ProductVersion", "10.0.15")
                        .HasAnnotation("Relational:MaxIdentifierLength", 63);

                    NpgsqlModelBuilderExtensions.UseIdentityByDefaultColumns(modelBuilder);

                    modelBuilder.Entity("Shop.Product", b =>
                        {
                            b.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer");
        {{stock}}
                            b.HasKey("Id");
                            b.ToTable("Products");
                        });
        #pragma warning restore 612, 618
                }
            }
        }
        """;

    private static IEnumerable<(string Id, string Level)> Levels(Build build) => build.Races.Select(race => (race.Id, race.Level)).Order();
}

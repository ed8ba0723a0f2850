namespace RaceAnalyzers.Package.Tests;

/// <summary>The package in a fresh web API: what the build shows, and how a developer sets it.</summary>
public sealed class InstalledTests : IDisposable
{
    private readonly FreshFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_warning_stands_at_each_of_the_three_races()
    {
        var build = await Shop.In(folder).Build("Shop/Shop.csproj");

        build.Succeeded();
        build.AnalyzersWorked();
        Assert.Equal(Shop.Expected("Store.cs", Shop.Store), build.Races.Places());
        Assert.All(build.Races, race => Assert.Equal("warning", race.Level));
    }

    [Fact]
    public async Task Nothing_of_it_is_there_at_run_time_or_for_a_referencing_project()
    {
        Shop.In(folder)
            .Write("Tests/Tests.csproj", Shop.Project(sdk: "Microsoft.NET.Sdk").Replace("""<PackageReference Include="RaceAnalyzers" """, """<None Include="RaceAnalyzers" """, StringComparison.Ordinal)
                .Replace("</Project>", """<ItemGroup><ProjectReference Include="../Shop/Shop.csproj" /></ItemGroup></Project>""", StringComparison.Ordinal))
            .Write("Tests/Store.cs", Shop.Store.Replace("class Store", "class SameStore", StringComparison.Ordinal).Replace("public Store(", "public SameStore(", StringComparison.Ordinal));
        var build = await folder.Build("Tests/Tests.csproj");

        build.Succeeded();
        Assert.Empty(build.Races);
        Assert.Contains(Sarif.Read(folder["Shop/obj/log.sarif"]), finding => finding.Id == "RACE001");
        foreach (var output in (string[])["Shop/bin", "Tests/bin"])
        {
            var files = Directory.GetFiles(folder[output], "*", SearchOption.AllDirectories);
            Assert.NotEmpty(files);
            Assert.DoesNotContain(files, file => Path.GetFileName(file).Contains("RaceAnalyzers", StringComparison.OrdinalIgnoreCase));
            Assert.All(files.Where(file => file.EndsWith(".deps.json", StringComparison.Ordinal)),
                file => Assert.DoesNotContain("RaceAnalyzers", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Severities_of_an_editorconfig_apply()
    {
        var build = await Shop.In(folder)
            .Write(".editorconfig", """
                root = true
                [*.cs]
                dotnet_diagnostic.RACE001.severity = error
                dotnet_diagnostic.RACE102.severity = none
                dotnet_diagnostic.RACE003.severity = suggestion
                """)
            .Build("Shop/Shop.csproj");

        build.Failed();
        Assert.Equal([("RACE001", "error"), ("RACE003", "note")], build.Races.Select(race => (race.Id, race.Level)).Order());
    }

    [Fact]
    public async Task A_severity_for_a_category_applies()
    {
        var build = await Shop.In(folder)
            .Write(".editorconfig", """
                root = true
                [*.cs]
                dotnet_analyzer_diagnostic.category-Rows.severity = error
                """)
            .Build("Shop/Shop.csproj");

        build.Failed();
        Assert.Equal([("RACE001", "error"), ("RACE003", "error"), ("RACE102", "warning")], build.Races.Select(race => (race.Id, race.Level)).Order());
    }

    [Fact]
    public async Task A_pragma_and_an_attribute_suppress()
    {
        Shop.In(folder).Write("Shop/Store.cs", Shop.Store
            .Replace("        product.Stock -= 1; // RACE001", "#pragma warning disable RACE001\n        product.Stock -= 1;\n#pragma warning restore RACE001", StringComparison.Ordinal)
            .Replace("    public async Task<bool> Register", "    [System.Diagnostics.CodeAnalysis.SuppressMessage(\"Inserts\", \"RACE102\", Justification = \"names come from one importer\")]\n    public async Task<bool> Register", StringComparison.Ordinal));
        var build = await folder.Build("Shop/Shop.csproj");

        build.Succeeded();
        Assert.Equal(["RACE003"], build.Races.Select(race => race.Id));
        Assert.Equal(["RACE001", "RACE102"], build.Suppressed.Select(race => race.Id).Order());
    }

    [Fact]
    public async Task Warnings_as_errors_stop_the_build()
    {
        var build = await Shop.In(folder).Build("Shop/Shop.csproj", "-warnaserror");

        build.Failed();
        Assert.Equal(["RACE001", "RACE003", "RACE102"], build.Races.Select(race => race.Id).Order());
        Assert.Contains("error RACE001", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_means_nothing_is_told_and_the_build_ends_as_otherwise()
    {
        var build = await Shop.In(folder)
            .Write(".globalconfig", """
                is_global = true
                race_analyzers.provider = oracle
                """)
            .Build("Shop/Shop.csproj");

        build.Succeeded();
        build.AnalyzersWorked();
        var told = Assert.Single(build.Races, race => race.Id == "RACE900");
        Assert.Contains("oracle", told.Message, StringComparison.Ordinal);
        Assert.Contains("race_analyzers.provider", told.Message, StringComparison.Ordinal);
        Assert.Equal(Shop.Expected("Store.cs", Shop.Store), build.Races.Where(race => race.Id != "RACE900").Places());
    }

    [Fact]
    public async Task Several_target_frameworks_work_side_by_side()
    {
        Shop.In(folder)
            .Write("Shop/Shop.csproj", Shop.Project("""
                <TargetFramework />
                <TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>
                <LangVersion>latest</LangVersion>
                <ImplicitUsings>disable</ImplicitUsings>
                <Nullable>annotations</Nullable>
                <ErrorLog>$(MSBuildProjectDirectory)/obj/$(TargetFramework).sarif,version=2.1</ErrorLog>
                """, sdk: "Microsoft.NET.Sdk")
                .Replace("\"Npgsql.EntityFrameworkCore.PostgreSQL\"", "\"Npgsql.EntityFrameworkCore.PostgreSQL\" Condition=\"'$(TargetFramework)' == 'net10.0'\"", StringComparison.Ordinal))
            .Write("Shop/Store.cs", "#if NET\nusing System.Threading.Tasks;\n" + Shop.Store + "\n#endif\n")
            .Write("Shop/ShopContext.cs", "#if NET\n" + Shop.Context + "\n#endif\n");
        File.Delete(folder["Shop/Program.cs"]);
        var build = await folder.Build("Shop/Shop.csproj");

        build.Succeeded();
        build.AnalyzersWorked();
        Assert.Equal(["RACE001", "RACE003", "RACE102"], Sarif.Read(folder["Shop/obj/net10.0.sarif"]).Select(race => race.Id).Where(id => id.StartsWith("RACE", StringComparison.Ordinal)).Order());
        Assert.DoesNotContain(Sarif.Read(folder["Shop/obj/netstandard2.0.sarif"]), race => race.Id.StartsWith("RACE", StringComparison.Ordinal));
    }
}

using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.Tests;

/// <summary>The snippets of all other tests rest on these assemblies: each set compiles.</summary>
public class ReferenceCatalogTests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public void EachVersionOfEntityFramework_IsTheOneNamed(EfCore version)
    {
        var compilation = Snippet.Compile(ReferenceCatalog.For(version, Library.PostgreSql), Shop.Model);

        var context = compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbContext");

        Assert.Equal((int)version, context?.ContainingAssembly.Identity.Version.Major);
    }

    [Theory]
    [InlineData(Library.PostgreSql, "UseNpgsql(\"\")")]
    [InlineData(Library.SqlServer, "UseSqlServer(\"\")")]
    [InlineData(Library.Sqlite, "UseSqlite(\"\")")]
    [InlineData(Library.MySql, "UseMySql(\"\", MySqlServerVersion.LatestSupportedServerVersion)")]
    [InlineData(Library.InMemory, "UseInMemoryDatabase(\"\")")]
    public void EachProvider_CanBeUsed(Library provider, string use) =>
        Snippet.Compile(ReferenceCatalog.For(EfCore.EfCore9, provider), $$"""
            class Db : DbContext
            {
                protected override void OnConfiguring(DbContextOptionsBuilder options) => options.{{use}};
            }
            """);

    [Fact]
    public void WithoutEntityFramework_HasNoContext()
    {
        var compilation = Snippet.Compile(
            ReferenceCatalog.WithoutEntityFramework, "namespace Microsoft.EntityFrameworkCore { class Nothing; }");

        Assert.Null(compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbContext"));
    }
}

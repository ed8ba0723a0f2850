using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RaceAnalyzers.Tests.Rules;

/// <summary>An EF Core that is older than the rules.</summary>
public class RACE902Tests
{
    private static readonly string Buy = Shop.Service("""
            public void Buy(int id)
            {
                var product = _db.Products.Single(p => p.Id == id);
                product.Stock -= 1;
                _db.SaveChanges();
            }
        """);

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task BeforeTheSupportedVersions_IsToldOnce(int major)
    {
        var findings = await Findings(major);

        Assert.Equal(["RACE001", "RACE902"], findings.Select(finding => finding.Id).Order(StringComparer.Ordinal));
        Assert.Contains($"Entity Framework Core {major}.0 ", findings.Single(finding => finding.Id == "RACE902").GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task SupportedAndLater_IsQuiet(int major) =>
        Assert.Equal("RACE001", Assert.Single(await Findings(major)).Id);

    private static async Task<IReadOnlyList<Diagnostic>> Findings(int major)
    {
        var references = ReferenceCatalog.For(EfCore.EfCore8)
            .Where(reference => Path.GetFileName(reference.Display) != "Microsoft.EntityFrameworkCore.Relational.dll")
            .Select(reference => Path.GetFileName(reference.Display) == "Microsoft.EntityFrameworkCore.dll" ? OfVersion(reference.Display!, major) : reference);
        var compilation = Snippet.Compile("Old", [.. references], Buy, Shop.Model);
        return await compilation.WithAnalyzers([new RaceAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The real assembly, told to be of another version: what is asked for is its identity.</summary>
    private static PortableExecutableReference OfVersion(string path, int major)
    {
        byte[] image = File.ReadAllBytes(path);
        using var reader = new PEReader([.. image]);
        const int hashAlgorithm = sizeof(int);
        int version = reader.PEHeaders.MetadataStartOffset + reader.GetMetadataReader().GetTableMetadataOffset(TableIndex.Assembly) + hashAlgorithm;
        BitConverter.TryWriteBytes(image.AsSpan(version), (ushort)major);
        return MetadataReference.CreateFromImage(image);
    }
}

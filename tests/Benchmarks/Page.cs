namespace RaceAnalyzers.Benchmarks;

/// <summary>The tables, and the page of the documentation in which they stand.</summary>
internal sealed class Page(string peers, string growth)
{
    private static readonly string File = Contender.Metadata("Page");

    public string Text => $"{peers}\n{growth}";

    public void Write()
    {
        string page = System.IO.File.ReadAllText(File);
        page = Place(page, "peers", peers);
        page = Place(page, "growth", growth);
        System.IO.File.WriteAllText(File, page);
    }

    private static string Place(string page, string name, string table)
    {
        int start = page.IndexOf($"<!-- {name} -->\n", StringComparison.Ordinal);
        int end = page.IndexOf($"<!-- end of {name} -->", StringComparison.Ordinal);
        return start >= 0 && end > start
            ? $"{page[..start]}<!-- {name} -->\n\n{table}\n{page[end..]}"
            : throw new InvalidOperationException($"The page has no place for the table of {name}.");
    }
}

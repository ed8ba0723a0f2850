using RaceAnalyzers.DocGenerator;

// Without an argument: writes the documents. With --verify: writes nothing and fails when one of them is out of date.
// Both fail when what is written by hand (pages, help links, release files) does not agree with the descriptors.
var verify = args is ["--verify"];
if (!verify && args.Length > 0)
{
    Console.Error.WriteLine("usage: dotnet run --project src/DocGenerator [-- --verify]");
    return 2;
}

var root = FindRoot();
var rules = RuleSet.Load();
if (rules.Rules.IsEmpty)
{
    Console.Error.WriteLine("RaceAnalyzers.dll declares no rule; nothing can be made from it.");
    return 1;
}

var presets = Path.Combine("src", "Package", "buildTransitive", "presets");
(string Path, Func<string, string> Make)[] documents =
[
    (Path.Combine(presets, "Recommended.globalconfig"), _ => Documents.Recommended(rules)),
    (Path.Combine(presets, "Strict.globalconfig"), _ => Documents.Strict(rules)),
    (Path.Combine(presets, "Off.globalconfig"), _ => Documents.Off(rules)),
    (Path.Combine("docs", "rules", "README.md"), _ => Documents.Index(rules)),
    // The package shows the README too, where only whole addresses lead somewhere.
    ("README.md", old => ReplaceOwnPart("README.md", old, Documents.Tables(rules, Agreement.Site + "docs/rules/"))),
];

var outdated = 0;
foreach (var (path, make) in documents)
{
    var file = Path.Combine(root, path);
    var old = File.Exists(file) ? File.ReadAllText(file) : "";
    var text = make(old);
    if (text == old)
    {
        continue;
    }

    outdated++;
    Console.WriteLine($"{path}: {(verify ? "out of date; run 'dotnet run --project src/DocGenerator'" : "written")}");
    if (!verify)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}

var problems = Agreement.Problems(rules, root).ToList();
problems.ForEach(Console.WriteLine);

Console.WriteLine($"{rules.Rules.Length} rules, {documents.Length} documents, {outdated} {(verify ? "out of date" : "written")}, {problems.Count} disagreements.");
return problems.Count > 0 || (verify && outdated > 0) ? 1 : 0;

static string ReplaceOwnPart(string name, string text, string part)
{
    var begin = text.IndexOf(Documents.Begin, StringComparison.Ordinal);
    var end = text.IndexOf(Documents.End, StringComparison.Ordinal);
    return begin >= 0 && end > begin
        ? text[..(begin + Documents.Begin.Length)] + "\n" + part + text[end..]
        : throw new InvalidOperationException($"{name} has no place for the table: '{Documents.Begin}' … '{Documents.End}'.");
}

// The documents stand in the source tree, and the tool may be started from anywhere in it.
static string FindRoot()
{
    var folder = AppContext.BaseDirectory;
    while (!File.Exists(Path.Combine(folder, "RaceAnalyzers.sln")))
    {
        folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("RaceAnalyzers.sln was not found above this tool.");
    }

    return folder;
}

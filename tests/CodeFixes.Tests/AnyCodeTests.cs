using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.Editing;

namespace RaceAnalyzers.Tests;

/// <summary>A fix may be asked about any code, in the middle of typing, with locations of an older text: it says no, and never throws.</summary>
public sealed class AnyCodeTests
{
    private static readonly string[] Roles = ["read", "check", "save", "transaction", "lock", "write", "catch"];

    public static TheoryData<string> Fixes { get; } =
        [.. typeof(RaceFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RaceFix))).Select(type => type.Name).Order()];

    [Theory]
    [MemberData(nameof(Fixes))]
    public async Task No_location_in_any_code_makes_it_throw(string name)
    {
        var fix = (RaceFix)Activator.CreateInstance(typeof(RaceFix).Assembly.GetTypes().Single(type => type.Name == name))!;
        var random = new Random(42);
        foreach (string code in Broken())
        {
            using var workspace = new AdhocWorkspace();
            var document = workspace.CurrentSolution
                .AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Any", "Any", LanguageNames.CSharp,
                    compilationOptions: Snippet.CompilationOptions, parseOptions: Snippet.ParseOptions,
                    metadataReferences: ReferenceCatalog.For(EfCore.Newest, Library.PostgreSql)))
                .Projects.Single()
                .AddDocument("GlobalUsings.cs", Snippet.GlobalUsings).Project
                .AddDocument("Model.cs", Shop.Model).Project
                .AddDocument("Service.cs", Shop.Service(code));
            var root = (await document.GetSyntaxRootAsync(TestContext.Current.CancellationToken))!;
            var nodes = root.DescendantNodes().Where(node => node is ExpressionSyntax or StatementSyntax or CatchClauseSyntax or MemberDeclarationSyntax).ToArray();
            foreach (string id in fix.FixableDiagnosticIds)
            {
                for (int i = 0; i < 60; i++)
                {
                    await Ask(fix, document, Guess(id, nodes, random));
                }
            }
        }
    }

    private static async Task Ask(RaceFix fix, Document document, Diagnostic diagnostic)
    {
        var finding = await Finding.ReadAsync(document, diagnostic, TestContext.Current.CancellationToken);
        if (finding is not null && fix.Repair(finding, TestContext.Current.CancellationToken) is { IsEmpty: false, IsSound: true } plan)
        {
            // Whatever it planned for a wrong diagnosis can at least be applied.
            Assert.NotNull(await plan.ApplyAsync(document.Project.Solution, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>A diagnostic with its parts anywhere; now and then at the acts and saves that fixes look for.</summary>
    private static Diagnostic Guess(string id, SyntaxNode[] nodes, Random random)
    {
        var likely = nodes.Where(node => node is AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or InvocationExpressionSyntax).ToArray();
        SyntaxNode Any() => random.Next(3) > 0 && likely.Length > 0 ? likely[random.Next(likely.Length)] : nodes[random.Next(nodes.Length)];
        var roles = Enumerable.Range(0, random.Next(6)).Select(_ => Roles[random.Next(Roles.Length)]).Append("save").Append("read").ToArray();
        var saves = nodes.OfType<InvocationExpressionSyntax>().Where(call => call.ToString().Contains("Save", StringComparison.Ordinal)).ToArray();
        var places = roles.Select(role => role == "save" && saves.Length > 0 ? saves[random.Next(saves.Length)] : Any()).Select(node => node.GetLocation());
        return Diagnostic.Create(
            new DiagnosticDescriptor(id, "Any", "Any", "Any", DiagnosticSeverity.Warning, true),
            Any().GetLocation(),
            places,
            ImmutableDictionary<string, string?>.Empty.Add("locations", string.Join(',', roles)).Add("through", ""));
    }

    /// <summary>Code as it is, and with a line or the rest missing.</summary>
    private static IEnumerable<string> Broken()
    {
        foreach (string code in Samples)
        {
            yield return code;
            string[] lines = code.Split('\n');
            for (int i = 1; i < lines.Length; i += 3)
            {
                yield return string.Join('\n', lines.Where((_, index) => index != i));
            }

            yield return code[..(code.Length * 2 / 3)];
        }
    }

    private static readonly string[] Samples =
    [
        """
        public async Task<bool> Buy(int id, int n)
        {
            var product = await _db.Products.FirstOrDefaultAsync(p => p.Id == id && p.Active);
            if (product is not { Stock: > 0 and < 100 } || product?.Views == null) return false;
            else if (product.Stock < n) { return false; }
            product.Stock -= Math.Min(n, product.Stock); product.Views++;
            if (n > 3) product.Name = "x"; else { --product.Views; }
            lock (this) { _db.SaveChanges(); }
            return await _db.SaveChangesAsync() > 0 ? true : throw new Exception();
        }
        """,
        """
        public bool Register(string name) => _db.Users.Any(u => u.Username == name) ? false : _db.Users.Add(new User()) != null && _db.SaveChanges() > 0;

        public async Task<Tag> Get(string name)
        {
            foreach (var part in name.Split(','))
                try
                {
                    var tag = await _db.Tags.SingleOrDefaultAsync(t => t.Name == part) ?? new Tag();
                    switch (tag.Uses) { case > 3: tag.Uses--; break; default: await _db.Tags.AddAsync(tag); return tag; }
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException) { }
                catch (DbUpdateConcurrencyException e) when (e.Entries.Count > 0) { continue; }
            await _db.Tags.Where(t => t.Name == name).ExecuteUpdateAsync(s => s.SetProperty(t => t.Uses, 3).SetProperty(t => t.Name, t => name));
            _db.Products.FromSql($"SELECT * FROM p FOR UPDATE");
            return null!;
        }
        """,
    ];
}

using Proof.Databases;
using Proof.Texts;

namespace Proof;

/// <summary>Code of which it is known where it goes wrong: the harness must see it so.</summary>
public abstract class KnownTests(Target target)
{
    protected static TheoryData<string> On(Target target) =>
        [.. CaseFile.Known.Where(c => c.Races.Contains(target) || c.Holds.Contains(target)).Select(c => c.Name)];

    protected async Task IsSeen(string name)
    {
        Server.Require(target);
        var known = CaseFile.Known.Single(c => c.Name == name);
        var verdict = await Execution.OfAsync(known.Text, target);
        Assert.True(verdict.Holds == known.Holds.Contains(target), verdict.ToString());
    }
}

public sealed class KnownOnPostgreSql() : KnownTests(Target.PostgreSql)
{
    public static TheoryData<string> Known => On(Target.PostgreSql);

    [Theory, MemberData(nameof(Known))]
    public Task Verdict(string known) => IsSeen(known);
}

public sealed class KnownOnMariaDb() : KnownTests(Target.MariaDb)
{
    public static TheoryData<string> Known => On(Target.MariaDb);

    [Theory, MemberData(nameof(Known))]
    public Task Verdict(string known) => IsSeen(known);
}

public sealed class KnownOnSqlite() : KnownTests(Target.Sqlite)
{
    public static TheoryData<string> Known => On(Target.Sqlite);

    [Theory, MemberData(nameof(Known))]
    public Task Verdict(string known) => IsSeen(known);
}

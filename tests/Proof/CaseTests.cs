using Proof.Databases;
using Proof.Databases.SqlServer;
using Proof.Texts;

namespace Proof;

/// <summary>A finding is a claim about what a database does, and a fix is a promise: both are executed.</summary>
public abstract class CaseTests(Target target)
{
    protected static TheoryData<string> Racing(Target target) =>
        [.. CaseFile.Cases.Where(c => c.Races.Contains(target) || c.Fails.Contains(target)).Select(c => c.Name)];

    protected static TheoryData<string> Found(Target target) =>
        [.. CaseFile.Cases.Where(c => c.Applies(target) && !c.Holds.Contains(target)).Select(c => c.Name)];

    protected static TheoryData<string> Holding(Target target) =>
        [.. CaseFile.Cases.Where(c => c.Holds.Contains(target)).Select(c => c.Name)];

    protected async Task GoesWrong(string name)
    {
        var shown = await ShowAsync(name);
        var verdict = shown.Racing!;
        Assert.True(shown.Case.Races.Contains(target) ? !verdict.Holds : verdict is { Holds: true, Refusal: not null }, verdict.ToString());
    }

    protected async Task IsFound(string name)
    {
        var shown = await ShowAsync(name);
        Assert.Equal([shown.Case.Rule!], shown.Findings.Select(f => f.Id).Distinct());
    }

    protected async Task FixesHold(string name)
    {
        var shown = await ShowAsync(name);
        var failed = shown.Fixes.Where(f => !f.Holds).ToArray();
        Assert.True(failed.Length == 0, string.Join(Environment.NewLine, failed.AsEnumerable()));
    }

    protected async Task IsSound(string name)
    {
        var shown = await ShowAsync(name);
        Assert.True(shown.Racing!.Holds, shown.Racing.ToString());
        Assert.Empty(shown.Findings);
    }

    private Task<Demonstration> ShowAsync(string name)
    {
        Server.Require(target);
        return Demonstration.OfAsync(CaseFile.Cases.Single(c => c.Name == name), target);
    }
}

public sealed class CasesOnPostgreSql() : CaseTests(Target.PostgreSql)
{
    public static TheoryData<string> Races => Racing(Target.PostgreSql);

    public static TheoryData<string> Findings => Found(Target.PostgreSql);

    [Theory, MemberData(nameof(Races))]
    public Task Code_goes_wrong(string @case) => GoesWrong(@case);

    [Theory, MemberData(nameof(Findings))]
    public Task Finding_is_there(string @case) => IsFound(@case);

    [Theory, MemberData(nameof(Findings))]
    public Task Fixes_hold(string @case) => FixesHold(@case);
}

public sealed class CasesOnMariaDb() : CaseTests(Target.MariaDb)
{
    public static TheoryData<string> Races => Racing(Target.MariaDb);

    public static TheoryData<string> Findings => Found(Target.MariaDb);

    [Theory, MemberData(nameof(Races))]
    public Task Code_goes_wrong(string @case) => GoesWrong(@case);

    [Theory, MemberData(nameof(Findings))]
    public Task Finding_is_there(string @case) => IsFound(@case);

    [Theory, MemberData(nameof(Findings))]
    public Task Fixes_hold(string @case) => FixesHold(@case);
}

public sealed class CasesOnSqlite() : CaseTests(Target.Sqlite)
{
    public static TheoryData<string> Races => Racing(Target.Sqlite);

    public static TheoryData<string> Findings => Found(Target.Sqlite);

    public static TheoryData<string> Sounds => Holding(Target.Sqlite);

    [Theory, MemberData(nameof(Races))]
    public Task Code_goes_wrong(string @case) => GoesWrong(@case);

    [Theory, MemberData(nameof(Findings))]
    public Task Finding_is_there(string @case) => IsFound(@case);

    [Theory, MemberData(nameof(Findings))]
    public Task Fixes_hold(string @case) => FixesHold(@case);

    [Theory, MemberData(nameof(Sounds))]
    public Task Sound_code_is_left_alone(string @case) => IsSound(@case);
}

public sealed class CasesOnSqlServer
{
    public static TheoryData<string> All => [.. CaseFile.Cases.Select(c => c.Name)];

    [Theory, MemberData(nameof(All))]
    public async Task Fixes_compile_and_their_sql_is_right(string @case)
    {
        var shown = await Demonstration.OfAsync(CaseFile.Cases.Single(c => c.Name == @case), Target.SqlServer);
        var failed = shown.Fixes.Where(f => !f.Holds).ToArray();
        Assert.True(failed.Length == 0, string.Join(Environment.NewLine, failed.AsEnumerable()));
    }

    [Fact]
    public async Task Sql_of_another_dialect_is_noticed()
    {
        var locking = CaseFile.Known.Single(c => c.Name == "BuyRowLock");
        var compiled = await Compiler.CompileAsync(Compiler.Document(locking.Text, Target.SqlServer));
        Assert.Contains("FOR UPDATE", Assert.Single(await SqlServer.CheckAsync(compiled.Assembly)));
    }
}

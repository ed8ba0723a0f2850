using Interleaving;

namespace Proof;

/// <summary>The scheduler, the exploration and the oracle, on a counter in memory in place of a database.</summary>
public sealed class InterleavingTests
{
    [Fact]
    public async Task Read_and_write_apart_lose_an_update()
    {
        var verdict = await Verdict.OfAsync(new Counter(2, Increment));

        Assert.NotNull(verdict.Anomaly);
        Assert.Equal("1", verdict.Anomaly.Outcome.Rows);
        Assert.Equal(["1 read a", "2 read a", "1 write a", "2 write a"], Steps(verdict.Anomaly));
    }

    [Fact]
    public async Task An_increment_in_one_step_loses_nothing()
    {
        var verdict = await Verdict.OfAsync(new Counter(2, async (counter, gate) =>
        {
            await gate.ArriveAsync(Write("a"));
            counter.Value++;
            return "done";
        }));

        Assert.True(verdict.Holds, verdict.ToString());
        Assert.True(verdict.Exhausted);
    }

    [Theory]
    [InlineData(2, 6)]
    [InlineData(3, 90)]
    public async Task All_orders_of_steps_that_conflict_are_tried(int sessions, int expected)
    {
        var verdict = await Verdict.OfAsync(new Counter(sessions, async (_, gate) =>
        {
            await gate.ArriveAsync(Write("a"));
            await gate.ArriveAsync(Write("a"));
            return "done";
        }));

        Assert.True(verdict.Exhausted);
        Assert.Equal(expected, verdict.Orders);
    }

    [Fact]
    public async Task Orders_that_differ_by_steps_on_different_tables_are_tried_once()
    {
        // The first steps meet nothing; of the two orders of the second ones both count.
        var verdict = await Verdict.OfAsync(new Counter(2, async (counter, gate) =>
        {
            await gate.ArriveAsync(Write("own " + Guid.NewGuid()));
            await gate.ArriveAsync(Write("shared"));
            return "done";
        }));

        Assert.True(verdict.Exhausted);
        Assert.Equal(2, verdict.Orders);
    }

    [Fact]
    public async Task Reads_need_no_second_order()
    {
        var verdict = await Verdict.OfAsync(new Counter(3, async (counter, gate) =>
        {
            await gate.ArriveAsync(Read("a"));
            return counter.Value.ToString();
        }));

        Assert.True(verdict.Holds);
        Assert.Equal(1, verdict.Orders);
    }

    [Fact]
    public async Task A_session_that_waits_for_a_lock_lets_the_other_go_on()
    {
        var verdict = await Verdict.OfAsync(new Counter(2, async (counter, gate) =>
        {
            await gate.ArriveAsync(Write("lock"));
            await counter.LockAsync(gate);
            var value = await Increment(counter, gate);
            await gate.ArriveAsync(Write("unlock"));
            counter.Unlock();
            return value;
        }));

        Assert.True(verdict.Holds, verdict.ToString());
        Assert.True(verdict.Exhausted);
    }

    [Fact]
    public async Task A_refused_session_is_no_anomaly_when_it_did_nothing()
    {
        var verdict = await Verdict.OfAsync(new Counter(2, (counter, gate) => CompareAndSwap(counter, gate, Ending.Refused)));

        Assert.True(verdict.Holds, verdict.ToString());
        Assert.NotNull(verdict.Refusal);
    }

    [Fact]
    public async Task A_refused_session_may_tell_its_caller_so()
    {
        var verdict = await Verdict.OfAsync(new Counter(2, (counter, gate) =>
            CompareAndSwap(counter, gate, new Ending("try again") { Hindered = true })));

        Assert.True(verdict.Holds, verdict.ToString());
    }

    [Fact]
    public async Task A_refused_session_that_claims_to_have_won_is_an_anomaly()
    {
        var verdict = await Verdict.OfAsync(new Counter(2, (counter, gate) =>
            CompareAndSwap(counter, gate, new Ending("done") { Hindered = true })));

        Assert.False(verdict.Holds, verdict.ToString());
    }

    [Fact]
    public async Task Sessions_that_wait_for_each_other_for_ever_are_given_up()
    {
        var counter = new Counter(2, async (counter, gate) =>
        {
            await gate.ArriveAsync(Write("lock"));
            await counter.LockAsync(gate);
            await counter.LockAsync(gate);
            return "done";
        });
        var scheduler = new Scheduler(counter) { Stuck = TimeSpan.FromMilliseconds(100) };

        await Assert.ThrowsAsync<InvalidOperationException>(() => scheduler.RunAsync(new Exploration(Step.Commute)));
    }

    private static async Task<string> Increment(Counter counter, IGate gate)
    {
        await gate.ArriveAsync(Read("a"));
        var seen = counter.Value;
        await gate.ArriveAsync(Write("a"));
        counter.Value = seen + 1;
        return "done";
    }

    private static async Task<Ending> CompareAndSwap(Counter counter, IGate gate, Ending refused)
    {
        await gate.ArriveAsync(Read("a"));
        var seen = counter.Value;
        await gate.ArriveAsync(Write("a"));
        if (counter.Value != seen)
            return refused;
        counter.Value = seen + 1;
        return new Ending("done");
    }

    private static Step Read(string what) => new(StepKind.Command, "read " + what) { Tables = new HashSet<string> { what } };

    private static Step Write(string what) => new(StepKind.Command, "write " + what) { Writes = true, Tables = new HashSet<string> { what } };

    private static IEnumerable<string> Steps(Run run) => run.Schedule.Where(t => t.Step.Kind != StepKind.Start).Select(t => t.ToString());
}

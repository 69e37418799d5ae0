using Microsoft.Extensions.Time.Testing;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Shells.Contract;

namespace Playbooks.Tests.Shells.Replay;

/// <summary>The runner itself: what it must find, and what it must not lose.</summary>
public class ReplayRunnerTests
{
    private readonly Agenda agenda = new(new FakeTimeProvider(ShellContract.Start));
    private int replays;

    [Fact]
    public void A_replay_that_asks_for_something_else_is_found()
    {
        var found = Assert.Throws<NonDeterminismException>(() => Play(async context =>
        {
            await context.ActAsync(replays++ == 0 ? "one" : "other", "");
            return "";
        }));

        Assert.Contains("Activity = other", found.Message, StringComparison.Ordinal);
        Assert.Contains("where its history holds", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_that_asks_in_another_order_is_found() => Assert.Throws<NonDeterminismException>(() => Play(async context =>
    {
        var isReplay = replays++ > 0;
        await Task.WhenAll(context.ActAsync(isReplay ? "other" : "one", ""), context.ActAsync(isReplay ? "one" : "other", ""));
        return "";
    }));

    [Fact]
    public void A_replay_that_does_not_ask_for_what_it_asked_before_is_found()
    {
        var found = Assert.Throws<NonDeterminismException>(() => Play(async context =>
        {
            var first = context.ActAsync("one", "");
            if (replays++ == 0)
                await context.ActAsync("other", "");
            await first;
            return "";
        }));

        Assert.Contains("did not ask for it", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_with_another_input_is_found() => Assert.Throws<NonDeterminismException>(() => Play(async context =>
    {
        await context.ActAsync("one", $"{replays++}");
        return "";
    }));

    [Fact]
    public void A_generation_that_ends_with_something_outstanding_is_found()
    {
        var found = Assert.Throws<NonDeterminismException>(() => Play(context =>
        {
            _ = context.ActAsync("one", "");
            context.ContinueAsNew("next");
            return Task.FromResult("");
        }));

        Assert.Contains("would be lost", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wake_up_is_a_replay_from_the_start_and_the_clock_is_that_of_the_history()
    {
        var seen = new List<DateTimeOffset>();

        var instance = Play(async context =>
        {
            replays++;
            seen.Add(context.Now);
            await context.TimerAsync(context.Now.AddMinutes(1), CancellationToken.None);
            seen.Add(context.Now);
            await context.TimerAsync(context.Now.AddMinutes(1), CancellationToken.None);
            return $"{context.Now:O}";
        });

        Assert.Equal(3, replays);
        Assert.Equal(ShellContract.Start.AddMinutes(2).ToString("O"), instance.Result);
        Assert.Equal([ShellContract.Start, ShellContract.Start.AddMinutes(1)], seen.Distinct());
    }

    [Fact]
    public async Task Signals_that_nobody_waited_for_go_over_to_the_next_generation_in_order()
    {
        var seen = new List<string>();
        var runner = Runner(async context =>
        {
            if (context.Input == "first")
            {
                context.ContinueAsNew("second");
                return "";
            }
            for (var signal = 0; signal < 3; signal++)
            {
                var text = await context.NextSignalAsync();
                if (!seen.Contains(text))
                    seen.Add(text);
            }
            return "all";
        });
        await runner.ScheduleAsync("run", "first", TestContext.Current.CancellationToken);
        foreach (var text in new[] { "a", "b", "c" })
            await runner.RaiseAsync("run", text, TestContext.Current.CancellationToken);

        agenda.Until(agenda.Now);

        Assert.Equal(["a", "b", "c"], seen);
        Assert.Equal(("all", 2), (runner.Instance("run").Result, runner.Instance("run").Generation));
    }

    [Fact]
    public async Task An_instance_that_is_over_takes_no_signal()
    {
        var runner = Runner(_ => Task.FromResult("done"));
        await runner.ScheduleAsync("run", "", TestContext.Current.CancellationToken);
        agenda.Until(agenda.Now);

        Assert.False(await runner.RaiseAsync("run", "late", TestContext.Current.CancellationToken));
    }

    private ReplayedInstance Play(Func<IOrchestration, Task<string>> orchestrator)
    {
        var runner = Runner(orchestrator);
        runner.ScheduleAsync("run", "", default).GetAwaiter().GetResult();
        agenda.Until(agenda.Now.AddHours(1));
        return runner.Instance("run");
    }

    private ReplayRunner Runner(Func<IOrchestration, Task<string>> orchestrator) => new(agenda, orchestrator, (_, _, _) => Task.FromResult("done"));
}

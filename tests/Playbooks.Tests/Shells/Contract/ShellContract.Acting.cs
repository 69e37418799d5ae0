using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>Actions, their attempts, and time.</summary>
public abstract partial class ShellContract
{
    [Fact]
    public async Task A_wait_ends_at_its_instant_and_never_before()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Rest);
        await HappenedAsync<RunEvent.StepStarted>(shell, id);
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await shell.SettleAsync(id);
        Assert.DoesNotContain(await EventsAsync(shell, id), happened => happened is RunEvent.TimerFired or RunEvent.StepSucceeded);
        await shell.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Start.AddMinutes(10), (await HappenedAsync<RunEvent.StepSucceeded>(shell, id)).At);
    }

    [Fact]
    public async Task A_timer_goes_on_over_a_crash()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Rest);
        await HappenedAsync<RunEvent.StepStarted>(shell, id);
        await shell.AdvanceAsync(TimeSpan.FromMinutes(4));

        await shell.CrashAsync();
        await shell.AdvanceAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(Start.AddMinutes(10), (await HappenedAsync<RunEvent.StepSucceeded>(shell, id)).At);
    }

    [Fact]
    public async Task A_signal_ends_the_wait_for_it()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, """{ "id": "rest", "wait": { "event": "backupDone", "within": "PT10M" } }""");
        await HappenedAsync<RunEvent.StepStarted>(shell, id);

        Assert.True(await SignalAsync(shell, id, Signal("backupDone")));

        Assert.Equal(JsonData.Of("payload"), (await HappenedAsync<RunEvent.StepSucceeded>(shell, id)).Output);
    }

    [Fact]
    public async Task A_signal_that_comes_before_its_wait_is_not_lost()
    {
        var held = world.Hold("look");
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look"), """{ "id": "rest", "wait": { "event": "backupDone", "within": "PT10M" } }""");
        await SignalAsync(shell, id, Signal("backupDone"));

        held.SetResult(ScriptedWorld.Done);

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
    }

    [Fact]
    public async Task A_signal_that_does_not_come_fails_its_wait()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, """{ "id": "rest", "wait": { "event": "backupDone", "within": "PT10M" } }""");
        await HappenedAsync<RunEvent.StepStarted>(shell, id);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(ErrorKind.Timeout, (await HappenedAsync<RunEvent.StepFailed>(shell, id)).Kind);
    }

    [Fact]
    public async Task A_retry_keeps_the_key_and_counts_the_attempt()
    {
        world.Answer("tell", ScriptedWorld.Fails(ErrorKind.Transient), ScriptedWorld.Fails(ErrorKind.Throttled));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Notify("tell", Retried));

        Assert.Equal(RunOutcome.Completed, (await AfterTimeAsync<RunEvent.RunEnded>(shell, id)).Outcome);

        Assert.Equal(["tell~d.0.1.0", "tell~d.0.2.0", "tell~d.0.3.0"], world.Names);
        Assert.Single(world.Calls.Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task Attempts_end_with_the_last_one_that_the_rule_gives()
    {
        world.Answer("look", [.. Enumerable.Repeat(ScriptedWorld.Fails(ErrorKind.Transient), 3)]);
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look", Retried + ", \"onFailure\": \"stop\""));

        Assert.Equal(RunOutcome.Failed, (await AfterTimeAsync<RunEvent.RunEnded>(shell, id)).Outcome);

        Assert.Equal(3, world.Calls.Count);
    }

    [Fact]
    public async Task What_the_rule_does_not_name_is_not_tried_again()
    {
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.NotFound));
        var shell = await OpenAsync();

        var id = await StartAsync(shell, Get("look", Retried + ", \"onFailure\": \"stop\""));

        Assert.Equal(ErrorKind.NotFound, (await HappenedAsync<RunEvent.StepFailed>(shell, id)).Kind);
        Assert.Single(world.Calls);
    }

    [Fact]
    public async Task A_target_that_asks_to_be_left_alone_is_left_alone()
    {
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.Throttled, retryAfterSeconds: 25));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look", Retried));
        await HappenedAsync<RunEvent.ActionFailed>(shell, id);
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromSeconds(24));
        await shell.SettleAsync(id);
        Assert.Single(world.Calls);

        await AfterTimeAsync<RunEvent.RunEnded>(shell, id);
        Assert.Equal(2, world.Calls.Count);
    }

    [Fact]
    public async Task A_pending_action_is_asked_again_at_its_instant_with_its_token_and_key()
    {
        world.Answer("tell", new Outcome.Pending("half way", Start.AddSeconds(20)));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Notify("tell"));
        await HappenedAsync<RunEvent.ActionPending>(shell, id);
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromSeconds(19));
        await shell.SettleAsync(id);
        Assert.Single(world.Calls);
        await shell.AdvanceAsync(TimeSpan.FromSeconds(1));
        await EndAsync(shell, id);

        Assert.Equal([("tell~d.0.1.0", null), ("tell~d.0.1.1", "half way")], world.Calls.Select(call => (call.Command.Name, call.Command.Token)));
        Assert.Single(world.Calls.Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task An_action_that_gives_no_answer_is_over_at_its_deadline()
    {
        world.Hold("look");
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look", ", \"timeout\": \"PT1M\", \"onFailure\": \"stop\""));
        await CalledAsync(shell, "look~d.0.1.0");
        await shell.SettleAsync(id);

        await shell.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(ErrorKind.Timeout, (await AfterTimeAsync<RunEvent.StepFailed>(shell, id)).Kind);
    }

    [Fact]
    public async Task No_action_is_given_a_deadline_after_its_timeout()
    {
        var shell = await OpenAsync();
        await EndAsync(shell, await StartAsync(shell, Get("look", ", \"timeout\": \"PT1M\"")));

        Assert.Equal(Start.AddMinutes(1), Assert.Single(world.Calls).Command.Deadline);
    }

    [Theory]
    [InlineData("http.get", ErrorKind.Bug)]
    [InlineData("http.request", ErrorKind.OutcomeUnknown)]
    public async Task An_action_that_throws_has_failed_and_may_have_acted_unless_it_only_reads(string action, ErrorKind kind)
    {
        world.Throw("act");
        var shell = await OpenAsync();

        var id = await StartAsync(shell, action == "http.get" ? Get("act") : Post("act"));

        var failed = await HappenedAsync<RunEvent.ActionFailed>(shell, id);
        Assert.Equal(kind, failed.Kind);
        Assert.Contains("a defect of the connector", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Branches_are_called_at_the_same_time()
    {
        var (left, right) = (world.Hold("left"), world.Hold("right"));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, $$"""{ "id": "both", "parallel": { "branches": { "one": [ {{Get("left")}} ], "two": [ {{Get("right")}} ] }, "join": "all" } }""");
        await shell.UntilAsync(() => world.Calls.Count == 2);

        right.SetResult(ScriptedWorld.Done);
        left.SetResult(ScriptedWorld.Done);

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
    }

    [Fact]
    public async Task What_an_action_answers_is_there_for_later_steps()
    {
        world.Answer("look", new Outcome.Succeeded(JsonData.Object(("status", JsonData.Of(204)))));
        var shell = await OpenAsync();
        await EndAsync(shell, await StartAsync(shell, Get("look", ", \"onFailure\": \"stop\""), """{ "id": "next", "do": "http.get", "with": { "url": "https://a.example/${ steps.look.output.status }" } }"""));

        Assert.Equal("https://a.example/204", world.Calls.Last().Command.Inputs["url"]!.AsString());
    }

    [Fact]
    public async Task A_long_run_of_many_steps_comes_to_its_end()
    {
        var shell = await OpenAsync();
        var items = string.Join(", ", Enumerable.Range(0, 60));
        var id = await StartAsync(shell, $$"""{ "id": "each", "forEach": { "items": [{{items}}], "maxItems": 60, "concurrency": 3, "steps": [ {{Get("look")}} ] } }""");

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);

        Assert.Equal(60, world.Names.Distinct().Count());
        Assert.Equal(60, world.Calls.Count);
        HoldsTogether(id, await shell.Runs.ReadAsync(id, 1, cancellation));
    }
}

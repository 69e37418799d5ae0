using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>Starting, and what the journal says.</summary>
public abstract partial class ShellContract
{
    private const string Rest = """{ "id": "rest", "wait": { "for": "PT10M" } }""";
    private static readonly string ToldOnce = Notify("tell", ", \"onFailure\": \"stop\"");

    [Fact]
    public async Task A_run_goes_through_its_steps_to_its_end()
    {
        var shell = await OpenAsync();

        var id = await StartAsync(shell, Get("look"), ToldOnce);

        Assert.Equal(RunOutcome.Completed, (await EndAsync(shell, id)).Outcome);
        Assert.Equal(["look~d.0.1.0", "tell~d.0.1.0"], world.Names);
    }

    [Fact]
    public async Task The_same_request_twice_starts_one_run()
    {
        var shell = await OpenAsync();
        var request = Request(Rest);

        var first = await shell.Runs.StartAsync(request, cancellation);
        await shell.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(first, await shell.Runs.StartAsync(request, cancellation));
        Assert.Single(await shell.Runs.ListAsync(cancellation));
    }

    [Fact]
    public async Task The_same_request_after_a_crash_gets_the_same_answer()
    {
        var shell = await OpenAsync();
        var request = Request(Rest);
        var first = await shell.Runs.StartAsync(request, cancellation);

        await shell.CrashAsync();

        Assert.Equal(first, await shell.Runs.StartAsync(request, cancellation));
        Assert.Single(await shell.Runs.ListAsync(cancellation));
    }

    [Fact]
    public async Task Two_requests_start_two_runs()
    {
        var shell = await OpenAsync();

        var one = await StartAsync(shell, Request(Rest));
        var other = await StartAsync(shell, Request(Rest, requestId: "request-2"));

        Assert.NotEqual(one, other);
        Assert.Equal(2, (await shell.Runs.ListAsync(cancellation)).Count);
    }

    [Fact]
    public async Task A_version_with_another_text_is_refused()
    {
        var shell = await OpenAsync();
        await StartAsync(shell, Request(Rest));

        var refused = Assert.IsType<StartResult.Rejected>(await shell.Runs.StartAsync(Request(Get("look"), requestId: "request-2"), cancellation));

        Assert.Contains("known with another text", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inputs_that_do_not_fit_start_nothing()
    {
        var shell = await OpenAsync();

        Assert.IsType<StartResult.Rejected>(await shell.Runs.StartAsync(Request(Rest) with { Inputs = JsonData.Object(("modle", JsonData.Of("grading"))) }, cancellation));

        Assert.Empty(await shell.Runs.ListAsync(cancellation));
    }

    [Fact]
    public async Task A_drill_is_refused_in_an_environment_that_is_none()
    {
        var shell = await OpenAsync();

        Assert.IsType<StartResult.Rejected>(await shell.Runs.StartAsync(Request(Rest) with { Mode = RunMode.Drill }, cancellation));
    }

    [Fact]
    public async Task An_unknown_run_takes_no_signal_and_has_no_journal()
    {
        var shell = await OpenAsync();

        Assert.False(await SignalAsync(shell, "nobody", Signal("one")));
        Assert.Null(await shell.Runs.FindAsync("nobody", cancellation));
        Assert.Empty(await shell.Runs.ReadAsync("nobody", 1, cancellation));
    }

    [Fact]
    public async Task The_journal_has_no_gap_its_chain_holds_and_its_instants_never_go_back()
    {
        var shell = await OpenAsync();
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.Transient));

        var id = await StartAsync(shell, Get("look", Retried), ToldOnce);
        await AfterTimeAsync<RunEvent.RunEnded>(shell, id);

        HoldsTogether(id, await shell.Runs.ReadAsync(id, 1, cancellation));
    }

    [Fact]
    public async Task What_is_read_from_a_sequence_on_is_the_rest()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Rest);
        await shell.SettleAsync(id);

        var all = await shell.Runs.ReadAsync(id, 1, cancellation);

        Assert.Equal(all.Skip(2).Select(stored => stored.Hash), (await shell.Runs.ReadAsync(id, 3, cancellation)).Select(stored => stored.Hash));
    }

    [Fact]
    public async Task The_run_that_is_found_is_the_one_that_its_journal_tells()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look"), Rest);
        await HappenedAsync<RunEvent.StepStarted>(shell, id, started => started.Path == "rest");
        await shell.SettleAsync(id);

        var found = await shell.Runs.FindAsync(id, cancellation);

        Assert.Equal(Decider.Fold(await EventsAsync(shell, id)).Summary(), found!.Summary());
    }

    [Fact]
    public async Task A_run_in_the_list_says_how_it_stands()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, $"{Approve("act")}, {Promote("act")}");
        await OpenedAsync(shell, id);
        await shell.SettleAsync(id);

        var run = Assert.Single(await shell.Runs.ListAsync(cancellation));

        Assert.Equal((RunState.Recovering, "votes of approvers on go"), (run.State, run.WaitingFor));
    }

    [Fact]
    public async Task The_intent_is_in_the_journal_before_the_action_is_called()
    {
        var intents = new List<bool>();
        var shell = await OpenAsync();
        world.Before = async call => intents.Add((await shell.Runs.ReadAsync(call.RunId, 1, CancellationToken.None))
            .Any(stored => stored.Event is RunEvent.AttemptStarted started && started.Id == call.Command.Id));

        await EndAsync(shell, await StartAsync(shell, Get("look"), ToldOnce));

        Assert.Equal([true, true], intents);
    }

    [Fact]
    public async Task The_head_is_anchored_at_the_start_and_at_the_end_with_the_hash_that_stands_in_the_journal()
    {
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look"));
        var end = await shell.UntilAsync(id, happened => happened is RunEvent.RunEnded);
        await shell.UntilAsync(() => world.Anchored.Count == 2);

        Assert.Equal([(1, end[0].Hash), (end[^1].Sequence, end[^1].Hash)], world.Anchored.OrderBy(anchor => anchor.Sequence));
    }

    [Fact]
    public async Task A_head_that_cannot_be_anchored_delays_no_step_and_is_tried_again()
    {
        world.Anchors = _ => false;
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look"));
        await EndAsync(shell, id);
        await HappenedAsync<RunEvent.AnchorFailed>(shell, id);

        world.Anchors = _ => true;

        await AfterTimeAsync<RunEvent.HeadAnchored>(shell, id);
    }

    [Fact]
    public async Task What_nobody_hears_is_told_three_times_and_then_listed()
    {
        world.Tells = tell => tell.Id != "run.stopping";
        world.Answer("look", ScriptedWorld.Fails(ErrorKind.NotFound));
        var shell = await OpenAsync();
        var id = await StartAsync(shell, Get("look", ", \"onFailure\": \"stop\""));

        // The clock of a run that is over stands still for nobody: what it has to tell is still told.
        for (var tries = 0; tries < 3; tries++)
        {
            await shell.UntilAsync(() => world.Told.Count(tell => tell.Id == "run.stopping") == tries + 1);
            await HappenedAsync<RunEvent.TellFailed>(shell, id);
            await shell.SettleAsync(id);
            await shell.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        var events = await EventsAsync(shell, id);
        Assert.Equal(3, events.OfType<RunEvent.TellFailed>().Count());
    }
}

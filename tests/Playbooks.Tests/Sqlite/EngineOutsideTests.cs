using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using static Playbooks.Tests.Sqlite.EngineHarness;
using static Playbooks.Tests.Sqlite.EngineTests;

namespace Playbooks.Tests.Sqlite;

/// <summary>People, anchors and the turn of the workers.</summary>
public sealed class EngineOutsideTests : IDisposable
{
    private const string Approve = """
        { "id": "go", "approve": { "role": "approver", "quorum": 1, "message": "Go on?", "covers": ["tell"], "decideWithin": "PT30M", "onTimeout": "deny" } }
        """;

    private readonly EngineHarness harness = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => harness.Dispose();

    [Fact]
    public async Task An_approval_is_shown_while_it_is_open_and_taken_down_when_it_is_decided()
    {
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, $"{Approve}, {Notify}");
        var opened = (RunEvent.ApprovalOpened)(await UntilAsync(engine, id, happened => happened is RunEvent.ApprovalOpened))[^1].Event;
        await harness.Outside.UntilAsync(() => harness.Outside.Shown.Contains("go/1 open"));

        await engine.SignalAsync(id, new RunEvent.VoteCast("vote-1", "go", opened.Round, opened.Digest, "approver@university.example", ["ml-approvers"],
            true, null, "terminal", default), cancellation);

        await AllAsync(engine, id);
        await harness.Outside.UntilAsync(() => harness.Outside.Shown.Count == 2);
        Assert.Equal(["go/1 open", "go/1 down"], harness.Outside.Shown);
        Assert.Single(harness.Outside.Calls);
    }

    [Fact]
    public async Task An_open_approval_is_shown_again_after_a_restart()
    {
        await using (var engine = await harness.OpenAsync())
        {
            await StartAsync(engine, $"{Approve}, {Notify}");
            await harness.Outside.UntilAsync(() => harness.Outside.Shown.Contains("go/1 open"));
        }

        await using var next = await harness.OpenAsync();

        await harness.Outside.UntilAsync(() => harness.Outside.Shown.Count == 2);
        Assert.Equal(["go/1 open", "go/1 open"], harness.Outside.Shown);
    }

    [Fact]
    public async Task The_head_is_anchored_at_the_start_and_at_the_end_with_the_hash_that_stands_in_the_journal()
    {
        await using var engine = await harness.OpenAsync();

        var events = await AllAsync(engine, await StartAsync(engine, Get));

        Assert.Equal([1, events.Single(stored => stored.Event is RunEvent.RunEnded).Sequence], harness.Outside.Anchored.Select(anchor => anchor.Sequence).Order());
        Assert.All(harness.Outside.Anchored, anchor => Assert.Equal(events[(int)anchor.Sequence - 1].Hash, anchor.Head));
    }

    [Fact]
    public async Task A_head_that_cannot_be_anchored_is_an_event_and_delays_no_step()
    {
        harness.Outside.Anchor = (_, _) => throw new IOException("The anchor's storage refuses.");
        await using var engine = await harness.OpenAsync();
        var id = await StartAsync(engine, Get);

        var events = await UntilAsync(engine, id, happened => happened is RunEvent.RunEnded);
        await UntilAsync(engine, id, happened => happened is RunEvent.AnchorFailed { Message: "The anchor's storage refuses." });
        Assert.DoesNotContain(events, stored => stored.Event is RunEvent.HeadAnchored);

        harness.Outside.Anchor = (_, _) => Task.CompletedTask;
        while (await engine.FindAsync(id, cancellation) is { IsQuiet: false })
        {
            harness.Time.Advance(TimeSpan.FromSeconds(5));
            await SettleAsync(engine, id);
        }
        Assert.Equal(2, (await AllAsync(engine, id)).Count(stored => stored.Event is RunEvent.HeadAnchored));
    }

    [Fact]
    public async Task A_run_with_many_actions_waiting_does_not_keep_another_run_waiting()
    {
        harness.Workers = 1;
        var release = new TaskCompletionSource();
        harness.Outside.Act = async (_, _) =>
        {
            await release.Task;
            return FakeOutside.Done;
        };
        await using var engine = await harness.OpenAsync();
        var branches = string.Join(", ", Enumerable.Range(0, 20).Select(index => $$"""
            "b{{index}}": [ { "id": "look{{index}}", "do": "http.get", "with": { "url": "https://shop.example/" }, "onFailure": "stop" } ]
            """));
        var wide = await StartAsync(engine, $$"""{ "id": "all", "parallel": { "branches": { {{branches}} }, "join": "all" } }""", "request-1", "wide");
        await harness.Outside.UntilAsync(() => !harness.Outside.Calls.IsEmpty);
        var narrow = await StartAsync(engine, Get, "request-2", "narrow");
        await UntilAsync(engine, narrow, happened => happened is RunEvent.AttemptStarted);
        await SettleAsync(engine, narrow);

        release.SetResult();
        await AllAsync(engine, narrow);
        await AllAsync(engine, wide);

        Assert.InRange(harness.Outside.Calls.Select(call => call.RunId).ToImmutableArray().IndexOf(narrow), 1, 2);
    }
}

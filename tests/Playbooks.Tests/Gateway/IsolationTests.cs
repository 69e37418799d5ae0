using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Playbooks.Gateway.State;

namespace Playbooks.Tests.Gateway;

public class IsolationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_model_serves_until_it_is_isolated_and_not_after_one_poll()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        Assert.Equal(new Answered("model", HttpStatusCode.OK, "model"), await replica.AskAsync());

        await replica.IsolateAsync();
        await replica.PollAsync();

        Assert.Equal(new Answered("previous", HttpStatusCode.OK, "previous"), await replica.AskAsync());
        Assert.Single(rig.Model.Asked);
    }

    [Fact]
    public async Task An_isolation_is_confirmed_when_every_replica_has_said_that_it_applied_it()
    {
        await using var rig = await GatewayRig.StartAsync();
        Replica a = await rig.ReplicaAsync("a"), b = await rig.ReplicaAsync("b");
        await a.BeatAsync();
        await b.BeatAsync();

        var generation = await a.IsolateAsync();
        Assert.Equal([a.Name, b.Name], (await ConfirmationAsync(rig, generation)).WaitingFor.Order());
        await a.PollAsync();
        await a.BeatAsync();
        Assert.Equal([b.Name], (await ConfirmationAsync(rig, generation)).WaitingFor);
        await b.PollAsync();
        await b.BeatAsync();

        var confirmation = await ConfirmationAsync(rig, generation);
        Assert.Equal((true, 2), (confirmation.Confirmed, confirmation.Heard));
    }

    [Fact]
    public async Task A_replica_that_died_is_waited_for_until_it_was_silent_for_15_seconds()
    {
        await using var rig = await GatewayRig.StartAsync();
        Replica alive = await rig.ReplicaAsync("a"), dead = await rig.ReplicaAsync("b");
        await dead.BeatAsync();
        await rig.KillAsync(dead);

        var generation = await alive.IsolateAsync();
        await alive.PollAsync();
        await alive.BeatAsync();
        rig.Pass(seconds: 15);
        await alive.PollAsync();
        await alive.BeatAsync();
        Assert.Equal([dead.Name], (await ConfirmationAsync(rig, generation)).WaitingFor);

        rig.Pass(seconds: 1);
        Assert.True((await ConfirmationAsync(rig, generation)).Confirmed);
    }

    [Fact]
    public async Task A_replica_cut_off_serves_the_fallback_after_5_seconds_and_the_isolation_waits_until_it_is_forgotten()
    {
        await using var rig = await GatewayRig.StartAsync();
        Replica near = await rig.ReplicaAsync("a"), far = await rig.ReplicaAsync("b");
        await near.BeatAsync();
        await far.BeatAsync();
        far.Link.Cut = true;
        var generation = await near.IsolateAsync();

        // In the worst case the cut came just before the isolation: for 5 s the far replica cannot know.
        rig.Pass(seconds: 5);
        await Task.WhenAll(near.PollAsync(), far.PollAsync(), near.BeatAsync(), far.BeatAsync());
        Assert.Equal("model", await far.RungAsync());
        Assert.Equal([far.Name], (await ConfirmationAsync(rig, generation)).WaitingFor);

        rig.Pass(seconds: 0.001);
        Assert.Equal("previous", await far.RungAsync());
        Assert.False((await ConfirmationAsync(rig, generation)).Confirmed);

        rig.Pass(seconds: 11);
        await near.BeatAsync();
        Assert.True((await ConfirmationAsync(rig, generation)).Confirmed);
        Assert.Equal("previous", await far.RungAsync());
    }

    [Fact]
    public async Task A_replica_that_comes_back_confirms_and_serves_by_the_state_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        replica.Link.Cut = true;
        rig.Pass(seconds: 6);
        await replica.PollAsync();
        Assert.Equal("previous", await replica.RungAsync());

        replica.Link.Cut = false;
        await replica.PollAsync();

        Assert.Equal("model", await replica.RungAsync());
    }

    [Fact]
    public async Task Nobody_heard_is_not_a_confirmation()
    {
        await using var rig = await GatewayRig.StartAsync();
        Assert.False((await ConfirmationAsync(rig, generation: 1)).Confirmed);
    }

    [Fact]
    public async Task A_heartbeat_that_cannot_be_read_confirms_nothing()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Blobs.Plant("state", "campus/replicas/odd.json", "{}"u8.ToArray());
        Assert.Equal(["odd"], (await ConfirmationAsync(rig, 1)).WaitingFor);
    }

    [Fact]
    public async Task An_answer_on_its_way_when_the_model_is_isolated_does_not_reach_the_caller()
    {
        await using var rig = await GatewayRig.StartAsync();
        // Far longer than the test waits, so that no timeout does what the isolation must do.
        rig.Grading["model"]!["timeoutSeconds"] = 600;
        var replica = await rig.ReplicaAsync("a");
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        rig.Model.Answer = async http =>
        {
            asked.SetResult();
            await never.Task.WaitAsync(http.RequestAborted);
        };

        var answer = replica.AskAsync(body: """{"essay":"…"}""");
        await asked.Task.WaitAsync(Cancellation);
        await replica.IsolateAsync();
        await replica.PollAsync();

        Assert.Equal("previous", (await answer.WaitAsync(TimeSpan.FromMinutes(5), Cancellation)).Rung);
        Assert.Equal("""POST /score {"essay":"…"}""", rig.Previous.Asked.Single());
    }

    [Fact]
    public async Task An_answer_half_sent_when_the_model_is_isolated_is_cut_off()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Grading["model"]!["timeoutSeconds"] = 600;
        var replica = await rig.ReplicaAsync("a");
        var never = new TaskCompletionSource();
        rig.Model.Answer = async http =>
        {
            await http.Response.WriteAsync("the grade is", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await never.Task.WaitAsync(http.RequestAborted);
        };
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(replica.Host.Data, "/grading/stream"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        await body.ReadExactlyAsync(new byte["the grade is".Length], Cancellation);

        await replica.IsolateAsync();
        await replica.PollAsync();

        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1], Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(5), Cancellation));
    }

    [Fact]
    public async Task Every_change_is_recorded_with_who_and_why_in_the_state_and_for_good()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        await replica.IsolateAsync();
        await replica.RejoinAsync(percent: 10);
        await replica.RecordAsync();

        Assert.Equal(
            ["campus/changes/grading/0000000001.json", "campus/changes/grading/0000000002.json", "campus/changes/grading/0000000003.json"],
            rig.Blobs.Names.Where(n => n.StartsWith("campus/changes/", StringComparison.Ordinal)));
        var second = JsonSerializer.Deserialize<Change>(rig.Blobs.Read("campus/changes/grading/0000000002.json"), GatewayJson.Options);
        Assert.Equal(new Change(2, Rung.Previous, 0, "key:oncall", rig.Time.GetUtcNow(), "it grades all alike", null), second);
        var state = (StateRead.Found)await rig.Store.ReadAsync("grading", null, Cancellation);
        Assert.Equal([1, 2], state.State.Earlier.Select(c => c.Generation));
    }

    [Fact]
    public async Task A_replica_that_stops_takes_its_heartbeat_back()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        await replica.BeatAsync();
        await replica.Host.StopAsync(Cancellation);
        Assert.DoesNotContain(rig.Blobs.Names, n => n.Contains("/replicas/", StringComparison.Ordinal));
    }

    private static async Task<Confirmation> ConfirmationAsync(GatewayRig rig, long generation) =>
        Confirmation.Of(await rig.Store.ReplicasAsync(Cancellation), "grading", generation);
}

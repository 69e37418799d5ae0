using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Gateway.State;

namespace Playbooks.Tests.Serving;

public sealed class SwitchTests : IDisposable
{
    private readonly ModelRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task An_isolation_that_every_replica_heard_has_confirmed_succeeds()
    {
        Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("k1"));
        rig.Beat("a", 2);
        rig.Beat("b", 3);
        Assert.Equal(JsonData.Parse("""{"generation":2,"replicas":2,"mode":"previous"}"""), Succeeded(await rig.IsolateAsync("k1", "2", 1)));
    }

    [Fact]
    public async Task What_is_written_is_a_state_that_the_gateway_understands()
    {
        await rig.IsolateAsync("k1");
        await rig.RejoinAsync("k2", 10);
        Assert.True(ModelState.TryParse(ModelRig.Model, rig.Blobs.Read("campus/state/grading.json"), out var state, out var problem), problem);
        Assert.Equal((3L, Rung.Model, 10, "run:run-1", 2), (state.Current.Generation, state.Current.Mode, state.Current.Percent, state.Current.ChangedBy, state.Earlier.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(98)]
    public async Task A_gateway_that_never_confirms_leaves_the_isolation_pending_and_its_polls_outlast_the_deadline(int poll)
    {
        rig.Beat("stuck", 0);
        var pending = Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("k1", null, poll));
        var left = ModelRig.Within.TotalSeconds / (Limits.PollsPerAttemptMax - 1 - poll);
        // Seconds of waiting inside the call are taken off what is left.
        Assert.InRange((pending.AskAgainAt - DateTimeOffset.UtcNow).TotalSeconds, (left * 0.9) - 1, left);
        Assert.Equal(2, rig.State["current"]!["generation"]!.AsInt64());
    }

    [Fact]
    public async Task With_no_replica_heard_nothing_is_confirmed()
    {
        rig.Beat("gone", 9);
        rig.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("no gateway is heard", Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("k1")).Progress);
    }

    [Fact]
    public async Task An_unreadable_heartbeat_confirms_nothing()
    {
        rig.Beat("a", 9);
        rig.Plant("campus/replicas/b.json", "{");
        Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("k1"));
    }

    [Fact]
    public async Task A_repeat_writes_nothing_and_another_isolation_writes_again()
    {
        rig.Beat("a", 9);
        Succeeded(await rig.IsolateAsync("k1"));
        Succeeded(await rig.IsolateAsync("k1"));
        Assert.Equal(2, rig.State["current"]!["generation"]!.AsInt64());
        Succeeded(await rig.IsolateAsync("k2"));
        Assert.Equal(3, rig.State["current"]!["generation"]!.AsInt64());
    }

    [Fact]
    public async Task An_isolation_is_written_though_somebody_else_was_first()
    {
        rig.Beat("a", 9);
        Succeeded(await rig.IsolateAsync("k1"));
        var raced = false;
        rig.Link.Before = async request =>
        {
            if (request.Method == HttpMethod.Put && !raced)
            {
                raced = true;
                await rig.IsolateAsync("k2", run: "run-2");
            }
        };
        Succeeded(await rig.IsolateAsync("k3"));
        Assert.Equal((4L, "k3"), (rig.State["current"]!["generation"]!.AsInt64(), rig.State["current"]!["key"]!.AsString()));
    }

    [Fact]
    public async Task A_rejoin_that_was_overtaken_is_a_conflict_and_is_not_read_again()
    {
        rig.Beat("a", 9);
        Succeeded(await rig.IsolateAsync("k1"));
        var raced = false;
        rig.Link.Before = async request =>
        {
            if (request.Method == HttpMethod.Put && !raced)
            {
                raced = true;
                await rig.IsolateAsync("k2", run: "run-2");
            }
        };
        Assert.Equal(ErrorKind.Conflict, Assert.IsType<Outcome.Failed>(await rig.RejoinAsync("k3", 10)).Kind);
        Assert.Equal("previous", rig.State["current"]!["mode"]!.AsString());
    }

    [Fact]
    public async Task A_model_that_somebody_isolated_between_two_shares_of_a_ramp_is_not_given_back_by_the_next()
    {
        rig.Beat("a", 9);
        Succeeded(await rig.IsolateAsync("k1"));
        Succeeded(await rig.RejoinAsync("k2", 10));
        Succeeded(await rig.IsolateAsync("k3", run: "by-hand"));
        var refused = Assert.IsType<Outcome.Failed>(await rig.RejoinAsync("k4", 50));
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        Assert.Contains("run:by-hand", refused.Message, StringComparison.Ordinal);
        Assert.Equal("previous", rig.State["current"]!["mode"]!.AsString());
    }

    [Fact]
    public async Task A_retry_that_a_person_ordered_again_gives_back_what_somebody_else_isolated()
    {
        rig.Beat("a", 9);
        Succeeded(await rig.IsolateAsync("k1"));
        Succeeded(await rig.IsolateAsync("k2", run: "by-hand"));
        Assert.IsType<Outcome.Failed>(await rig.RejoinAsync("k3", 50));
        Succeeded(await rig.RejoinAsync("k4", 50, redo: 1));
        Assert.Equal(50, rig.State["current"]!["percent"]!.AsInt64());
    }

    [Fact]
    public async Task A_rejoin_of_a_model_that_the_run_never_isolated_is_a_conflict()
    {
        rig.Beat("a", 9);
        Assert.Equal(ErrorKind.Conflict, Assert.IsType<Outcome.Failed>(await rig.RejoinAsync("k1", 10)).Kind);
        Assert.Equal(100, rig.State["current"]!["percent"]!.AsInt64());
    }

    [Fact]
    public async Task A_repeated_rejoin_confirms_its_own_state()
    {
        rig.Beat("a", 9);
        Succeeded(await rig.IsolateAsync("k1"));
        Assert.Equal(Succeeded(await rig.RejoinAsync("k2", 10)), Succeeded(await rig.RejoinAsync("k2", 10)));
        Assert.Equal(3, rig.State["current"]!["generation"]!.AsInt64());
    }

    [Fact]
    public async Task Storage_that_cannot_be_reached_before_the_write_is_transient_or_unknown_but_never_success()
    {
        rig.Link.Cut = true;
        Assert.IsType<Outcome.Failed>(await rig.IsolateAsync("k1"));
    }

    private static JsonData Succeeded(Outcome outcome) => outcome is Outcome.Failed failed
        ? throw new Xunit.Sdk.XunitException($"{failed.Kind}: {failed.Message}") : Assert.IsType<Outcome.Succeeded>(outcome).Output;
}

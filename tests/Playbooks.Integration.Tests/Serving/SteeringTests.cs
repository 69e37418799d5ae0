using Azure;
using Azure.Core;
using Playbooks.Connectors;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Gateway.State;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Serving;

/// <summary>What the actions write is read back by the gateway's own reader.</summary>
[Collection(UsesAzurite.Name)]
public sealed class SteeringTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task An_isolation_writes_a_new_generation_even_when_the_model_is_isolated_already()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.IsolateAsync("key-1");
        await rig.HearAsync("a", 2);
        Assert.Equal(2, Generation(await rig.IsolateAsync("key-2")));
        var state = await rig.StateAsync();
        Assert.Equal((2, Rung.Previous, 0, "run:run-1", "key-2"),
            (state.Current.Generation, state.Current.Mode, state.Current.Percent, state.Current.ChangedBy, state.Current.Key));
        Assert.Equal(["key-1"], state.Earlier.Select(change => change.Key));
    }

    [Fact]
    public async Task Looking_says_how_the_gateway_serves_and_changes_nothing()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        Assert.Equal((false, "No gateway is heard, so nobody would confirm that grading is isolated."), await rig.ProbeAsync("model.isolate") is var deaf ? (deaf.Ready, deaf.Now) : default);

        await rig.HearAsync("a", 1);
        Assert.Equal(new ProbeAnswer(true, "it was never steered, and serves as its gateway was set up", "generation 2: previous"), await rig.ProbeAsync("model.isolate"));
        await rig.IsolateAsync("key-1");
        Assert.Equal(new ProbeAnswer(true, "generation 2: previous, by run:run-1", "generation 3: previous"), await rig.ProbeAsync("model.isolate"));
        Assert.Equal("model at 50 %", (await rig.ProbeAsync("model.rejoin", ("percent", JsonData.Of(50)))).After);
        Assert.Equal(2, (await rig.StateAsync()).Current.Generation);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_only_confirms()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("key-1"));
        await rig.HearAsync("a", 1);
        Assert.Equal(1, Generation(await rig.IsolateAsync("key-1")));
        Assert.Equal(1, (await rig.StateAsync()).Current.Generation);
    }

    [Fact]
    public async Task An_isolation_that_nobody_confirms_stays_pending()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        var pending = Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("key-1"));
        Assert.Equal(("1", "no gateway is heard"), (pending.Token, pending.Progress));
        await rig.HearAsync("a", 1);
        await rig.HearAsync("b", 0);
        Assert.Equal("1 of 2 gateways confirm", Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("key-1", pending.Token)).Progress);
        Assert.Equal(1, (await rig.StateAsync()).Current.Generation);
    }

    [Fact]
    public async Task A_state_that_is_gone_gets_a_number_above_all_that_gateways_applied()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.HearAsync("a", 6);
        await rig.IsolateAsync("key-1");
        Assert.Equal(7, (await rig.StateAsync()).Current.Generation);
    }

    [Fact]
    public async Task A_replica_silent_for_more_than_fifteen_seconds_is_not_waited_for()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.IsolateAsync("key-1");
        await rig.HearAsync("behind", 0);
        await rig.HearAsync("a", 1);
        Assert.Equal("1 of 2 gateways confirm", Assert.IsType<Outcome.Pending>(await rig.IsolateAsync("key-1")).Progress);
        rig.Silent.Of = ("behind", TimeSpan.FromSeconds(16));
        Assert.Equal(1, Generation(await rig.IsolateAsync("key-1")));
    }

    [Fact]
    public async Task Of_two_rejoins_that_read_the_same_state_one_wins_and_the_other_is_a_conflict()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.IsolateAsync("key-1");
        await rig.HearAsync("a", 9);
        var first = await BetweenReadAndWriteAsync(rig, () => rig.RejoinAsync("key-2", 10), () => rig.RejoinAsync("key-3", 20));
        Assert.Equal(ErrorKind.Conflict, Assert.IsType<Outcome.Failed>(first).Kind);
        var state = await rig.StateAsync();
        Assert.Equal((2, 20, "key-3"), (state.Current.Generation, state.Current.Percent, state.Current.Key));
    }

    [Fact]
    public async Task A_rejoin_in_the_way_of_an_isolation_is_isolated_over()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.IsolateAsync("key-1");
        await rig.HearAsync("a", 9);
        var isolated = await BetweenReadAndWriteAsync(rig, () => rig.IsolateAsync("key-2"), () => rig.RejoinAsync("key-3", 20));
        Assert.Equal(3, Generation(isolated));
        Assert.Equal(Rung.Previous, (await rig.StateAsync()).Current.Mode);
    }

    [Fact]
    public async Task An_isolation_whose_answer_is_lost_is_not_written_twice()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.IsolateAsync("key-1");
        await rig.HearAsync("a", 9);
        rig.Hook.After = (_, request) =>
        {
            if (request.Method != RequestMethod.Put)
                return Task.CompletedTask;
            rig.Hook.After = null;
            throw new RequestFailedException("The connection was lost.");
        };
        Assert.Equal(2, Generation(await rig.IsolateAsync("key-2")));
        Assert.Equal(2, (await rig.StateAsync()).Current.Generation);
    }

    [Fact]
    public async Task A_repeated_rejoin_does_not_undo_an_isolation_that_came_after_it()
    {
        var rig = await SteeringRig.NewAsync(azurite);
        await rig.IsolateAsync("key-1");
        await rig.HearAsync("a", 9);
        Assert.IsType<Outcome.Succeeded>(await rig.RejoinAsync("key-2", 10));
        await rig.IsolateAsync("key-3");
        Assert.Equal(ErrorKind.Conflict, Assert.IsType<Outcome.Failed>(await rig.RejoinAsync("key-2", 10)).Kind);
        Assert.Equal(Rung.Previous, (await rig.StateAsync()).Current.Mode);
    }

    private static async Task<Outcome> BetweenReadAndWriteAsync(SteeringRig rig, Func<Task<Outcome>> act, Func<Task<Outcome>> other)
    {
        rig.Hook.Before = async (_, request) =>
        {
            if (request.Method != RequestMethod.Put)
                return;
            rig.Hook.Before = null;
            Assert.IsType<Outcome.Succeeded>(await other());
        };
        return await act();
    }

    private static long? Generation(Outcome outcome) => Assert.IsType<Outcome.Succeeded>(outcome).Output["generation"]?.AsInt64();
}

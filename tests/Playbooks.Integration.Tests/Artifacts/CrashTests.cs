using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Integration.Tests.Azurite;
using Playbooks.Integration.Tests.Faults;

namespace Playbooks.Integration.Tests.Artifacts;

[Collection(UsesAzurite.Name)]
public class CrashTests(AzuriteFixture azurite)
{
    private static readonly string[] OldOrNew = ["good", "bad"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_at_any_call_of_a_restore_leaves_old_or_new_and_a_rerun_ends_the_same(bool beforeSending)
    {
        var hook = new RequestHook();
        using var rig = await ArtifactRig.NewAsync(azurite);
        var good = await rig.PublishAsync("good");
        await rig.PublishAsync("bad", promote: true);
        using var crashing = rig.Seen(azurite.ConnectionString, hook.Install);
        Assert.IsType<Outcome.Succeeded>(await crashing.RestoreAsync(1, "measure"));
        var calls = hook.Count;
        Assert.InRange(calls, 8, 30);

        for (var at = 1; at <= calls; at++)
        {
            await rig.Publisher.PromoteAsync(rig.Environment, ArtifactRig.Model, 2, "reset", Cancelled);
            hook.Reset();
            Task Crash(int number, Azure.Core.Request request) => number == at ? throw new CrashException() : Task.CompletedTask;
            hook.Before = beforeSending ? Crash : null;
            hook.After = beforeSending ? null : Crash;
            await Assert.ThrowsAsync<CrashException>(() => crashing.RestoreAsync(1, $"key{at}"));
            (hook.Before, hook.After) = (null, null);
            Assert.Contains(await ArtifactRig.SaidAsync(rig.Reader), OldOrNew);

            var again = Assert.IsType<Outcome.Succeeded>(await crashing.RestoreAsync(1, $"key{at}"));

            Assert.Equal((1L, good.Digest, 2L), (again.Output["version"]!.AsInt64(), again.Output["digest"]!.AsString(), again.Output["previous"]!.AsInt64()));
            Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
        }
    }

    [Fact]
    public async Task A_store_that_refuses_is_transient_and_the_pointer_stays()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("good");
        await rig.PublishAsync("bad", promote: true);
        await using var proxy = new TcpProxy(azurite.Ports.Blob);
        using var far = rig.Seen(Through(proxy));
        proxy.Refuse();

        Assert.Equal(ErrorKind.Transient, Assert.IsType<Outcome.Failed>(await far.RestoreAsync(1, "k1")).Kind);
        Assert.Equal("bad", await ArtifactRig.SaidAsync(rig.Reader));

        proxy.Pass();
        Assert.IsType<Outcome.Succeeded>(await far.RestoreAsync(1, "k1"));
        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
    }

    [Fact]
    public async Task A_store_that_goes_away_during_the_check_is_transient_and_the_pointer_stays()
    {
        var hook = new RequestHook();
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("good");
        await rig.PublishAsync("bad", promote: true);
        await using var proxy = new TcpProxy(azurite.Ports.Blob);
        using var far = rig.Seen(Through(proxy), hook.Install);
        hook.After = (number, _) =>
        {
            if (number == 4)
                proxy.Refuse();
            return Task.CompletedTask;
        };

        Assert.Equal(ErrorKind.Transient, Assert.IsType<Outcome.Failed>(await far.RestoreAsync(1, "k1")).Kind);
        Assert.Equal("bad", await ArtifactRig.SaidAsync(rig.Reader));
    }

    [Fact]
    public async Task A_move_whose_answer_is_lost_is_unknown_and_a_rerun_finds_its_success()
    {
        var hook = new RequestHook();
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("good");
        await rig.PublishAsync("bad", promote: true);
        await using var proxy = new TcpProxy(azurite.Ports.Blob);
        using var far = rig.Seen(Through(proxy), hook.Install);
        hook.Before = (_, request) =>
        {
            if (request.Method == Azure.Core.RequestMethod.Put)
                proxy.CutAfter(0, Towards.Client, thenRefuse: true);
            return Task.CompletedTask;
        };

        Assert.Equal(ErrorKind.OutcomeUnknown, Assert.IsType<Outcome.Failed>(await far.RestoreAsync(1, "k1")).Kind);
        // It had arrived: only the answer was lost.
        Assert.Equal("good", await ArtifactRig.SaidAsync(rig.Reader));
        var moved = await rig.Artifacts.Records.ReadPointerAsync(Cancelled);

        hook.Before = null;
        proxy.Pass();
        Assert.IsType<Outcome.Succeeded>(await far.RestoreAsync(1, "k1"));
        Assert.Equal(moved, await rig.Artifacts.Records.ReadPointerAsync(Cancelled));
    }

    private string Through(TcpProxy proxy) =>
        azurite.ConnectionString.Replace($":{azurite.Ports.Blob}/", $":{proxy.Port}/", StringComparison.Ordinal);
}

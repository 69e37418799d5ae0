using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Message = Playbooks.Sqlite.Message;

namespace Playbooks.Tests.Simulation;

public class OwnershipTests
{
    [Theory]
    [InlineData(0.5, true, true)]
    [InlineData(5, false, true)]
    [InlineData(5, true, false)]
    public void A_process_that_stood_still_acts_only_while_the_journal_is_its_own(double secondsSinceDecided, bool takenOver, bool mayAct)
    {
        var (disk, time) = (new SimulatedDisk(Planted.Nothing, readsBack: false), new Agenda());
        var world = new Simulation(Shell.Embedded, 1, withoutFaults: true);
        var loop = EngineProcess.LoopOn(disk, disk.Open(), time, world.Logic);
        var playbook = SimulatedPlaybooks.All[0];
        var request = new StartRequest("request", playbook, SimulatedPlaybooks.Environment, RunMode.Live, JsonData.Object(("model", JsonData.Of("m0"))), null, "operator", null, null, null);
        var turn = loop.Turn([new Message.Start(request, RunInputs.Of(playbook.Inputs, request.Inputs), new TaskCompletionSource<StartResult>())])!;

        if (takenOver)
            disk.Open();
        time.In(TimeSpan.FromSeconds(secondsSinceDecided), () => { });
        time.Step();

        Assert.Equal(mayAct, loop.MayAct(turn, out var current));
        Assert.Equal(mayAct ? 1 : 2, current);
    }
}

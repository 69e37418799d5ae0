using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.Tests.Simulation;

/// <summary>The call of a connector, as the activity awaits it.</summary>
internal sealed class WorkerAttempt(Simulation world, Worker worker, Hub hub, string runId, CancellationToken deadline) : IAttempt
{
    private readonly TaskCompletionSource<Outcome> answered = new();
    private int strays;

    internal Task<Outcome> Task => answered.Task;

    SimulatedProcess IAttempt.Process => worker;

    public void Answer(Outcome outcome) => answered.TrySetResult(outcome);

    public void Throw(Exception defect) => answered.TrySetException(defect);

    /// <summary>Half of the connectors look at their deadline; the others never come back.</summary>
    public void Silence(TimeSpan left)
    {
        if (world.Dice.Chance(0.5))
            deadline.Register(() => answered.TrySetCanceled(deadline));
    }

    /// <summary>The host gives a result only to who asked for it, so nothing but a client can bring another one.</summary>
    public void Stray(RunEvent report) => hub.Raise(runId, new Delivery($"stray {report} {++strays}", report).Write());
}

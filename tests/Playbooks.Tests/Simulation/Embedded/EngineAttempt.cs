using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Simulation;

/// <summary>Reports to the engine's loop, as its workers do.</summary>
internal sealed class EngineAttempt(Simulation world, EngineProcess process, ActionCall call) : IAttempt
{
    SimulatedProcess IAttempt.Process => process;

    public void Answer(Outcome outcome) => Stray(ActionReports.Answered(call, outcome, world.Agenda.GetUtcNow()));

    public void Throw(Exception defect) => Stray(ActionReports.Threw(call, defect, world.Agenda.GetUtcNow()));

    public void Silence(TimeSpan left) => process.In(left, () => Stray(ActionReports.Overdue(call, world.Agenda.GetUtcNow())));

    public void Stray(RunEvent report) => process.Post(call.RunId, report);
}

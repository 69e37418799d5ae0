using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Simulation;

/// <summary>A run's journal as its appends have made it, and what it folds to.</summary>
internal sealed class SecondLog(string runId, Hub hub) : RunLog(runId)
{
    internal Run Folded { get; private set; } = Run.Empty;

    internal override bool Settled => hub.Find(RunId) is { IsOver: true };

    internal void Add(StoredEvent stored, Logic logic)
    {
        Events.Add(stored);
        Folded = logic.Evolve(Folded, stored.Event);
    }
}

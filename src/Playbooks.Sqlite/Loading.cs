using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>A run from its journal. What cannot be folded parks that run and no other.</summary>
internal static class Loading
{
    internal static HotRun Fold(RunHistory history, Logic logic)
    {
        var run = new HotRun(history.RunId) { Broken = history.Broken };
        foreach (var stored in history.Events)
        {
            run.Run = Evolve(run, stored.Event, logic);
            run.LastAt = stored.Event.At;
        }
        run.Sequence = history.Events.Length;
        if (history.Broken is { } why)
            run.Run = Park(run, why);
        return run;
    }

    internal static Run Evolve(HotRun run, RunEvent happened, Logic logic)
    {
        try
        {
            return logic.Evolve(run.Run, happened);
        }
#pragma warning disable CA1031 // Folding must not throw. If it does, whatever it is, that run stops where it is and the others go on.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return Park(run, $"Event {run.Run.Sequence + 1} cannot be folded: {defect.GetType().Name}: {defect.Message}");
        }
    }

    private static Run Park(HotRun run, string why)
    {
        run.Parked = true;
        return run.Run with { Id = run.Id, ParkedBecause = run.Run.ParkedBecause ?? why };
    }
}

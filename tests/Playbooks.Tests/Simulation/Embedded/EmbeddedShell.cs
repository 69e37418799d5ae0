using Playbooks.Core.Decisions;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Simulation;

/// <summary>The engine's loop over a journal in memory.</summary>
internal sealed class EmbeddedShell(Simulation world) : ISimulatedShell
{
    private readonly SimulatedDisk disk = new(world.Planted, readsBack: world.Seed % 8 == 0);
    private readonly List<EngineProcess> processes = [];

    public IReadOnlyList<RunLog> Logs => disk.Logs;
    public bool AnswersFromJournal => true;

    public bool Full
    {
        get => disk.Full;
        set => disk.Full = value;
    }

    public RunLog? Find(string runId) => disk.ByRun.GetValueOrDefault(runId);

    public SimulatedProcess? Open()
    {
        try
        {
            processes.Add(new EngineProcess(world, disk));
            return processes[^1];
        }
        catch (JournalException)
        {
            return null;
        }
    }

    public void Heal() => disk.Full = false;

    public void ClockWasSet()
    {
        foreach (var running in processes.Where(running => !running.Dead))
            running.Timers.ClockWasSet();
    }

    public bool HasTimer(string runId, Command.StartTimer timer) => processes[^1].Timers.Has(runId, timer);

    public bool CameTooLate(string runId, string identity) => false;

    public void JudgeRest()
    {
        var process = processes[^1];
        Violation.When(process is not { IsOpen: true, IsIdle: true }, Promises.Progress, () => "the world is at rest and the engine is not");
        Violation.When(process.HotRuns > disk.Logs.Count(log => log.Rest == Rest.Busy) + Math.Min(process.RestingKept, disk.Logs.Count(log => log.Rest is Rest.Waiting or Rest.Asking)), Promises.Memory,
            () => $"{process.HotRuns} runs are in memory, {disk.Logs.Count(log => log.Rest == Rest.Busy)} have something to do");
    }
}

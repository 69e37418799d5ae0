using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Simulation;

/// <summary>The shells whose own sources run in simulated worlds.</summary>
internal enum Shell { Embedded, Second }

/// <summary>What a world needs of a shell: what of it is durable, and processes that come and go.</summary>
internal interface ISimulatedShell
{
    /// <summary>In the order in which their runs began.</summary>
    IReadOnlyList<RunLog> Logs { get; }

    /// <summary>Null while nothing of the run is durable.</summary>
    RunLog? Find(string runId);

    /// <summary>No write finds room.</summary>
    bool Full { get; set; }

    /// <summary>Who is answered can rely on the journal already; otherwise on the shell's host, and on the journal once the run comes to rest.</summary>
    bool AnswersFromJournal { get; }

    /// <returns>Null when none can be opened now.</returns>
    SimulatedProcess? Open();

    /// <summary>Nothing goes wrong from here on, and what is left of what went wrong is cleared away.</summary>
    void Heal();

    void ClockWasSet();

    bool HasTimer(string runId, Command.StartTimer timer);

    /// <summary>Taken by the shell's host when the run was over already.</summary>
    bool CameTooLate(string runId, string identity);

    /// <summary>What must hold of this shell when the world is at rest.</summary>
    void JudgeRest();
}

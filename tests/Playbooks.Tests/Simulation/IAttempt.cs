using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Simulation;

/// <summary>One attempt of an action, as it ends for the process that runs it.</summary>
internal interface IAttempt
{
    SimulatedProcess Process { get; }

    void Answer(Outcome outcome);

    /// <summary>A connector's defect.</summary>
    void Throw(Exception defect);

    /// <summary>Nothing will be heard any more of what was sent.</summary>
    /// <param name="left">Until its deadline.</param>
    void Silence(TimeSpan left);

    /// <summary>Reaches the run beside the answer, or after it.</summary>
    void Stray(RunEvent report);
}

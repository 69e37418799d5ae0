using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Tests.Simulation;

/// <summary>What the host keeps of one instance: its history, what it waits for, and what is still to be done for it.</summary>
internal sealed class HubInstance(ReplayedInstance replayed)
{
    internal ReplayedInstance Replayed { get; } = replayed;

    internal string RunId => Replayed.Id;

    internal bool IsOver => Replayed.IsOver;

    /// <summary>Activities without a result, in the order in which they were asked for.</summary>
    internal List<Asked.Act> Running { get; } = [];

    /// <summary>Timers of this generation, by request.</summary>
    internal SortedDictionary<int, DateTimeOffset> Timers { get; } = [];

    /// <summary>Signals that came when it was over.</summary>
    internal List<string> TooLate { get; } = [];

    /// <summary>Nothing of it is left, and nobody goes on with it.</summary>
    internal bool IsGone { get; set; }
}

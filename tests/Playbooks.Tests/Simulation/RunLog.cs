using Playbooks.Core;

namespace Playbooks.Tests.Simulation;

/// <summary>What is durable of one run.</summary>
internal abstract class RunLog(string runId)
{
    internal string RunId { get; } = runId;
    internal List<StoredEvent> Events { get; } = [];

    /// <summary>Nothing is left to do.</summary>
    internal abstract bool Settled { get; }
}

using Playbooks.Core;

namespace Playbooks.Connectors;

/// <summary>An action that can look, by reading alone, at what it would act on: that it is there, that we may read it, and how it stands.</summary>
public interface IProbe
{
    /// <summary>
    /// Throws what <see cref="IAction.ExecuteAsync"/> may throw, where the action would fail as things stand.
    /// </summary>
    /// <param name="call">Its inputs are those that are known before a run; what names a target is among them.</param>
    Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken);
}

/// <param name="Now">How the target stands. The same as long as nothing has changed that matters to the action, so no counters and no times.</param>
/// <param name="After">How it would stand after the action.</param>
public sealed record Probed(string Now, string After);

/// <summary>What a look at an action's target gave.</summary>
/// <param name="Ready">False: the action would fail as things stand, and <paramref name="Now"/> says why.</param>
public sealed record ProbeAnswer(bool Ready, string Now, string After);

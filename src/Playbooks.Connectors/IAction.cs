using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Connectors;

/// <summary>One action of the catalogue, acting for real. <see cref="ActionSet"/> checks inputs, deadline and mode before it is asked.</summary>
public interface IAction
{
    /// <summary>As in the catalogue, for example <c>artifacts.restore</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Runs one attempt or poll and returns within a minute. What it may throw: <see cref="ActionFailedException"/>, the exceptions of the
    /// Azure SDK and of HTTP, which <see cref="ActionSet"/> names, and defects of ours.
    /// </summary>
    /// <param name="cancellationToken">Fires at the command's deadline too.</param>
    Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken);
}

/// <summary>An action that can say what it would do without doing it. Read-only actions need not: they are run.</summary>
public interface ISimulates
{
    Task<Outcome> SimulateAsync(ActionCall call, CancellationToken cancellationToken);
}

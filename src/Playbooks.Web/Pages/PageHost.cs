using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Pages;

/// <summary>What the pages need of the host that they are shown by.</summary>
public sealed record PageHost
{
    public required IRuns Runs { get; init; }

    public required IAlertInbox Alerts { get; init; }

    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>The playbooks that this host can start. Asked each time, because their files may have changed; a file that cannot be read is left out.</summary>
    public required Func<ImmutableArray<Playbook>> Playbooks { get; init; }

    /// <summary>Waits until a run has an event after a sequence. False when nothing more will come.</summary>
    public required Func<string, long, CancellationToken, Task<bool>> Changed { get; init; }

    /// <summary>Who has sent a request.</summary>
    public required Func<HttpContext, CancellationToken, Task<CallerCheck>> Caller { get; init; }

    public required Gate Gate { get; init; }

    public required RunDoor Door { get; init; }

    /// <summary>Where people sign in; the way back is added as <c>?returnTo=</c>.</summary>
    public string SignIn { get; init; } = "/sign-in";

    /// <summary>Where people sign out, by POST; null where that makes no sense.</summary>
    public string? SignOut { get; init; } = "/sign-out";

    /// <summary>The signed pack of a run, as its files.</summary>
    /// <exception cref="EvidenceUnavailableException">It cannot be made now.</exception>
    public required Func<IReadOnlyList<StoredEvent>, IReadOnlyDictionary<string, byte[]>> Evidence { get; init; }

    public required Func<EngineHealth> Health { get; init; }

    public required TimeProvider Time { get; init; }
}

/// <summary>Evidence cannot be made now, and why, for the person who asked.</summary>
public sealed class EvidenceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

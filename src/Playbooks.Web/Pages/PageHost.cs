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

    /// <summary>The playbooks that this host can start, by name. Asked each time, because their files may have changed.</summary>
    public required Func<ImmutableArray<Playbook>> Playbooks { get; init; }

    /// <summary>Waits until a run has an event after a sequence. False when nothing more will come.</summary>
    public required Func<string, long, CancellationToken, Task<bool>> Changed { get; init; }

    /// <summary>Who looks; null where nobody has signed in.</summary>
    public required Func<HttpContext, CancellationToken, ValueTask<Visitor?>> Visitor { get; init; }

    /// <summary>Where people sign in; the way back is added as <c>?returnTo=</c>.</summary>
    public string SignIn { get; init; } = "/sign-in";

    /// <summary>Where people sign out, by POST; null where that makes no sense.</summary>
    public string? SignOut { get; init; }

    public required PageDoor Door { get; init; }

    /// <summary>The signed pack of a run, as its files; throws what <see cref="EvidenceUnavailableException"/> says where it cannot be made.</summary>
    public required Func<string, IReadOnlyList<StoredEvent>, IReadOnlyDictionary<string, byte[]>> Evidence { get; init; }

    public required Func<EngineHealth> Health { get; init; }

    public required TimeProvider Time { get; init; }
}

/// <summary>How what people say on a page comes to a run.</summary>
/// <param name="Vote">Null where there is no such run.</param>
public sealed record PageDoor(
    Func<string, VoteBody, Visitor, CancellationToken, Task<Judgement?>> Vote,
    Func<string, TaskBody, Visitor, CancellationToken, Task<Judgement?>> Confirm,
    Func<string, OrderBody, Visitor, CancellationToken, Task<Judgement?>> Order,
    Func<StartBody, Visitor, CancellationToken, Task<StartAnswer>> Start);

/// <summary>Evidence cannot be made now, and why, for the person who asked.</summary>
public sealed class EvidenceUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

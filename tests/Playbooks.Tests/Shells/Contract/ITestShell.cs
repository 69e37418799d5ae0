using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Shells.Contract;

/// <summary>A shell as the contract sees it: in virtual time, with a world that the test moves.</summary>
internal interface ITestShell : IAsyncDisposable
{
    IRuns Runs { get; }

    DateTimeOffset Now { get; }

    /// <summary>Lets time go on; what falls due on the way happens.</summary>
    Task AdvanceAsync(TimeSpan time);

    /// <summary>Everything that has been said to the shell has been decided on and is in the journal.</summary>
    Task SettleAsync(string runId);

    /// <summary>Events of the run up to the first that is meant; waits for it, without letting time go on.</summary>
    Task<IReadOnlyList<StoredEvent>> UntilAsync(string runId, Func<RunEvent, bool> isMeant);

    /// <summary>Waits until the world is as meant, without letting time go on.</summary>
    Task UntilAsync(Func<bool> isMeant);

    /// <summary>The same signal, as a client sends it that did not hear the first answer.</summary>
    Task SignalTwiceAsync(string runId, RunEvent happened);

    /// <summary>The process dies where it stands, and another one goes on from what is durable.</summary>
    Task CrashAsync();
}

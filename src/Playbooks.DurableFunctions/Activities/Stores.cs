using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Activities;

/// <summary>Journals of runs, each a blob that is only ever appended to.</summary>
public interface IJournals
{
    /// <summary>Appends if the journal has exactly this length, and makes it if it is to be 0.</summary>
    /// <returns>False when it has another length; nothing was written.</returns>
    Task<bool> TryAppendAsync(string runId, long length, ReadOnlyMemory<byte> block, CancellationToken cancellationToken);

    /// <summary>The bytes from an offset on, at most this many; empty when there is no such journal or nothing there.</summary>
    Task<ReadOnlyMemory<byte>> ReadAsync(string runId, long offset, long bytesMax, CancellationToken cancellationToken);
}

/// <summary>What attempts have come to. Rows are made once and never changed.</summary>
public interface IOutcomes
{
    /// <summary>Null when the attempt has not reported.</summary>
    Task<string?> FindAsync(string runId, string commandId, CancellationToken cancellationToken);

    /// <summary>Writes who is about to act, before the effect.</summary>
    /// <returns>Who was first: the same owner, or another one that may have acted.</returns>
    Task<string> ClaimAsync(string runId, string commandId, string owner, CancellationToken cancellationToken);

    /// <returns>The outcome that was first.</returns>
    Task<string> KeepAsync(string runId, string commandId, string outcome, CancellationToken cancellationToken);
}

/// <summary>Texts that runs are pinned to, by digest, and what starts have been answered.</summary>
public interface ITexts
{
    /// <summary>Null when it is not known.</summary>
    Task<string?> FindAsync(string digest, CancellationToken cancellationToken);

    Task KeepAsync(string digest, string text, CancellationToken cancellationToken);

    /// <returns>The digest that this name and version stands for: of several texts, the first.</returns>
    Task<string> KeepVersionAsync(string name, string version, string digest, CancellationToken cancellationToken);

    /// <returns>The answer that was first.</returns>
    Task<string> KeepStartAsync(string requestId, string answer, CancellationToken cancellationToken);
}

/// <summary>What has come for runs from outside and is not in their journals yet.</summary>
public interface IDeliveries
{
    /// <summary>Durable when it returns. The same id again changes nothing.</summary>
    Task KeepAsync(string runId, string deliveryId, string text, CancellationToken cancellationToken);

    /// <summary>The journal shows it, or nobody will ever take it. One that is gone is no error.</summary>
    Task RemoveAsync(string runId, string deliveryId, CancellationToken cancellationToken);

    /// <summary>Waits until it is removed, for a few seconds at most.</summary>
    Task TakenAsync(string runId, string deliveryId, CancellationToken cancellationToken);

    /// <summary>Those of one run, the oldest first.</summary>
    Task<IReadOnlyList<KeptDelivery>> OfAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Those that were kept before an instant, the oldest first.</summary>
    Task<IReadOnlyList<KeptDelivery>> OlderAsync(DateTimeOffset than, int atMost, CancellationToken cancellationToken);
}

/// <param name="Text">As <see cref="Delivery"/> writes it.</param>
public sealed record KeptDelivery(string RunId, string DeliveryId, string Text);

/// <summary>What is known of concurrency keys: one row each, changed only by whoever has read it as it is.</summary>
public interface IKeys
{
    /// <summary>A key that nobody has asked for is free.</summary>
    Task<KeptKey> FindAsync(RunKey key, CancellationToken cancellationToken);

    /// <param name="before">As it was read.</param>
    /// <returns>False when it has been changed meanwhile.</returns>
    Task<bool> TryChangeAsync(KeptKey before, Admission next, CancellationToken cancellationToken);

    /// <summary>All that somebody has, waits for, or is held back by.</summary>
    Task<IReadOnlyList<KeptKey>> BusyAsync(CancellationToken cancellationToken);
}

/// <param name="Tag">Of this very state; null when there is no row.</param>
public sealed record KeptKey(RunKey Key, Admission State, string? Tag);

/// <summary>Every run in one line, for lists. It follows the journals; a run whose instance is gone is still there.</summary>
public interface IRunIndex
{
    Task PutAsync(RunSummary run, CancellationToken cancellationToken);

    /// <summary>In the order in which they were made.</summary>
    Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken);
}

using Playbooks.Core;
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

internal static class WholeJournals
{
    /// <summary>All that a run's journal holds, with the chain checked; no events when there is no such journal.</summary>
    /// <exception cref="System.Text.Json.JsonException">The bytes do not hold together.</exception>
    public static async Task<(IReadOnlyList<StoredEvent> Events, JournalPosition End)> EventsAsync(this IJournals journals, string runId, CancellationToken cancellationToken) =>
        JournalPosition.Read(runId, await journals.ReadAsync(runId, 0, long.MaxValue, cancellationToken).ConfigureAwait(false));
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

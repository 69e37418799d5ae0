using Playbooks.DurableFunctions.Activities;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>Outcomes and texts: blobs that are made once and never changed.</summary>
public sealed class BlobStores(StateStorage storage) : IOutcomes, ITexts
{
    public Task<string?> FindAsync(string runId, string commandId, CancellationToken cancellationToken) =>
        storage.FindTextAsync(Outcome(runId, commandId), cancellationToken);

    public Task<string> ClaimAsync(string runId, string commandId, string owner, CancellationToken cancellationToken) =>
        storage.KeepAsync(Outcome(runId, commandId) + ".claim", owner, cancellationToken);

    public Task<string> KeepAsync(string runId, string commandId, string outcome, CancellationToken cancellationToken) =>
        storage.KeepAsync(Outcome(runId, commandId), outcome, cancellationToken);

    Task<string?> ITexts.FindAsync(string digest, CancellationToken cancellationToken) => storage.FindTextAsync(Text(digest), cancellationToken);

    Task ITexts.KeepAsync(string digest, string text, CancellationToken cancellationToken) => storage.KeepAsync(Text(digest), text, cancellationToken);

    public Task<string> KeepVersionAsync(string name, string version, string digest, CancellationToken cancellationToken) =>
        storage.KeepAsync($"versions/{StateStorage.NameOf(name)}/{StateStorage.NameOf(version)}", digest, cancellationToken);

    public Task<string> KeepStartAsync(string requestId, string answer, CancellationToken cancellationToken) =>
        storage.KeepAsync($"starts/{StateStorage.NameOf(requestId)}", answer, cancellationToken);

    private static string Outcome(string runId, string commandId) => $"outcomes/{runId}/{StateStorage.NameOf(commandId)}";

    private static string Text(string digest) => $"texts/{StateStorage.NameOf(digest)}";
}

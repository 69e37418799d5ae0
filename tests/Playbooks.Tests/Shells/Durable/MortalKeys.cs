using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>Keys and texts as a process reaches them that dies at one call: before it or after it, so that every gap between two is met.</summary>
internal sealed class MortalKeys(MemoryStores stores) : IKeys, ITexts
{
    private int places;

    /// <summary>Counted from when it is set, two for each call; 0 for never.</summary>
    public int DiesAt
    {
        get;
        set => (field, places) = (value, 0);
    }

    public bool HasDied { get; set; }

    public Task<KeptKey> FindAsync(RunKey key, CancellationToken cancellationToken) => Call(() => stores.FindAsync(key, cancellationToken));

    public Task<bool> TryChangeAsync(KeptKey before, Admission next, CancellationToken cancellationToken) => Call(() => stores.TryChangeAsync(before, next, cancellationToken));

    public Task<IReadOnlyList<KeptKey>> BusyAsync(CancellationToken cancellationToken) => Call(() => stores.BusyAsync(cancellationToken));

    public Task<string?> FindAsync(string digest, CancellationToken cancellationToken) => Call(() => ((ITexts)stores).FindAsync(digest, cancellationToken));

    public Task KeepAsync(string digest, string text, CancellationToken cancellationToken) => Call(async () =>
    {
        await ((ITexts)stores).KeepAsync(digest, text, cancellationToken);
        return true;
    });

    public Task<string> KeepVersionAsync(string name, string version, string digest, CancellationToken cancellationToken) => stores.KeepVersionAsync(name, version, digest, cancellationToken);

    public Task<string> KeepStartAsync(string requestId, string answer, CancellationToken cancellationToken) => Call(() => stores.KeepStartAsync(requestId, answer, cancellationToken));

    private async Task<T> Call<T>(Func<Task<T>> call)
    {
        Pass();
        var answer = await call();
        Pass();
        return answer;
    }

    private void Pass()
    {
        if (++places != DiesAt)
            return;
        HasDied = true;
        throw new DiedException();
    }

    internal sealed class DiedException() : Exception("The process has died.");
}

using System.Collections.Concurrent;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>
/// Reads the texts that runs are pinned to. Thousands of runs share a playbook and every restart folds them all from their first event, so a
/// text is read once: what it means depends on nothing but itself.
/// </summary>
internal static class PinnedTexts
{
    /// <summary>Texts kept per kind; when there are more, all are forgotten and read again as they are needed.</summary>
    private const int KeptMax = 256;

    private static readonly ConcurrentDictionary<Key, ReadResult<Playbook>> Playbooks = new();
    private static readonly ConcurrentDictionary<Key, ReadResult<DeploymentEnvironment>> Environments = new();

    public static ReadResult<Playbook> PlaybookOf(RunEvent.RunStarted started) => started.Inlined.IsDefaultOrEmpty
        ? Kept(Playbooks, started.Playbook, pinned => PlaybookReader.Read(pinned.Text, pinned.Name, _ => null))
        : PlaybookReader.Read(started.Playbook.Text, started.Playbook.Name,
            pin => started.Inlined.FirstOrDefault(text => text.Digest == pin.Sha256) is { } inlined ? new PlaybookSource(inlined.Name, inlined.Text) : null);

    public static ReadResult<DeploymentEnvironment> EnvironmentOf(RunEvent.RunStarted started) =>
        Kept(Environments, started.Environment, pinned => EnvironmentReader.Read(pinned.Text, pinned.Name));

    private static ReadResult<T> Kept<T>(ConcurrentDictionary<Key, ReadResult<T>> kept, PinnedText pinned, Func<PinnedText, ReadResult<T>> read)
    {
        if (kept.TryGetValue(new(pinned), out var known))
            return known;
        if (kept.Count >= KeptMax)
            kept.Clear();
        return kept[new(pinned)] = read(pinned);
    }

    /// <summary>Found by its digest and taken only for the same name and text: a digest in a journal is what somebody wrote there.</summary>
    private readonly record struct Key(PinnedText Pinned)
    {
        public bool Equals(Key other) => Pinned.Name == other.Pinned.Name && Pinned.Text == other.Pinned.Text;

        public override int GetHashCode() => Pinned.Digest.GetHashCode(StringComparison.Ordinal);
    }
}

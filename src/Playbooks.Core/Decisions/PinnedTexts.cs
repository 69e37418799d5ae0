using System.Collections.Concurrent;
using System.Collections.Immutable;
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

    public static ReadResult<Playbook> PlaybookOf(RunEvent.RunStarted started) => Kept(Playbooks, new Key(started.Playbook, started.Inlined),
        key => PlaybookReader.Read(key.Pinned.Text, key.Pinned.Name, pin => key.Inlined.FirstOrDefault(text => text.Digest == pin.Sha256) is { } inlined
            ? new PlaybookSource(inlined.Name, inlined.Text) : null));

    public static ReadResult<DeploymentEnvironment> EnvironmentOf(RunEvent.RunStarted started) => Kept(Environments, new Key(started.Environment, []),
        key => EnvironmentReader.Read(key.Pinned.Text, key.Pinned.Name));

    private static ReadResult<T> Kept<T>(ConcurrentDictionary<Key, ReadResult<T>> kept, Key key, Func<Key, ReadResult<T>> read)
    {
        if (kept.TryGetValue(key, out var known))
            return known;
        if (kept.Count >= KeptMax)
            kept.Clear();
        return kept[key] = read(key);
    }

    /// <summary>Found by its digest and taken only for the same names and texts: a digest in a journal is what somebody wrote there.</summary>
    private readonly record struct Key(PinnedText Pinned, ImmutableArray<PinnedText> InlinedOrNone)
    {
        public ImmutableArray<PinnedText> Inlined => InlinedOrNone.IsDefault ? [] : InlinedOrNone;

        public bool Equals(Key other) => Pinned.Name == other.Pinned.Name && Pinned.Text == other.Pinned.Text && Inlined.AsSpan().SequenceEqual(other.Inlined.AsSpan());

        public override int GetHashCode() => Pinned.Digest.GetHashCode(StringComparison.Ordinal);
    }
}

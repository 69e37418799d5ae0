using System.Diagnostics.CodeAnalysis;

namespace Playbooks.Core.Decisions;

/// <summary>
/// An immutable map by path, made for hundreds of entries that are only added to: a trie by hash, eight wide, so that an entry more costs
/// three small arrays where a balanced tree costs nine nodes.
/// </summary>
internal sealed class PathMap<T>
{
    private const int Width = 8, BitsPerLevel = 3;

    private readonly Func<string, int> hash;
    private readonly object?[] root;

    private PathMap(Func<string, int> hash, object?[] root) => (this.hash, this.root) = (hash, root);

    public static PathMap<T> Empty { get; } = EmptyBy(path => path.GetHashCode(StringComparison.Ordinal));

    /// <summary>The entries, in no order that means anything.</summary>
    public IEnumerable<KeyValuePair<string, T>> Entries => EntriesOf(root);

    internal static PathMap<T> EmptyBy(Func<string, int> hash) => new(hash, new object?[Width]);

    public bool TryGetValue(string path, [MaybeNullWhen(false)] out T value)
    {
        var rest = (uint)hash(path);
        for (var node = root; node is not null; rest >>= BitsPerLevel)
        {
            var child = node[rest % Width];
            for (var leaf = child as Leaf; leaf is not null; leaf = leaf.Next)
            {
                if (leaf.Path != path)
                    continue;
                value = leaf.Value;
                return true;
            }
            node = child as object?[];
        }
        value = default;
        return false;
    }

    public PathMap<T> Set(string path, T value) => new(hash, Set(root, (uint)hash(path), 0, path, value));

    /// <summary>Without the entry. Its node stays: what ended and is reached anew ends again.</summary>
    public PathMap<T> Remove(string path) => TryGetValue(path, out _) ? new(hash, Remove(root, (uint)hash(path), 0, path)) : this;

    private object?[] Set(object?[] node, uint hashed, int depth, string path, T value)
    {
        var slot = SlotOf(hashed, depth);
        return Copy(node, slot, node[slot] switch
        {
            object?[] below => Set(below, hashed, depth + 1, path, value),
            Leaf leaf when (uint)hash(leaf.Path) != hashed => Set(Copy(new object?[Width], SlotOf((uint)hash(leaf.Path), depth + 1), leaf), hashed, depth + 1, path, value),
            Leaf leaf => new Leaf(path, value, leaf.Without(path)),
            _ => new Leaf(path, value, null),
        });
    }

    private static object?[] Remove(object?[] node, uint hashed, int depth, string path)
    {
        var slot = SlotOf(hashed, depth);
        return Copy(node, slot, node[slot] is object?[] below ? Remove(below, hashed, depth + 1, path) : ((Leaf)node[slot]!).Without(path));
    }

    private static uint SlotOf(uint hashed, int depth) => (hashed >> (depth * BitsPerLevel)) % Width;

    private static object?[] Copy(object?[] node, uint slot, object? child)
    {
        var copy = new object?[Width];
        node.AsSpan().CopyTo(copy);
        copy[slot] = child;
        return copy;
    }

    private static IEnumerable<KeyValuePair<string, T>> EntriesOf(object?[] node)
    {
        foreach (var child in node)
        {
            if (child is object?[] below)
            {
                foreach (var entry in EntriesOf(below))
                    yield return entry;
            }
            for (var leaf = child as Leaf; leaf is not null; leaf = leaf.Next)
                yield return KeyValuePair.Create(leaf.Path, leaf.Value);
        }
    }

    /// <param name="Next">Another path of the same hash.</param>
    private sealed record Leaf(string Path, T Value, Leaf? Next)
    {
        public Leaf? Without(string path) => Path == path ? Next : Next is null ? this : this with { Next = Next.Without(path) };
    }
}

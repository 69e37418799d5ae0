namespace Playbooks.Tests.Generation;

/// <summary>Choices that follow from a seed and, where a name is given, from that name alone: in whatever order they are made, they come out the same.</summary>
internal sealed class Chance
{
    private ulong state;

    public Chance(ulong seed) => state = Mixed(seed);

    public Chance(ulong seed, string name)
    {
        // FNV-1a: the same in every process, which the framework's own hashes are not.
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
            hash = (hash ^ letter) * 1099511628211UL;
        state = Mixed(seed ^ hash);
    }

    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => (int)(Next() % (uint)bound);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Percent(int share) => Below(100) < share;

    public T OneOf<T>(params ReadOnlySpan<T> of) => of[Below(of.Length)];

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        return Mixed(state);
    }

    /// <summary>SplitMix64.</summary>
    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}

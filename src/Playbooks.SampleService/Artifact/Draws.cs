namespace Playbooks.SampleService.Artifact;

/// <summary>SplitMix64: the same draws from the same seed on every machine and in every version of the framework, which <see cref="Random"/> does not promise.</summary>
internal sealed class Draws(ulong seed)
{
    private ulong state = seed;

    /// <summary>From 0 up to, not including, the bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public bool Percent(int percent) => Below(100) < percent;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

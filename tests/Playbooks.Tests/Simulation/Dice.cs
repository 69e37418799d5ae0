namespace Playbooks.Tests.Simulation;

/// <summary>All that a simulation leaves to chance, from one seed; the same in every process and on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = Mix(seed);

    internal int Below(int limit) => (int)(Next() % (ulong)limit);

    internal bool Chance(double of) => Unit(Next()) < of;

    internal TimeSpan Between(double lowSeconds, double highSeconds) => TimeSpan.FromSeconds(lowSeconds + ((highSeconds - lowSeconds) * Unit(Next())));

    internal T Of<T>(IReadOnlyList<T> values) => values[Below(values.Count)];

    internal static double Unit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    internal static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number for a name, so that a person decides alike whatever else happened before.</summary>
    internal static ulong Of(ulong seed, string name)
    {
        var hash = seed;
        foreach (var letter in name)
            hash = (hash ^ letter) * 0x100000001B3;
        return Mix(hash);
    }

    private ulong Next() => Mix(state++);
}

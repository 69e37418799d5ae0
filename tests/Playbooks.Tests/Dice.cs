namespace Playbooks.Tests;

/// <summary>All that a test leaves to chance, from one seed; the same in every process and on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = Mix(seed);

    /// <summary>For what has a name: whatever else was drawn before, it comes out the same.</summary>
    internal Dice(ulong seed, string name) : this(Of(seed, name)) { }

    /// <summary>From 0 to below the limit.</summary>
    internal int Below(int limit) => (int)(Next() % (ulong)limit);

    internal int Number(int least, int most) => least + Below(most - least + 1);

    internal bool Percent(int share) => Below(100) < share;

    internal bool Chance(double of) => Unit(Next()) < of;

    internal TimeSpan Between(double lowSeconds, double highSeconds) => TimeSpan.FromSeconds(lowSeconds + ((highSeconds - lowSeconds) * Unit(Next())));

    internal T Of<T>(IReadOnlyList<T> values) => values[Below(values.Count)];

    internal T OneOf<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

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

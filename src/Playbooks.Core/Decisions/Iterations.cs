using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Core.Decisions;

/// <summary>
/// How the iterations of a block stand, by index. What every decision asks is kept with them, so that the thousandth round is decided as
/// fast as the first.
/// </summary>
[JsonConverter(typeof(IterationsConverter))]
public sealed class Iterations
{
    public static Iterations None { get; } = new(ImmutableDictionary<int, Iteration>.Empty, [], 0);

    private Iterations(ImmutableDictionary<int, Iteration> byIndex, ImmutableSortedSet<int> running, int failed) =>
        (ByIndex, Running, Failed) = (byIndex, running, failed);

    /// <summary>Those that have begun, whether over or not.</summary>
    public ImmutableDictionary<int, Iteration> ByIndex { get; }

    public int Count => ByIndex.Count;

    /// <summary>Indexes of those that are not over, in order.</summary>
    public ImmutableSortedSet<int> Running { get; }

    /// <summary>How many have failed.</summary>
    public int Failed { get; }

    /// <summary>The lowest index that has failed; null when none has.</summary>
    public int? FirstFailed => Failed == 0 ? null : ByIndex.Where(iteration => iteration.Value == Iteration.Failed).Min(iteration => iteration.Key);

    internal Iterations With(int index, Iteration iteration)
    {
        var before = ByIndex.TryGetValue(index, out var known) && known == Iteration.Failed ? 1 : 0;
        return new(ByIndex.SetItem(index, iteration), iteration == Iteration.Running ? Running.Add(index) : Running.Remove(index),
            Failed - before + (iteration == Iteration.Failed ? 1 : 0));
    }

    private sealed class IterationsConverter : JsonConverter<Iterations>
    {
        public override Iterations Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<Dictionary<int, Iteration>>(ref reader, options)!.Aggregate(None, (all, one) => all.With(one.Key, one.Value));

        public override void Write(Utf8JsonWriter writer, Iterations value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.ByIndex, options);
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Core.Decisions;

/// <summary>
/// Where each step stands that has been reached, and what effect it may have had, by path; immutable. Open steps lie apart from those that
/// are over: they are few and change with every event, so that an event costs the same in a run's first step as in its five thousandth.
/// </summary>
[JsonConverter(typeof(StepStatesConverter))]
public sealed class StepStates
{
    public static StepStates None { get; } = new(ImmutableDictionary<string, Entry>.Empty, PathMap<Entry>.Empty);

    private readonly ImmutableDictionary<string, Entry> open;
    private readonly PathMap<Entry> over;

    private StepStates(ImmutableDictionary<string, Entry> open, PathMap<Entry> over) => (this.open, this.over) = (open, over);

    private IEnumerable<KeyValuePair<string, Entry>> Entries => open.Concat(over.Entries);

    /// <summary>Steps that have not ended.</summary>
    public IEnumerable<KeyValuePair<string, StepState>> Open => States(open);

    /// <summary>Steps that have been reached.</summary>
    public IEnumerable<KeyValuePair<string, StepState>> All => States(Entries);

    /// <summary>What may have changed the world, by step path.</summary>
    public IEnumerable<KeyValuePair<string, EffectRecord>> Effects =>
        from step in Entries where step.Value.Effect is not null select KeyValuePair.Create(step.Key, step.Value.Effect);

    /// <summary>Null when the step has not been reached.</summary>
    public StepState? Of(string path) => Find(path, out _).State;

    /// <summary>Null when the step has not acted.</summary>
    public EffectRecord? EffectOf(string path) => Find(path, out _).Effect;

    /// <summary>A budget that was reported stays reported, whatever state the step goes on to.</summary>
    /// <param name="state">Null for a step that is to be reached anew.</param>
    internal StepStates With(string path, StepState? state)
    {
        var before = Find(path, out var wasOver);
        return Put(path, before with { State = before.State is { OverBudget: true } && state is not null ? state with { OverBudget = true } : state }, wasOver);
    }

    internal StepStates With(string path, EffectRecord effect) => Put(path, Find(path, out var wasOver) with { Effect = effect }, wasOver);

    internal StepStates WithEffects(Func<string, EffectRecord, EffectRecord> change) => Effects.Aggregate(this, (all, one) => all.With(one.Key, change(one.Key, one.Value)));

    private Entry Find(string path, out bool wasOver)
    {
        wasOver = false;
        if (!open.TryGetValue(path, out var entry))
            wasOver = over.TryGetValue(path, out entry);
        return entry;
    }

    private StepStates Put(string path, Entry entry, bool wasOver) => entry.State is { HasEnded: true }
        ? new(wasOver ? open : open.Remove(path), over.Set(path, entry))
        : new(open.SetItem(path, entry), wasOver ? over.Remove(path) : over);

    private static IEnumerable<KeyValuePair<string, StepState>> States(IEnumerable<KeyValuePair<string, Entry>> entries) =>
        from step in entries where step.Value.State is not null select KeyValuePair.Create(step.Key, step.Value.State);

    private readonly record struct Entry(StepState? State, EffectRecord? Effect);

    private sealed class StepStatesConverter : JsonConverter<StepStates>
    {
        public override StepStates Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<Dictionary<string, Entry>>(ref reader, options)!.Aggregate(None, (all, one) => all.Put(one.Key, one.Value, wasOver: false));

        public override void Write(Utf8JsonWriter writer, StepStates value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Entries.ToDictionary(), options);
    }
}

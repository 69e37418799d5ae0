using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>Names of the activities, as they stand in histories: a promise.</summary>
public static class ActivityNames
{
    public const string Append = "append";
    public const string Act = "act";
    public const string Tell = "tell";
    public const string Anchor = "anchor";
    public const string Show = "show";
    public const string RaiseAlert = "raise-alert";
}

/// <summary>What activities are given. References, not bodies: the texts that a run is pinned to are found by their digests.</summary>
public abstract record Call
{
    private Call() { }

    /// <param name="Events">Each as the journal stores it; none when only deliveries are to be taken.</param>
    public sealed record Append(string RunId, JournalPosition At, ImmutableArray<string> Events) : Call
    {
        /// <summary>Ids of the deliveries that these events show.</summary>
        public ImmutableArray<string> Deliveries { get; init; } = [];

        /// <summary>The key that the run gives back with these events, because one of them is its end.</summary>
        public FreedKey? Frees { get; init; }
    }

    /// <summary>One attempt or poll of an action.</summary>
    /// <param name="Environment">Digest of the environment's text.</param>
    public sealed record Act(string RunId, RunMode Mode, string Environment, CommandId Id, string Key, string Action, JsonData Inputs, DateTimeOffset Deadline,
        string? Token, bool Stopping, JsonData? UndoInputs, bool Simulate) : Call;

    public sealed record Tell(RunSummary Run, string Id, string Role, string Text) : Call;

    public sealed record Anchor(string RunId, string Environment, string Id, long Sequence) : Call;

    public sealed record Show(RunSummary Run, Question Question, bool Open) : Call;

    public sealed record RaiseAlert(RunSummary Run) : Call;

    public string Write() => JsonSerializer.Serialize(this, GetType(), RunJson.Options);

    /// <exception cref="JsonException">The text is no such call.</exception>
    public static T Read<T>(string text) where T : Call => JsonSerializer.Deserialize<T>(text, RunJson.Options) ?? throw new JsonException("A call cannot be null.");
}

/// <summary>A key that nobody has any more.</summary>
/// <param name="Cooldown">For which alerts are held back now.</param>
public sealed record FreedKey(RunKey Key, TimeSpan Cooldown, DateTimeOffset At);

/// <summary>What activities answer.</summary>
public static class Answers
{
    /// <summary>An event, or nothing.</summary>
    public static string Write(RunEvent? happened) => happened is null ? "" : JsonSerializer.Serialize(happened, EventJson.Options);

    public static RunEvent? ReadEvent(string text) => text.Length == 0 ? null : JsonSerializer.Deserialize<RunEvent>(text, EventJson.Options);

    /// <summary>Where the journal stands after the append; null when it is not this instance's any more.</summary>
    public static string Write(JournalPosition? next) => next is null ? "" : JsonSerializer.Serialize(next, RunJson.Options);

    public static JournalPosition? ReadPosition(string text) => text.Length == 0 ? null : JsonSerializer.Deserialize<JournalPosition>(text, RunJson.Options);
}

/// <summary>Something from outside, under an id of its own: a client that repeats it delivers it twice.</summary>
public sealed record Delivery(string Id, RunEvent Event)
{
    public string Write() => JsonSerializer.Serialize(this, RunJson.Options);

    /// <exception cref="JsonException">The text is no delivery.</exception>
    public static Delivery Read(string text) => JsonSerializer.Deserialize<Delivery>(text, RunJson.Options) ?? throw new JsonException("A delivery cannot be null.");
}

/// <summary>What who asks about an instance is shown.</summary>
/// <param name="Sequence">Of the last event in the journal.</param>
/// <param name="Fenced">Another instance writes the journal; this one has stopped.</param>
public sealed record InstanceStatus(RunSummary Run, long Sequence, bool Fenced = false)
{
    /// <summary>Keeps the whole far under the 16 KB that a host takes.</summary>
    private const int WaitingForMaxLength = 1_000;

    public string Write() => JsonSerializer.Serialize(Run.WaitingFor is { Length: > WaitingForMaxLength } text
        ? this with { Run = Run with { WaitingFor = text[..WaitingForMaxLength] } } : this, RunJson.Options);

    public static InstanceStatus Read(string text) => JsonSerializer.Deserialize<InstanceStatus>(text, RunJson.Options)!;
}

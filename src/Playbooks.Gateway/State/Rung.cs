using System.Text.Json.Serialization;

namespace Playbooks.Gateway.State;

/// <summary>
/// The ladder of degraded modes, best first. A state's mode names the best rung that may serve; where a model's
/// configuration lacks that rung, the next lower one serves. <see cref="Off"/> always exists.
/// The names in JSON are a promise to everybody who reads or writes the state.
/// </summary>
public enum Rung
{
    /// <summary>The current model, for as many percent of the requests as the state says.</summary>
    [JsonStringEnumMemberName("model")] Model,

    /// <summary>The version before.</summary>
    [JsonStringEnumMemberName("previous")] Previous,

    /// <summary>Fixed answers, or a service that decides by rules.</summary>
    [JsonStringEnumMemberName("rules")] Rules,

    /// <summary>The request is kept for a person; the caller gets 202.</summary>
    [JsonStringEnumMemberName("humanQueue")] HumanQueue,

    /// <summary>503.</summary>
    [JsonStringEnumMemberName("off")] Off,
}

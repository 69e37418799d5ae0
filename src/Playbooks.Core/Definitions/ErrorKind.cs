using System.Text.Json.Serialization;

namespace Playbooks.Core.Definitions;

/// <summary>
/// What went wrong, as far as the decider needs to know it. A connector may report any kind but
/// <see cref="Timeout"/> and <see cref="OutcomeUnknown"/> only when it knows that nothing happened.
/// </summary>
[JsonConverter(typeof(WireNameConverter<ErrorKind>))]
public enum ErrorKind
{
    /// <summary>May pass by itself: a dropped connection before anything was sent, a 503.</summary>
    Transient,
    /// <summary>The target asked for less; it may say how long to wait.</summary>
    Throttled,
    /// <summary>No answer within the attempt's deadline. The effect may have happened.</summary>
    Timeout,
    /// <summary>The identity may not do this, or people said no.</summary>
    Denied,
    /// <summary>The target does not exist.</summary>
    NotFound,
    /// <summary>Somebody else changed the target first (If-Match failed).</summary>
    Conflict,
    /// <summary>The inputs cannot be used. Nothing was sent.</summary>
    Invalid,
    /// <summary>A digest, signature or state is not what it must be.</summary>
    Integrity,
    /// <summary>Nobody knows whether the effect happened; a person must look.</summary>
    OutcomeUnknown,
    /// <summary>A defect of ours.</summary>
    Bug,
}

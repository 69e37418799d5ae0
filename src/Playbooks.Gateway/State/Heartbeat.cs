using System.Text.Json.Serialization;

namespace Playbooks.Gateway.State;

/// <summary>
/// What a replica says about itself every second, and at once when it applied another state; one blob per replica.
/// Its age is the storage account's own (Date of the answer less Last-Modified), so that no clock but one is compared.
/// </summary>
/// <param name="Replica">Unique per process: the configured name and a random end.</param>
/// <param name="StartedAt">By the replica's clock.</param>
/// <param name="At">By the replica's clock; for people only.</param>
/// <param name="Data">Where it takes requests.</param>
/// <param name="Control">Where it takes orders.</param>
/// <param name="Models">What it has applied, per model.</param>
public sealed record Heartbeat(
    string Replica,
    DateTimeOffset StartedAt,
    DateTimeOffset At,
    string Data,
    string Control,
    IReadOnlyDictionary<string, AppliedModel> Models)
{
    /// <summary>How often a replica writes.</summary>
    public const int IntervalSeconds = 1;

    /// <summary>A replica silent for longer is not waited for: by then it serves the fallback.</summary>
    public const int HeardWithinSeconds = 15;

    /// <summary>A starting replica removes the heartbeats of those silent for so long.</summary>
    public const int ForgottenAfterHours = 24;

    public const int SizeLimitBytes = 256 * 1024;
}

/// <summary>What a replica serves of one model.</summary>
/// <param name="Generation">The generation applied; 0 before any was read.</param>
/// <param name="ETag">The version of the state blob applied, or null.</param>
/// <param name="Blind">True when the state could not be read for 5 s, or no heartbeat written for 10 s: the fallback serves whatever the state says.</param>
/// <param name="Problem">Why the state cannot be read or cached, or null.</param>
public sealed record AppliedModel(
    long Generation, [property: JsonPropertyName("etag")] string? ETag, bool Blind, string? Problem);

/// <summary>A heartbeat as found in storage.</summary>
/// <param name="Age">Since it was written, to the second, by the storage account's clock.</param>
/// <param name="Heartbeat">Null when its text cannot be read, which confirms nothing.</param>
public sealed record HeardReplica(string Replica, TimeSpan Age, Heartbeat? Heartbeat)
{
    /// <summary>Whether an isolation must wait for this replica.</summary>
    public bool Counts => Age <= TimeSpan.FromSeconds(Heartbeat.HeardWithinSeconds);
}

/// <summary>Whether a state has arrived everywhere.</summary>
/// <param name="Confirmed">True when at least one replica is heard and every one heard has applied the generation or a later one.</param>
/// <param name="WaitingFor">The replicas that are heard and have not.</param>
public sealed record Confirmation(bool Confirmed, int Heard, IReadOnlyList<string> WaitingFor)
{
    public static Confirmation Of(IEnumerable<HeardReplica> replicas, string model, long generation)
    {
        var heard = replicas.Where(r => r.Counts).ToList();
        var waiting = heard
            .Where(r => r.Heartbeat is null || !r.Heartbeat.Models.TryGetValue(model, out var applied) || applied.Generation < generation)
            .Select(r => r.Replica).ToList();
        return new Confirmation(heard.Count > 0 && waiting.Count == 0, heard.Count, waiting);
    }
}

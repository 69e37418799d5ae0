namespace Playbooks.Tests.Teams;

/// <summary>How a channel misbehaves.</summary>
/// <param name="Area">bot, directory, feed, mail or sms.</param>
/// <param name="Times">Requests that it befalls; then it is over.</param>
/// <param name="Method">Null for each.</param>
internal sealed record Fault(string Area, int Times = int.MaxValue, string? Method = null)
{
    /// <summary>Null: no answer comes, until the caller gives up.</summary>
    public int? Status { get; init; }
    public string Code { get; init; } = "Throttled";
    public string? RetryAfter { get; init; }
    /// <summary>The request is done all the same.</summary>
    public bool Applies { get; init; }
    /// <summary>The answer is a good one, but waits for this.</summary>
    public Task? Until { get; init; }
}

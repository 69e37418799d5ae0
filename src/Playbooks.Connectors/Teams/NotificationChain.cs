namespace Playbooks.Connectors.Teams;

/// <summary>One way to reach people.</summary>
/// <param name="Name">As the journal calls it.</param>
/// <param name="Within">Its share of the minute that a notice has.</param>
/// <param name="SendAsync">Throws what <see cref="ChannelTrouble"/> names when it did not work.</param>
internal sealed record Hop<T>(string Name, TimeSpan Within, Func<CancellationToken, Task<T>> SendAsync);

/// <summary>Tries one way after the other until one works. The whole ends in time: each has its share, and one that is left alone costs nothing.</summary>
internal static class NotificationChain
{
    public const string Card = "teams";
    public const string ActivityFeed = "activity feed";
    public const string Mail = "mail";
    public const string Sms = "sms";

    public static readonly TimeSpan CardWithin = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan FeedWithin = TimeSpan.FromSeconds(12);
    public static readonly TimeSpan MailWithin = TimeSpan.FromSeconds(12);
    public static readonly TimeSpan SmsWithin = TimeSpan.FromSeconds(8);

    /// <param name="failedAsync">Told of each hop that did not work, before the next is tried.</param>
    public static async Task<ChainResult<T>> SendAsync<T>(IEnumerable<Hop<T>> hops, Func<string, string, Task> failedAsync, TimeProvider time, CancellationToken cancellationToken)
    {
        var failures = new List<(string Hop, string Why)>();
        foreach (var hop in hops)
        {
            try
            {
                using var limit = new CancellationTokenSource(hop.Within, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                return new ChainResult<T>(hop.Name, await hop.SendAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false), failures);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && ChannelTrouble.Words(error) is not null)
            {
                var why = ChannelTrouble.Words(error)!;
                failures.Add((hop.Name, why));
                await failedAsync(hop.Name, why).ConfigureAwait(false);
            }
        }
        return new ChainResult<T>(null, default, failures);
    }
}

/// <summary>What became of a notice.</summary>
/// <param name="Hop">The way that worked; null when none did.</param>
internal sealed record ChainResult<T>(string? Hop, T? Sent, IReadOnlyList<(string Hop, string Why)> Failures)
{
    /// <summary>For the journal: <c>mail, after teams: HTTP 503; activity feed: no answer in time</c>.</summary>
    public string Via => Hop is null ? $"nobody could be reached; {Reasons}" : Failures.Count == 0 ? Hop : $"{Hop}, after {Reasons}";

    private string Reasons => Failures.Count == 0 ? "no channel is set up" : string.Join("; ", Failures.Select(failure => $"{failure.Hop}: {failure.Why}"));
}

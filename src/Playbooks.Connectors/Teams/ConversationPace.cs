using System.Threading.RateLimiting;

namespace Playbooks.Connectors.Teams;

/// <summary>
/// Sends no faster into a conversation than Teams takes from a bot, so that it need not refuse: the published limits per conversation and for the
/// whole bot.
/// </summary>
internal sealed class ConversationPace : IDisposable
{
    private const int PerBotAndSecond = 50;
    /// <summary>Messages that wait for their turn in one conversation; a further one is refused at once.</summary>
    private const int WaitingMax = 64;

    private static readonly (int Messages, TimeSpan In)[] PerConversation =
        [(7, TimeSpan.FromSeconds(1)), (8, TimeSpan.FromSeconds(2)), (60, TimeSpan.FromSeconds(30)), (1_800, TimeSpan.FromHours(1))];

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.CreateChained(
        [.. PerConversation.Select(limit => Limit(limit.Messages, limit.In, conversation => conversation)), Limit(PerBotAndSecond, TimeSpan.FromSeconds(1), _ => "bot")]);

    /// <summary>Returns when it is this message's turn.</summary>
    /// <exception cref="ChannelException">Too many wait already.</exception>
    public async Task WaitAsync(string conversation, CancellationToken cancellationToken)
    {
        using var turn = await limiter.AcquireAsync(conversation, 1, cancellationToken).ConfigureAwait(false);
        if (!turn.IsAcquired)
            throw new ChannelException($"More than {WaitingMax} messages wait for this conversation.");
    }

    public void Dispose() => limiter.Dispose();

    private static PartitionedRateLimiter<string> Limit(int messages, TimeSpan within, Func<string, string> of) => PartitionedRateLimiter.Create<string, string>(conversation =>
        RateLimitPartition.GetSlidingWindowLimiter(of(conversation), _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = messages,
            Window = within,
            SegmentsPerWindow = 4,
            QueueLimit = WaitingMax,
        }));
}

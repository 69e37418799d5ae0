using System.Net;
using System.Threading.RateLimiting;
using Playbooks.Web.Access;

namespace Playbooks.Web.Api;

/// <summary>How much of the API one may ask for: generous for whoever works, too little to fill a journal or to guess a key.</summary>
public sealed class ApiLimits : IDisposable
{
    /// <summary>Of one body.</summary>
    public const int BodyMaxBytes = 64 * 1024;

    /// <summary>After which a request is given up.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>Requests at once, and more each second.</summary>
    internal const int LooksAtOnceMax = 240;
    private const int LooksPerSecond = 20;
    internal const int ChangesAtOnceMax = 60;
    private const int ChangesPerSecond = 1;
    internal const int StrangersAtOnceMax = 60;
    private const int StrangersPerSecond = 1;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> looks = Limiter(LooksAtOnceMax, LooksPerSecond), changes = Limiter(ChangesAtOnceMax, ChangesPerSecond), strangers = Limiter(StrangersAtOnceMax, StrangersPerSecond);

    /// <summary>Whether somebody may be answered once more.</summary>
    public bool Allows(Caller by, bool changes) => Took(changes ? this.changes : looks, by.Person);

    /// <summary>Whether somebody whom nobody knows may be told so once more.</summary>
    public bool AllowsStranger(IPAddress? from) => Took(strangers, $"{from}");

    public void Dispose()
    {
        looks.Dispose();
        changes.Dispose();
        strangers.Dispose();
    }

    private static bool Took(PartitionedRateLimiter<string> limiter, string who)
    {
        using var lease = limiter.AttemptAcquire(who);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<string> Limiter(int atOnce, int perSecond) => PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = atOnce,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = Second,
        QueueLimit = 0,
    }), StringComparer.Ordinal);
}

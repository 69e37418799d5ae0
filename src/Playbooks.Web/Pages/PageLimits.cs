using System.Threading.RateLimiting;

namespace Playbooks.Web.Pages;

/// <summary>How much one person may ask of the pages. A limit that is hit is answered with 429 and a page that says when to come again.</summary>
public sealed class PageLimits : IDisposable
{
    /// <summary>Pages a minute and person.</summary>
    public const int PagesPerMinute = 240;
    /// <summary>Votes, orders, confirmations and starts a minute and person.</summary>
    public const int FormsPerMinute = 30;
    /// <summary>Pages of one person that are kept up to date at a time.</summary>
    public const int LivePerPerson = 12;
    /// <summary>Pages of all people that are kept up to date at a time.</summary>
    public const int LiveMax = 200;
    /// <summary>Bytes of a form.</summary>
    public const int FormMaxBytes = 32 * 1024;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> pages = PerMinute(PagesPerMinute);
    private readonly PartitionedRateLimiter<string> forms = PerMinute(FormsPerMinute);
    private readonly PartitionedRateLimiter<string> live = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = LivePerPerson })),
        PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => new ConcurrencyLimiterOptions { PermitLimit = LiveMax })));

    /// <param name="who">Whom it counts against.</param>
    public RateLimitLease Page(string who) => pages.AttemptAcquire(who);

    public RateLimitLease Form(string who) => forms.AttemptAcquire(who);

    /// <summary>Held as long as the page is kept up to date.</summary>
    public RateLimitLease Live(string who) => live.AttemptAcquire(who);

    public void Dispose()
    {
        pages.Dispose();
        forms.Dispose();
        live.Dispose();
    }

    private static PartitionedRateLimiter<string> PerMinute(int permits) => PartitionedRateLimiter.Create<string, string>(who =>
        RateLimitPartition.GetSlidingWindowLimiter(who, _ => new SlidingWindowRateLimiterOptions { PermitLimit = permits, Window = Window, SegmentsPerWindow = 6 }));
}

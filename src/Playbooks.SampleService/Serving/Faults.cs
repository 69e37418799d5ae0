using Playbooks.Core.Definitions;

namespace Playbooks.SampleService.Serving;

/// <summary>What a drill made go wrong.</summary>
internal enum Fault { Error, Slow, Down }

/// <summary>
/// The fault that is on. Its time to live is kept here, in the service, so it ends though whoever ordered it is gone; a restart ends it too.
/// </summary>
internal sealed class Faults(TimeProvider time)
{
    public static readonly TimeSpan TimeToLiveMax = TimeSpan.FromHours(4);
    /// <summary>How long a slow answer takes, unless the fault ends before.</summary>
    public static readonly TimeSpan SlowBy = TimeSpan.FromSeconds(10);
    private const int KeysMax = 1_000;

    private readonly Lock one = new();
    private readonly Dictionary<string, DateTimeOffset> ordered = [];
    private (Fault Fault, DateTimeOffset Until)? on;

    /// <summary>Null when nothing is wrong.</summary>
    public Fault? Current
    {
        get
        {
            lock (one)
                return on is { } fault && time.GetUtcNow() < fault.Until ? fault.Fault : null;
        }
    }

    /// <summary>Puts a fault on in place of the one before. The same key again changes nothing and does not make it last longer.</summary>
    /// <returns>When it ends by itself.</returns>
    public DateTimeOffset Put(Fault fault, TimeSpan timeToLive, string? key)
    {
        lock (one)
        {
            if (key is not null && ordered.TryGetValue(key, out var before))
                return before;
            on = (fault, time.GetUtcNow() + timeToLive);
            if (key is not null && ordered.Count < KeysMax)
                ordered[key] = on.Value.Until;
            return on.Value.Until;
        }
    }

    /// <summary>Waits as long as a slow answer takes.</summary>
    public async Task SlowDownAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset until;
        lock (one)
            until = on?.Until ?? time.GetUtcNow();
        var left = until - time.GetUtcNow();
        if (left > TimeSpan.Zero)
            await Task.Delay(left < SlowBy ? left : SlowBy, time, cancellationToken);
    }

    public static Fault? Parse(string? name) => name switch
    {
        "error" => Fault.Error,
        "slow" => Fault.Slow,
        "down" => Fault.Down,
        _ => null,
    };

    /// <summary>An ISO 8601 duration up to <see cref="TimeToLiveMax"/>; null for any other text.</summary>
    public static TimeSpan? ParseTimeToLive(string? text) =>
        text is not null && IsoDuration.Parse(text) is { } given && given > TimeSpan.Zero && given <= TimeToLiveMax ? given : null;
}

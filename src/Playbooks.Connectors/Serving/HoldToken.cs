using System.Globalization;

namespace Playbooks.Connectors.Serving;

/// <summary>Where a hold stands between two polls.</summary>
/// <param name="Since">When the first whole suite had been answered rightly.</param>
/// <param name="Passed">Requests answered rightly so far.</param>
/// <param name="Digest">What the service has reported since then.</param>
internal sealed record HoldToken(DateTimeOffset Since, long Passed, string Digest)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Since.UtcTicks} {Passed} {Digest}");

    /// <summary>Null for the first poll.</summary>
    public static HoldToken? Read(string? token) =>
        token?.Split(' ', 3) is [var ticks, var passed, var digest]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && long.TryParse(passed, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new HoldToken(new DateTimeOffset(since, TimeSpan.Zero), count, digest) : null;
}

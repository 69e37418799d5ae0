using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Evidence;

namespace Playbooks.Web.Pages.Runs;

/// <summary>Instants to places in a drawing, in percent of its width: so a drawing is as wide as its screen and its words stay legible.</summary>
public sealed record TimeScale
{
    private const double LeastVisible = 0.4;
    private const double RoomAtEdge = 0.07;
    private static readonly ImmutableArray<double> StepSeconds =
        [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 604_800];

    private const double PastAtLeast = 45;

    /// <param name="now">What was before it gets at least about half of the width, on a scale of its own: else what happened in ten minutes could not be seen beside what may come in hours. Null for one scale.</param>
    public TimeScale(DateTimeOffset from, DateTimeOffset to, DateTimeOffset? now = null)
    {
        (From, To) = (from, to > from ? to : from.AddSeconds(1));
        if (now is { } knee && knee > From && knee < To && 100 * ((knee - From) / (To - From)) < PastAtLeast)
            Knee = knee;
    }

    public DateTimeOffset From { get; }
    public DateTimeOffset To { get; }

    /// <summary>Where the scale changes; null where it is one.</summary>
    public DateTimeOffset? Knee { get; }

    public double Share(DateTimeOffset at) => Knee is not { } knee ? 100 * Part(From, To, at)
        : at <= knee ? PastAtLeast * Part(From, knee, at) : PastAtLeast + ((100 - PastAtLeast) * Part(knee, To, at));

    public string X(DateTimeOffset at) => Percent(Share(at));

    /// <summary>Never so narrow that nobody sees it.</summary>
    public Bar Bar(string kind, DateTimeOffset from, DateTimeOffset to, string meaning)
    {
        var x = Math.Min(Share(from), 100 - LeastVisible);
        return new(kind, Percent(x), Percent(Math.Max(LeastVisible, Share(to) - x)), meaning);
    }

    /// <summary>Times since the beginning.</summary>
    public IEnumerable<Tick> Ticks(int atMost) => Knee is { } knee
        ? Ticks(From, knee, atMost / 2, PastAtLeast).Concat(Ticks(knee, To, atMost / 2, 100 - PastAtLeast).Where(tick => !tick.First)) : Ticks(From, To, atMost, 100);

    private IEnumerable<Tick> Ticks(DateTimeOffset from, DateTimeOffset to, int atMost, double width)
    {
        var (begins, ends) = ((from - From).TotalSeconds, (to - From).TotalSeconds);
        var step = StepSeconds.FirstOrDefault(candidate => (ends - begins) / candidate <= atMost, (ends - begins) / atMost);
        for (var at = Math.Ceiling(begins / step) * step; at <= ends; at += step)
        {
            var x = Share(From.AddSeconds(at));
            // Words at an edge would stick out, or lie over those of the other scale.
            if (at == 0 || (x - Share(from) > width * RoomAtEdge && Share(to) - x > width * RoomAtEdge))
                yield return new(Percent(x), at == 0 ? Spoken.Clock(From)[..5] : "+" + Spoken.Of(TimeSpan.FromSeconds(at)), at == 0);
        }
    }

    private static double Part(DateTimeOffset from, DateTimeOffset to, DateTimeOffset at) => Math.Clamp((at - from) / (to - from), 0, 1);

    private static string Percent(double share) => share.ToString("0.###", CultureInfo.InvariantCulture) + "%";
}

/// <param name="Kind">Class of what is drawn.</param>
public sealed record Bar(string Kind, string X, string Width, string Meaning);

/// <param name="First">At the left edge, its words to the right of it.</param>
public sealed record Tick(string X, string Label, bool First);

using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Evidence;

namespace Playbooks.Web.Pages.Runs;

/// <summary>Instants to places in a drawing, in percent of its width: so a drawing is as wide as its screen and its words stay legible.</summary>
public sealed record TimeScale
{
    private const double LeastVisible = 0.4;
    private static readonly ImmutableArray<double> StepSeconds =
        [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 604_800];

    public TimeScale(DateTimeOffset from, DateTimeOffset to) => (From, To) = (from, to > from ? to : from.AddSeconds(1));

    public DateTimeOffset From { get; }
    public DateTimeOffset To { get; }

    public double Share(DateTimeOffset at) => 100 * Math.Clamp((at - From) / (To - From), 0, 1);

    public string X(DateTimeOffset at) => Percent(Share(at));

    /// <summary>Never so narrow that nobody sees it.</summary>
    public Bar Bar(string kind, DateTimeOffset from, DateTimeOffset to, string meaning)
    {
        var x = Math.Min(Share(from), 100 - LeastVisible);
        return new(kind, Percent(x), Percent(Math.Max(LeastVisible, Share(to) - x)), meaning);
    }

    public IEnumerable<Tick> Ticks(int atMost)
    {
        var seconds = (To - From).TotalSeconds;
        var step = StepSeconds.FirstOrDefault(candidate => seconds / candidate <= atMost, seconds / atMost);
        // The last one would stick out of the drawing.
        for (var at = 0.0; at <= seconds * 0.94; at += step)
            yield return new(X(From.AddSeconds(at)), at == 0 ? Spoken.Clock(From)[..5] : "+" + Spoken.Of(TimeSpan.FromSeconds(at)), at == 0);
    }

    private static string Percent(double share) => share.ToString("0.###", CultureInfo.InvariantCulture) + "%";
}

/// <param name="Kind">Class of what is drawn.</param>
public sealed record Bar(string Kind, string X, string Width, string Meaning);

/// <param name="First">At the left edge, its words to the right of it.</param>
public sealed record Tick(string X, string Label, bool First);

namespace Playbooks.Core.Evidence.Folding;

/// <summary>A stretch of time.</summary>
internal readonly record struct Interval(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>How long at least one of them lasted; what overlaps counts once.</summary>
    public static TimeSpan Length(IEnumerable<Interval> intervals)
    {
        var total = TimeSpan.Zero;
        var until = DateTimeOffset.MinValue;
        foreach (var (from, to) in intervals.OrderBy(interval => interval.From))
        {
            if (to <= until)
                continue;
            total += to - (from > until ? from : until);
            until = to;
        }
        return total;
    }

    /// <summary>The part inside; null when there is none.</summary>
    public Interval? Within(DateTimeOffset from, DateTimeOffset to)
    {
        var cut = new Interval(From > from ? From : from, To < to ? To : to);
        return cut.From < cut.To ? cut : null;
    }
}

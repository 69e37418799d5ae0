using System.Globalization;
using Playbooks.Web.Pages.Runs;

namespace Playbooks.Tests.Web.Pages;

public class TimeScaleTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 12, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "0%")]
    [InlineData(0, "0%")]
    [InlineData(60, "25%")]
    [InlineData(240, "100%")]
    [InlineData(999, "100%")]
    public void An_instant_has_its_place_and_never_one_outside(int minutes, string place) =>
        Assert.Equal(place, new TimeScale(From, From.AddHours(4)).X(From.AddMinutes(minutes)));

    [Fact]
    public void What_was_gets_nearly_half_of_the_width_beside_a_long_future()
    {
        var scale = new TimeScale(From, From.AddHours(4), now: From.AddMinutes(4));
        Assert.Equal(("0%", "22.5%", "45%", "100%"), (scale.X(From), scale.X(From.AddMinutes(2)), scale.X(From.AddMinutes(4)), scale.X(From.AddHours(4))));
    }

    [Fact]
    public void A_run_that_has_taken_long_is_drawn_to_one_scale() => Assert.Null(new TimeScale(From, From.AddHours(4), now: From.AddHours(3)).Knee);

    [Fact]
    public void Places_follow_the_order_of_instants_whatever_the_scale()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var to = From.AddSeconds(random.Next(1, 1_000_000));
            var scale = new TimeScale(From, to, random.Next(2) == 0 ? null : From.AddSeconds(random.Next(-100, 1_100_000)));
            var places = Enumerable.Range(0, 50).Select(_ => From.AddSeconds(random.Next(-100, 1_100_000))).Order().Select(scale.Share).ToList();
            Assert.Equal(places.Order(), places);
            Assert.All(places, place => Assert.InRange(place, 0, 100));
            var ticks = scale.Ticks(6).Select(tick => double.Parse(tick.X.TrimEnd('%'), CultureInfo.InvariantCulture)).ToList();
            Assert.True(ticks.Count <= 8 && ticks.Order().SequenceEqual(ticks), $"seed {seed}");
        }
    }

    [Fact]
    public void A_bar_is_never_too_narrow_to_be_seen_and_ends_in_the_picture()
    {
        var scale = new TimeScale(From, From.AddHours(4));
        var bar = scale.Bar("do", From.AddHours(4), From.AddHours(4), "");
        Assert.Equal(("99.6%", "0.4%"), (bar.X, bar.Width));
    }
}

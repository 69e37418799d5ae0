using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class IsoDurationTests
{
    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("PT1")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("PT1S1M")]
    [InlineData("PT-1S")]
    [InlineData("-PT1S")]
    [InlineData("pt1s")]
    [InlineData(" PT1S")]
    [InlineData("PT1S\n")]
    [InlineData("PT١S")]
    [InlineData("PT9999999999S")]
    [InlineData("P999999999W")]
    [InlineData("P6000000D")]
    public void No_duration(string text) => Assert.Null(IsoDuration.Parse(text));

    [Theory]
    [InlineData("PT0S", 0)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("PT30S", 30)]
    [InlineData("PT1M30S", 90)]
    [InlineData("PT90M", 5_400)]
    [InlineData("PT4H", 14_400)]
    [InlineData("P1D", 86_400)]
    [InlineData("P1DT1H", 90_000)]
    [InlineData("P2W", 1_209_600)]
    public void A_duration(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), IsoDuration.Parse(text));

    [Fact]
    public void What_is_written_can_be_read() => CsCheck.Check.Sample(CsCheck.Gen.Long[0, TimeSpan.FromDays(400).Ticks],
        ticks => IsoDuration.Parse(IsoDuration.Format(new TimeSpan(ticks))) == new TimeSpan(ticks));
}

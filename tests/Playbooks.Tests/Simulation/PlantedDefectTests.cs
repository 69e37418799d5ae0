using System.Globalization;

namespace Playbooks.Tests.Simulation;

/// <summary>A count of clean runs means something only if the same runs find what is wrong.</summary>
public class PlantedDefectTests(ITestOutputHelper output)
{
    private const long SeedsMax = 20_000;

    /// <summary>
    /// Where the rarer ones were found last, so that few seeds are played. Only speed hangs on it: when the worlds change, the search goes on from there.
    /// </summary>
    private static readonly Dictionary<Planted, ulong> FirstOfSecond = new()
    {
        [Planted.AnswerOfAnyAttempt] = 123, [Planted.FenceIgnored] = 364, [Planted.LateVoteCounts] = 2060, [Planted.SecondVoteCounts] = 1934, [Planted.SignalsLostAtRotation] = 408,
        [Planted.StarterMayVote] = 338, [Planted.StrangerMayVote] = 173, [Planted.TransientAfterEffect] = 124, [Planted.OldDigestCounts] = 31, [Planted.ParkedToldToNobody] = 46,
        [Planted.SignalDroppedWhilePaused] = 35, [Planted.StrangerMayOrder] = 30,
    };

    public static TheoryData<string> OfEmbedded => [.. PlantedDefects.Of(Shell.Embedded).Select(defect => defect.ToString())];

    public static TheoryData<string> OfSecond => [.. PlantedDefects.Of(Shell.Second).Select(defect => defect.ToString())];

    [Fact]
    public void There_are_enough_of_them() => Assert.All(Enum.GetValues<Shell>(), shell => Assert.True(PlantedDefects.Of(shell).Count() >= 30));

    [Theory]
    [MemberData(nameof(OfEmbedded))]
    public void A_planted_defect_is_found(string defect) => Find(Shell.Embedded, Enum.Parse<Planted>(defect), 1);

    [Theory]
    [MemberData(nameof(OfSecond))]
    public void A_planted_defect_is_found_through_the_second_shell(string defect) => Find(Shell.Second, Enum.Parse<Planted>(defect), FirstOfSecond.GetValueOrDefault(Enum.Parse<Planted>(defect), 1UL));

    private void Find(Shell shell, Planted defect, ulong first)
    {
        var tally = Campaign.Run(shell, first, long.MaxValue, defect, SeedsMax);
        Assert.True(tally.FirstFailure is not null, $"{defect} was not found in {SeedsMax} seeds.");
        var (seed, failure) = tally.FirstFailure!.Value;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shell} {defect,-28} seed {seed,6}  {failure.Message[..Math.Min(failure.Message.Length, 200)]}"));
        Assert.IsType<Violation>(failure);
    }
}

using System.Globalization;

namespace Playbooks.Tests.Simulation;

/// <summary>A count of clean runs means something only if the same runs find what is wrong.</summary>
public class PlantedDefectTests(ITestOutputHelper output)
{
    private const long SeedsMax = 20_000;

    public static TheoryData<string> Defects => [.. Enum.GetNames<Planted>().Where(name => name != nameof(Planted.Nothing))];

    [Fact]
    public void There_are_enough_of_them() => Assert.True(Defects.Count >= 30);

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_planted_defect_is_found(string defect)
    {
        var tally = Campaign.Run(Shell.Embedded, 1, long.MaxValue, Enum.Parse<Planted>(defect), SeedsMax);
        Assert.True(tally.FirstFailure is not null, $"{defect} was not found in {SeedsMax} seeds.");
        var (seed, failure) = tally.FirstFailure!.Value;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{defect,-28} seed {seed,6}  {failure.Message[..Math.Min(failure.Message.Length, 200)]}"));
        Assert.IsType<Violation>(failure);
    }
}

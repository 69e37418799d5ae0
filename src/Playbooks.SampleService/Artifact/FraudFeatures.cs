using System.Collections.Immutable;

namespace Playbooks.SampleService.Artifact;

/// <summary>What the fraud scorer looks at, each between 0 and 1; training and serving agree because both ask here.</summary>
internal static class FraudFeatures
{
    public static readonly ImmutableArray<string> Names = ["amount", "night", "countryMismatch", "newDevice", "attempts"];

    private const double AmountCeiling = 1_000;
    private const double AttemptsCeiling = 5;

    public static double[] Of(double amount, int hour, bool countryMismatch, bool newDevice, int attemptsLastHour) =>
    [
        Math.Min(amount / AmountCeiling, 1), hour < 6 ? 1 : 0, countryMismatch ? 1 : 0, newDevice ? 1 : 0, Math.Min(attemptsLastHour / AttemptsCeiling, 1),
    ];

    public static double Score(ReadOnlySpan<double> features, ReadOnlySpan<double> weights, double bias)
    {
        var sum = bias;
        for (var at = 0; at < features.Length; at++)
            sum += features[at] * weights[at];
        return 1 / (1 + Math.Exp(-sum));
    }
}

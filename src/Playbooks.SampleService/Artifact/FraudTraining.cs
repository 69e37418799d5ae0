using System.Globalization;

namespace Playbooks.SampleService.Artifact;

/// <summary>Fits a logistic regression to made-up payments of which the risky ones tend to be fraud.</summary>
internal static class FraudTraining
{
    private const int Payments = 1_000;
    private const int Rounds = 400;
    private const double Step = 1.0;
    private const ulong Seed = 20_260_303;

    public static string Weights()
    {
        var (inputs, frauds) = Make();
        var weights = new double[FraudFeatures.Names.Length + 1];
        for (var round = 0; round < Rounds; round++)
            Improve(weights, inputs, frauds);
        var lines = FraudFeatures.Names.Select((name, at) => string.Create(CultureInfo.InvariantCulture, $"    \"{name}\": {weights[at]:F4}"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "kind": "fraud",
              "bias": {{weights[^1]:F4}},
              "weights": {
            {{string.Join(",\n", lines)}}
              },
              "reviewAtPercent": 35,
              "declineAtPercent": 75
            }

            """);
    }

    private static (List<double[]> Inputs, List<bool> Frauds) Make()
    {
        var draws = new Draws(Seed);
        var (inputs, frauds) = (new List<double[]>(), new List<bool>());
        for (var n = 0; n < Payments; n++)
        {
            var payment = FraudFeatures.Of(draws.Below(1_000), draws.Below(24), draws.Percent(20), draws.Percent(30), draws.Below(6));
            var risk = (int)((payment[0] * 25) + (payment[1] * 10) + (payment[2] * 30) + (payment[3] * 15) + (payment[4] * 20));
            inputs.Add(payment);
            frauds.Add(risk + draws.Below(30) > 62);
        }
        return (inputs, frauds);
    }

    private static void Improve(double[] weights, List<double[]> inputs, List<bool> frauds)
    {
        var slope = new double[weights.Length];
        for (var n = 0; n < inputs.Count; n++)
        {
            var error = FraudFeatures.Score(inputs[n], weights.AsSpan(0, weights.Length - 1), weights[^1]) - (frauds[n] ? 1 : 0);
            for (var at = 0; at < inputs[n].Length; at++)
                slope[at] += error * inputs[n][at];
            slope[^1] += error;
        }
        for (var at = 0; at < weights.Length; at++)
            weights[at] -= Step * slope[at] / inputs.Count * 5;
    }
}

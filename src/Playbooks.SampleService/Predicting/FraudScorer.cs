using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Json;
using Playbooks.SampleService.Artifact;

namespace Playbooks.SampleService.Predicting;

/// <summary>Says how likely a payment is fraud, and what to do about it.</summary>
internal sealed class FraudScorer : IPredictor
{
    private const int ScoreDigits = 4;

    private readonly double[] weights;
    private readonly double bias;
    private readonly double reviewAt;
    private readonly double declineAt;

    private FraudScorer(double[] weights, double bias, double reviewAt, double declineAt) =>
        (this.weights, this.bias, this.reviewAt, this.declineAt) = (weights, bias, reviewAt, declineAt);

    public static FraudScorer Load(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var file = files.Json(SampleArtifact.WeightsFile);
        return new FraudScorer([.. FraudFeatures.Names.Select(name => Number(file["weights"]?[name], name))], Number(file["bias"], "bias"),
            Number(file["reviewAtPercent"], "reviewAtPercent") / 100, Number(file["declineAtPercent"], "declineAtPercent") / 100);
    }

    public JsonData Predict(JsonData request)
    {
        if (request.Kind != JsonValueKind.Object)
            throw new BadRequestException("Send an object.");
        var amount = request["amount"]?.AsDecimal() is { } given and >= 0 ? (double)given : throw new BadRequestException("amount must be a number of at least 0.");
        var features = FraudFeatures.Of(amount, Whole(request, "hour", 23), Flag(request, "countryMismatch"), Flag(request, "newDevice"),
            Whole(request, "attemptsLastHour", 1_000));
        var score = Math.Round(FraudFeatures.Score(features, weights, bias), ScoreDigits);
        var decision = score >= declineAt ? "decline" : score >= reviewAt ? "review" : "approve";
        return JsonData.Object(("score", JsonData.Of((decimal)score)), ("decision", JsonData.Of(decision)));
    }

    private static int Whole(JsonData request, string name, int max) => request[name]?.AsInt64() is { } value && value >= 0 && value <= max
        ? (int)value : throw new BadRequestException($"{name} must be a whole number between 0 and {max}.");

    private static bool Flag(JsonData request, string name) =>
        request[name]?.AsBoolean() ?? throw new BadRequestException($"{name} must be true or false.");

    private static double Number(JsonData? json, string name) =>
        json?.AsDecimal() is { } value ? (double)value : throw new InvalidDataException($"The weights lack {name}.");
}

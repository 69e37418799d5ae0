using System.Collections.Immutable;
using Playbooks.Core.Json;
using Playbooks.SampleService.Artifact;

namespace Playbooks.SampleService.Predicting;

/// <summary>A model as loaded from one version's files.</summary>
internal interface IPredictor
{
    /// <exception cref="BadRequestException">The request makes no sense to the model; it never will.</exception>
    JsonData Predict(JsonData request);
}

/// <summary>The caller's mistake, in words.</summary>
internal sealed class BadRequestException(string message) : Exception(message);

internal static class Predictors
{
    /// <exception cref="InvalidDataException">The files are whole but no model.</exception>
    public static IPredictor Load(SampleKind kind, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files) => kind switch
    {
        SampleKind.Recommendations => Recommender.Load(files),
        SampleKind.Fraud => FraudScorer.Load(files),
        _ => throw new System.Diagnostics.UnreachableException(kind.ToString()),
    };
}

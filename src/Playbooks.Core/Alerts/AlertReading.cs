using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>What became of a text that was sent as an alert.</summary>
public abstract record AlertReading
{
    private AlertReading() { }

    public sealed record Accepted(Alert Alert) : AlertReading;

    /// <summary>It is no alert that we know.</summary>
    /// <param name="Errors">Never empty. Their paths may hold names from the text.</param>
    public sealed record Refused(ImmutableArray<JsonTextError> Errors) : AlertReading;
}

/// <summary>Collects what is wrong with one text, up to as many as anybody works through.</summary>
internal sealed class AlertErrors(JsonPositions positions)
{
    private readonly ImmutableArray<JsonTextError>.Builder errors = ImmutableArray.CreateBuilder<JsonTextError>();

    public bool None => errors.Count == 0;

    public void Add(JsonPath path, string message, string remedy)
    {
        if (errors.Count < StrictJson.MaxErrors)
            errors.Add(new JsonTextError(positions.OfValue(path), path, message, remedy));
    }

    public AlertReading.Refused Refused() => new(errors.ToImmutable());
}

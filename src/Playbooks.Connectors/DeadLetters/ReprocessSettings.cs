using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>The inputs of one step, checked.</summary>
/// <param name="Queue">As the environment calls it.</param>
/// <param name="RampPercent">Rising shares of the letters to replay; the last one need not be 100.</param>
/// <param name="RatePerSecond">Null for as fast as it goes.</param>
/// <param name="StopAtErrorPercent">Null for never.</param>
internal sealed record ReprocessSettings(string Queue, QueueTarget Target, Expression? Filter, ImmutableArray<int> RampPercent, int? RatePerSecond,
    int? StopAtErrorPercent, int MaxAttempts)
{
    public const int MaxAttemptsDefault = 3;
    public const int RampMaxSteps = 20;

    /// <exception cref="ActionFailedException">Invalid: an unknown queue, a filter that is no expression, or a ramp that does not rise.</exception>
    public static ReprocessSettings Read(ActionCall call)
    {
        var inputs = call.Inputs;
        var queue = inputs["queue"]?.AsString() ?? "";
        var target = call.Environment.Queues.GetValueOrDefault(queue)
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no queue named {queue}.");
        return new ReprocessSettings(queue, target, FilterOf(inputs["filter"]?.AsString()), RampOf(inputs["rampPercent"]), Number(inputs["ratePerSecond"]),
            Number(inputs["stopAtErrorPercent"]), Number(inputs["maxAttempts"]) ?? MaxAttemptsDefault);
    }

    private static int? Number(JsonData? value) => (int?)value?.AsInt64();

    private static Expression? FilterOf(string? text)
    {
        if (text is null)
            return null;
        var parsed = Expression.Parse(text);
        return parsed.Expression ?? throw new ActionFailedException(ErrorKind.Invalid, $"The filter is no expression: {parsed.Error!.Message}");
    }

    private static ImmutableArray<int> RampOf(JsonData? value)
    {
        if (value is null || value.IsNull)
            return [100];
        ImmutableArray<int> ramp = [.. value.Elements.Select(step => (int)(step.AsInt64() is { } percent and >= 1 and <= 100 ? percent : 0))];
        var rising = ramp.Zip(ramp.Skip(1), (before, after) => before < after).All(rises => rises);
        return ramp.Length is > 0 and <= RampMaxSteps && rising && ramp[0] > 0 ? ramp
            : throw new ActionFailedException(ErrorKind.Invalid, $"rampPercent must be 1 to {RampMaxSteps} rising whole numbers from 1 to 100; it is {value.Text}.");
    }
}

using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Reads <c>retry</c>.</summary>
internal static class RetryReader
{
    public const int AttemptsMax = 100;
    public const double BackoffMax = 10;

    /// <param name="otherwise">Fills what is left out.</param>
    public static RetryRule Read(Node node, RetryRule otherwise)
    {
        if (Fields.Of(node, "{ \"attempts\": 3, \"interval\": \"PT5S\", \"on\": [\"transient\"] }") is not { } fields)
            return otherwise;
        var interval = fields.Optional("interval")?.AsDuration() ?? otherwise.Interval;
        var maxInterval = fields.Optional("maxInterval")?.AsDuration() ?? (otherwise.MaxInterval < interval ? interval : otherwise.MaxInterval);
        if (maxInterval < interval)
            node.Error(ErrorCodes.BadDuration, "maxInterval is shorter than interval.", $"Write at least \"{IsoDuration.Format(interval)}\".");
        var rule = new RetryRule(fields.Optional("attempts")?.AsInteger(1, AttemptsMax) ?? otherwise.Attempts, interval,
            fields.Optional("backoff")?.AsNumber(1, BackoffMax) ?? otherwise.Backoff, maxInterval,
            fields.Optional("on") is { } on ? ReadKinds(on) : otherwise.On);
        fields.RefuseOthers();
        return rule;
    }

    /// <summary>A list of error kinds.</summary>
    public static ImmutableArray<ErrorKind> ReadKinds(Node node)
    {
        var kinds = ImmutableArray.CreateBuilder<ErrorKind>();
        foreach (var item in node.AsList("[\"transient\", \"timeout\"]"))
        {
            if (item.AsWord<ErrorKind>(WireName.Of) is not { } kind)
                continue;
            if (kinds.Contains(kind))
                item.Error(ErrorCodes.Repeated, $"{item.Shown} stands twice.", "Remove one.");
            else
                kinds.Add(kind);
        }
        return kinds.DrainToImmutable();
    }
}
